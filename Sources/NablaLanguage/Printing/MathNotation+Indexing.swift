import NablaGraph

/// Operations that read and add at places: indices where these are enough, comprehensions where each place is named.
extension MathNotation {
  /// `x[:, newaxis]`, `x[0]`, `reshape(x, [n, m])`.
  func reshape(_ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let x = graph.operand(0, of: id)
    let (from, to) = (graph.type(of: x).shape, graph.type(of: id).shape)
    if dialect != .latex, !isRepeated(x, in: layout) {
      if let kept = keptReduction(x, to, in: layout) { return kept }
      if let part = part(x, from, to, in: layout) { return part }
      if to.rank == 0 { return indexed(x, Array(repeating: "0", count: from.rank)) }
      // Only axes of extent 1 are dropped.
      if to.rank < from.rank, let origins = from.unitAxesInserted(into: to),
        origins.compactMap({ $0 }) == Array(0..<to.rank)
      {
        var indices = origins.map { $0 == nil ? "0" : ":" }
        while indices.count > 1, indices.last == ":" { indices.removeLast() }
        return indexed(x, indices)
      }
      // Only new axes of extent 1: a reader sees where they are.
      if let origins = to.unitAxesInserted(into: from), origins.compactMap({ $0 }) == Array(0..<from.rank) {
        return indexed(x, origins.map { $0 == nil ? "newaxis" : ":" })
      }
    }
    return array("reshape", [x], labels: ["\(to)"], in: layout)
  }

  /// `x[1]`, `A[:, 0]`: a slice of one element along axes that are dropped.
  private func part(_ x: NodeID, _ from: Shape, _ to: Shape, in layout: PrintLayout) -> Form? {
    guard !layout.isShared(x), case .slice(let slices) = layout.graph.operation(of: x), to.rank < from.rank else {
      return nil
    }
    let whole = layout.graph.operand(0, of: x)
    if isRepeated(whole, in: layout) { return nil }
    var rest = to.dimensions[...]
    var indices: [String] = []
    let extents = layout.graph.type(of: whole).shape.dimensions
    for (axis, extent) in from.dimensions.enumerated() {
      if extent.isOne, from.rank - axis > rest.count {
        indices.append("\(slices[axis].start)")
      } else {
        guard let next = rest.popFirst(), next == extent else { return nil }
        indices.append(MathNotation.index(slices[axis], of: extents[axis]))
      }
    }
    guard rest.isEmpty else { return nil }
    while indices.count > 1, indices.last == ":" { indices.removeLast() }
    return indexed(whole, indices)
  }

  /// `pad(x, [[0, 1], [2, 0]])`; with gaps between the elements, where each of them goes.
  func pad(_ padding: [Operation.Padding], _ id: NodeID, in layout: PrintLayout) -> Form {
    let x = layout.graph.operand(0, of: id)
    if let hot = oneHot(padding, x, id, in: layout) { return hot }
    let widths = padding.map { "[\($0.low), \($0.high)]" }
    let isPlain = padding.allSatisfy { part in
      part.interior == 0 && [part.low, part.high].allSatisfy { $0.constant.map { $0 >= 0 } ?? true }
    }
    if dialect == .latex || (isPlain && !isRepeated(x, in: layout)) {
      return array(
        "pad", [x], labels: [widths.count == 1 ? widths[0] : "[\(widths.joined(separator: ", "))]"], in: layout)
    }
    let axes = padding.indices.map { axis in
      View.Axis(
        start: padding[axis].low, steps: padding.indices.map { $0 == axis ? Dimension(padding[$0].interior + 1) : 0 })
    }
    return accumulate(View(axes: axes), id, in: layout)
  }

  /// `one_hot(0, n)`: zeros around a one.
  private func oneHot(_ padding: [Operation.Padding], _ x: NodeID, _ id: NodeID, in layout: PrintLayout) -> Form? {
    var value = x
    while let shown = alias(of: value, in: layout) { value = shown }
    guard dialect != .latex, padding.count == 1, layout.graph.type(of: x).shape.dimensions[0].isOne,
      layout.constant(value)?.isOne ?? false, let place = padding[0].low.constant, place >= 0, !layout.hides("one_hot")
    else { return nil }
    return Form(atom: "one_hot(\(place), \(layout.graph.type(of: id).shape.dimensions[0]))")
  }

