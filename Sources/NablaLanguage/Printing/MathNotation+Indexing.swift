import NablaGraph

/// Operations that read and add at places: indices where these are enough, comprehensions where each place is named.
extension MathNotation {
  /// `x[:, newaxis]`, `x[0]`, `reshape(x, [n, m])`.
  func reshape(_ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let x = graph.operand(0, of: id)
    let (from, to) = (graph.type(of: x).shape, graph.type(of: id).shape)
    if dialect != .latex, !isRepeated(x, in: layout) {
      if let part = part(x, from, to, in: layout) { return part }
      if to.rank == 0 { return indexed(x, Array(repeating: "0", count: from.rank)) }
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

  /// `[A[i, i] for i in 0..<n]`.
  func view(_ view: View, _ id: NodeID, in layout: PrintLayout) -> Form {
    if let windows = windows(view, id, in: layout) { return windows }
    let extents = layout.graph.type(of: id).shape.dimensions
    let names = indexNames(extents.count, in: layout)
    let places = view.axes.map { MathNotation.affine($0, names) }
    return comprehension(
      element(layout.graph.operand(0, of: id), places, in: layout), names, extents)
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

  /// `[where(i == j, d[i], 0) for i in 0..<n, j in 0..<n]`: zeros, with elements added at places.
  func accumulate(_ view: View, _ id: NodeID, in layout: PrintLayout) -> Form {
    let x = layout.graph.operand(0, of: id)
    let (parts, whole) = (layout.graph.type(of: x).shape.dimensions, layout.graph.type(of: id).shape.dimensions)
    let names = indexNames(whole.count + parts.count, in: layout)
    let places = Array(names.prefix(whole.count))
    var walks = Array(names.dropFirst(whole.count))
    // An index of the elements that is the place itself needs no name of its own.
    var isFree = Array(repeating: true, count: parts.count)
    var settled: Set<Int> = []
    for (place, axis) in view.axes.enumerated() where axis.start == 0 {
      let steps = axis.steps.indices.filter { axis.steps[$0] != 0 }
      guard steps.count == 1, axis.steps[steps[0]] == 1, isFree[steps[0]], parts[steps[0]] == whole[place] else {
        continue
      }
      isFree[steps[0]] = false
      walks[steps[0]] = places[place]
      settled.insert(place)
    }
    let tests = view.axes.indices.filter { !settled.contains($0) }.map { place in
      "\(places[place]) == \(MathNotation.affine(view.axes[place], walks))"
    }
    let free = parts.indices.filter { isFree[$0] }
    let term = selected(element(x, walks, in: layout), tests)
    return comprehension(sum(term, free.map { walks[$0] }, free.map { parts[$0] }), places, whole)
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
          pieces.append(.operand(indices[position], .argument))
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
      tests.append(element(index, sources, in: layout) + [.text(" == \(targets[axis])")])
    }
    let rest = whole.indices.filter { $0 >= gather.batch && !gather.axes.contains($0) }.map { targets[$0] }
    let test = tests.dropFirst().reduce(tests.first ?? []) { $0 + [.text(" and ")] + $1 }
    let term = [.text("where(")] + test + [.text(", ")] + element(updates, sources + rest, in: layout) + [.text(", 0)")]
    let free = Array(places.indices.dropFirst(gather.batch))
    return comprehension(sum(term, free.map { sources[$0] }, free.map { places[$0] }), targets, whole)
  }

  /// `cumsum(x, axis: 0)`; from the end, turned round before and after.
  func cumulative(
    _ cumulation: Operation.Cumulation, _ axis: Int, _ isReversed: Bool, _ id: NodeID, in layout: PrintLayout
  ) -> Form {
    let name = cumulation == .sum ? "cumsum" : "cumprod"
    let x = layout.graph.operand(0, of: id)
    if !isReversed { return array(name, [x], labels: ["axis: \(axis)"], in: layout) }
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
    var pieces: [Form.Piece] = [.text((dialect == .latex ? LaTeXName.spelling(of: name) : name) + "(")]
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
    return [.text("broadcast_to("), .operand(id, .argument), .text(", \(layout.graph.type(of: id).shape))")]
  }

  /// Letters that mean nothing else in the text.
  private func indexNames(_ count: Int, in layout: PrintLayout) -> [String] {
    var names: [String] = []
    var number = 0
    while names.count < count {
      let letter = MathNotation.indexLetters[number % MathNotation.indexLetters.count]
      let round = number / MathNotation.indexLetters.count
      let name = round == 0 ? letter : "\(letter)\(round)"
      if !layout.hides(name) { names.append(name) }
      number += 1
    }
    return names
  }

  private static let indexLetters = ["i", "j", "k", "l", "p", "q", "r", "s"]

  private func indexed(_ x: NodeID, _ indices: [String]) -> Form {
    indices.isEmpty
      ? Form([.operand(x, Place(.any))], .sum)
      : Form([.operand(x, Place(.atom)), .text("[\(indices.joined(separator: ", "))]")], .atom)
  }

  /// One element of a node; of what broadcasting repeats, the one element that there is.
  private func element(_ x: NodeID, _ places: [String], in layout: PrintLayout) -> [Form.Piece] {
    let own = layout.writtenShape(of: x).dimensions
    let full = layout.graph.type(of: x).shape.dimensions.suffix(own.count)
    let indices = zip(places.suffix(own.count), zip(own, full)).map { place, extents in
      extents.0.isOne && !extents.1.isOne ? "0" : place
    }
    return indices.isEmpty
      ? [.operand(x, .argument)] : [.operand(x, Place(.atom)), .text("[\(indices.joined(separator: ", "))]")]
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
        pieces += element(indices[position], Array(names.prefix(placeRank)), in: layout)
      } else {
        pieces.append(.text(rest.popFirst() ?? ":"))
      }
    }
    return pieces + [.text("]")]
  }