  /// `[A[i, i] for i in 0..<n]`.
  func view(_ view: View, _ id: NodeID, in layout: PrintLayout) -> Form {
    if let windows = windows(view, id, in: layout) { return windows }
    let extents = layout.graph.type(of: id).shape.dimensions
    let names = indexNames(extents.count, in: layout)
    let places = view.axes.map { MathNotation.affine($0, names) }
    return comprehension(
      [element(layout.graph.operand(0, of: id), places)], names, extents)
  }

  /// `windows(x, 2, stride: 2)`: what slides along the axes between the first and the last.
  private func windows(_ view: View, _ id: NodeID, in layout: PrintLayout) -> Form? {
    let spatial = view.axes.count - 2
    let extents = layout.graph.type(of: id).shape.dimensions
    guard spatial > 0, extents.count == 2 * spatial + 2, view.axes.allSatisfy({ $0.start == 0 }) else { return nil }
    var (sizes, strides, dilations) = ([Int](), [Int](), [Int]())
    for (axis, place) in view.axes.enumerated() {
      let steps = place.steps.indices.filter { place.steps[$0] != 0 }
      if axis == 0 || axis == spatial + 1 {
        guard steps == [axis == 0 ? 0 : 2 * spatial + 1], place.steps[steps[0]] == 1 else { return nil }
        continue
      }
      guard steps == [axis, spatial + axis], let stride = place.steps[axis].constant,
        let dilation = place.steps[spatial + axis].constant, let size = extents[spatial + axis].constant, stride > 0,
        dilation > 0
      else { return nil }
      sizes.append(size)
      strides.append(stride)
      dilations.append(dilation)
    }
    func spelled(_ values: [Int]) -> String { Set(values).count == 1 ? "\(values[0])" : "\(values)" }
    func option(_ name: String, _ values: [Int]) -> [String] {
      values.allSatisfy { $0 == 1 } ? [] : ["\(name): \(spelled(values))"]
    }
    return array(
      "windows", [layout.graph.operand(0, of: id)],
      labels: [spelled(sizes)] + option("stride", strides) + option("dilation", dilations), in: layout)
  }

  /// `x[ids]`, `A[:, k]`; in general `[A[i, ids[i, j]] for i in 0..<n, j in 0..<m]`.
  func gather(_ gather: Gather, _ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let operands = graph.operands(of: id)
    let (array, indices) = (operands[0], Array(operands.dropFirst()))
    let rank = graph.type(of: array).shape.rank
    let places = graph.type(of: indices[0]).shape
    let isLeading = gather.batch == 0 && gather.axes == Array(gather.axes.indices)
    if isLeading || (gather.batch == 0 && places.rank == 0) {
      var pieces = whole(array, Place(.atom), in: layout) + [.text("[")]
      for axis in 0...(gather.axes.last ?? 0) {
        if axis > 0 { pieces.append(.text(", ")) }
        if let position = gather.axes.firstIndex(of: axis) {
          pieces += whole(indices[position], .argument, in: layout)
        } else {
          pieces.append(.text(":"))
        }
      }
      return Form(pieces + [.text("]")], .atom)
    }
    let extents = graph.type(of: id).shape.dimensions
    let names = indexNames(extents.count, in: layout)
    return comprehension(
      gathered(array, rank, indices, gather, names, places.rank, in: layout), names, extents)
  }

  /// `[sum(where(ids[j] == i, u[j], 0) for j in 0..<m) for i in 0..<n]`.
  func scatter(_ gather: Gather, _ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let operands = graph.operands(of: id)
    let (updates, indices) = (operands[0], Array(operands.dropFirst()))
    let whole = graph.type(of: id).shape.dimensions
    let places = graph.type(of: indices[0]).shape.dimensions
    let names = indexNames(whole.count + places.count - gather.batch, in: layout)
    let targets = Array(names.prefix(whole.count))
    let sources = Array(targets.prefix(gather.batch)) + names.dropFirst(whole.count)
    var tests: [[Form.Piece]] = []
    for (axis, index) in zip(gather.axes, indices) {
      tests.append([element(index, sources, Place(.sum)), .text(" == \(targets[axis])")])
    }
    let rest = whole.indices.filter { $0 >= gather.batch && !gather.axes.contains($0) }.map { targets[$0] }
    let test = tests.dropFirst().reduce(tests.first ?? []) { $0 + [.text(" and ")] + $1 }
    let term = [.text("where(")] + test + [.text(", "), element(updates, sources + rest), .text(", 0)")]
    let free = Array(places.indices.dropFirst(gather.batch))
    return comprehension(sum(term, free.map { sources[$0] }, free.map { places[$0] }), targets, whole)
  }