  private func selected(_ element: [Form.Piece], _ tests: [String]) -> [Form.Piece] {
    if tests.isEmpty { return element }
    return [.text("where(\(tests.joined(separator: " and ")), ")] + element + [.text(", 0)")]
  }

  private func sum(_ term: [Form.Piece], _ names: [String], _ extents: [Dimension]) -> [Form.Piece] {
    names.isEmpty ? term : [.text("sum(")] + term + [.text(" for \(MathNotation.bindings(names, extents)))")]
  }

  private func comprehension(_ element: [Form.Piece], _ names: [String], _ extents: [Dimension]) -> Form {
    if names.isEmpty { return Form(element, .sum) }
    return Form([.text("[")] + element + [.text(" for \(MathNotation.bindings(names, extents))]")], .atom)
  }

  private static func bindings(_ names: [String], _ extents: [Dimension]) -> String {
    zip(names, extents).map { "\($0) in 0..<\($1)" }.joined(separator: ", ")
  }

  /// `2*i + j + n - 1`.
  private static func affine(_ axis: View.Axis, _ names: [String]) -> String {
    var text = ""
    for (step, name) in zip(axis.steps, names) where step != 0 {
      let isNegative = step.constant.map { $0 < 0 } ?? false
      let magnitude = isNegative ? Dimension(-1) * step : step
      let factor = magnitude == 1 ? "" : magnitude.terms.count == 1 ? "\(magnitude)*" : "(\(magnitude))*"
      text += text.isEmpty ? (isNegative ? "-" : "") : isNegative ? " - " : " + "
      text += factor + name
    }
    if text.isEmpty { return "\(axis.start)" }
    if axis.start == 0 { return text }
    if let start = axis.start.constant { return text + (start < 0 ? " - \(-start)" : " + \(start)") }
    return "\(axis.start)" + (text.hasPrefix("-") ? " - " + text.dropFirst() : " + " + text)
  }
}