  /// `cumsum(x, axis: 0)`; from the end, turned round before and after.
  func cumulative(
    _ cumulation: Operation.Cumulation, _ axis: Int, _ isReversed: Bool, _ id: NodeID, in layout: PrintLayout
  ) -> Form {
    let name = cumulation == .sum ? "cumsum" : "cumprod"
    let x = layout.graph.operand(0, of: id)
    // A vector has one axis.
    let isVector = layout.graph.type(of: x).shape.rank == 1
    if !isReversed { return array(name, [x], labels: isVector ? [] : ["axis: \(axis)"], in: layout) }
    if isVector {
      return Form([.text("\(name)(")] + whole(x, Place(.atom), in: layout) + [.text("[::-1])[::-1]")], .atom)
    }
    let end = ", axis: \(axis)), axis: \(axis)), axis: \(axis))"
    return Form([.text("flip(\(name)(flip(")] + whole(x, .argument, in: layout) + [.text(end)], .atom)
  }

  /// `[a, b, c]`: parts that were given their first axis to be joined along it.
  func list(_ parts: [NodeID], in layout: PrintLayout) -> Form? {
    let graph = layout.graph
    var pieces: [Form.Piece] = []
    for part in parts {
      let operation = graph.operation(of: part)
      guard operation == .reshape || operation == .broadcast, case let element = graph.operand(0, of: part),
        graph.type(of: part).shape == Shape([1] + graph.type(of: element).shape.dimensions)
      else { return nil }
      pieces += [.text(pieces.isEmpty ? "[" : ", ")] + whole(element, .argument, in: layout)
    }
    return Form(pieces + [.text("]")], .atom)
  }

  // MARK: Parts

  /// A function of whole arrays: what broadcasting would repeat by itself in a sum is repeated in so many words.
  func array(_ name: String, _ operands: [NodeID], labels: [String] = [], in layout: PrintLayout) -> Form {
    let spelled = dialect == .latex ? #"\mathrm{\#(LaTeXName.escaped(name))}"# : name
    var pieces: [Form.Piece] = [.text(spelled + "(")]
    for (position, operand) in operands.enumerated() {
      if position > 0 { pieces.append(.text(", ")) }
      pieces += whole(operand, .argument, in: layout)
    }
    return Form(pieces + [.text(labels.map { ", " + $0 }.joined() + ")")], .atom)
  }

  /// Whether the text writes something smaller for a node, since broadcasting repeats it by itself.
  func isRepeated(_ id: NodeID, in layout: PrintLayout) -> Bool { layout.isShort(id) }

  /// An operand where its whole shape matters.
  func whole(_ id: NodeID, _ place: Place, in layout: PrintLayout) -> [Form.Piece] {
    if dialect == .latex || !isRepeated(id, in: layout) { return [.operand(id, place)] }
    if layout.graph.type(of: id).shape == Shape([1]) { return [.text("["), .operand(id, .argument), .text("]")] }
    if dialect == .text, let filled = layout.filledText(of: id) { return [.text(filled)] }
    return [.text("broadcast_to("), .operand(id, .argument), .text(", \(layout.graph.type(of: id).shape))")]
  }

  private func indexed(_ x: NodeID, _ indices: [String]) -> Form {
    indices.isEmpty
      ? Form([.operand(x, Place(.any))], .sum)
      : Form([.operand(x, Place(.atom)), .text("[\(indices.joined(separator: ", "))]")], .atom)
  }

  /// One element of what a gather chooses, by the names of the result's axes.
  private func gathered(
    _ array: NodeID, _ rank: Int, _ indices: [NodeID], _ gather: Gather, _ names: [String], _ placeRank: Int,
    in layout: PrintLayout
  ) -> [Form.Piece] {
    var rest = names.dropFirst(placeRank)
    var pieces = whole(array, Place(.atom), in: layout) + [.text("[")]
    for axis in 0..<rank {
      if axis > 0 { pieces.append(.text(", ")) }
      if axis < gather.batch {
        pieces.append(.text(names[axis]))
      } else if let position = gather.axes.firstIndex(of: axis) {
        pieces.append(element(indices[position], Array(names.prefix(placeRank))))
      } else {
        pieces.append(.text(rest.popFirst() ?? ":"))
      }
    }
    return pieces + [.text("]")]
  }
}
