import NablaGraph
import NablaRewrite

/// Arrays element by element: `[where(i == k, p[i]*q[j], 0) for i in 0..<n, …]`, where whole arrays have no word for what
/// stands in which place.
extension MathNotation {
  /// Whether the elements of a node stand at places that only a comprehension names. What is computed from such a node by
  /// moving its axes is written in one comprehension with it.
  func isPlaced(_ id: NodeID, in layout: PrintLayout) -> Bool {
    let graph = layout.graph
    if dialect == .latex || graph.type(of: id).isScalar { return false }
    switch graph.operation(of: id) {
    case .accumulate(let view): return !isDiagonal(view) || hidesDiagonal(in: layout)
    case .transpose, .broadcast: return layout.traits(of: graph.operand(0, of: id)).isPlaced
    case .reshape:
      let operand = graph.operand(0, of: id)
      return layout.traits(of: operand).isPlaced
        && MathNotation.placesWithoutUnitAxes([], graph.type(of: operand).shape, graph.type(of: id).shape) != nil
    default: return false
    }
  }

  /// A node as a comprehension over all its axes.
  func elements(of id: NodeID, in layout: PrintLayout) -> Form {
    let extents = layout.graph.type(of: id).shape.dimensions
    let names = indexNames(extents.count, in: layout)
    return comprehension(ownElement(of: id, names, [], in: layout).pieces, names, extents)
  }

  func elementForm(of id: NodeID, _ places: [String], _ aspect: Aspect, in layout: PrintLayout) -> Form {
    layout.isShared(id) ? indexed(id, places, in: layout) : ownElement(of: id, places, aspect, in: layout)
  }

  /// One element of a node, of whatever it is made, though the text has a name for it.
  private func ownElement(of id: NodeID, _ places: [String], _ aspect: Aspect, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    var (node, places) = (id, places)
    // Moves are followed in a loop: there may be many.
    while node == id || !layout.isShared(node) {
      places = MathNotation.aligned(places, to: graph.type(of: node).shape)
      if places.isEmpty { return form(of: node, aspect, in: layout) }
      if let f = graph.elementwise(node) {
        var form = elementwise(f, node, aspect, in: layout)
        for index in form.pieces.indices {
          if case .operand(let operand, let place) = form.pieces[index] {
            form.pieces[index] = .element(operand, places, place)
          }
        }
        return form
      }
      if let shown = alias(of: node, in: layout) {
        node = shown
        continue
      }
      switch graph.operation(of: node) {
      case .transpose(let permutation):
        let outer = places
        for (axis, origin) in permutation.enumerated() { places[origin] = outer[axis] }
      case .reshape:
        let (from, to) = (graph.type(of: graph.operand(0, of: node)).shape, graph.type(of: node).shape)
        guard let inner = MathNotation.placesWithoutUnitAxes(places, from, to) else {
          return indexed(node, places, in: layout)
        }
        places = inner
      case .slice(let slices): places = zip(slices, places).map { MathNotation.place($1, in: $0) }
      case .iota: return Form([.text(places[0])], places[0].contains(" ") ? .sum : .atom)
      case .accumulate(let view): return added(view, node, places, in: layout)
      case .contract(let contraction) where contraction.summed.isEmpty:
        return product(contraction, node, places, in: layout)
      default: return indexed(node, places, in: layout)
      }
      node = graph.operand(0, of: node)
    }
    return indexed(node, places, in: layout)
  }

  /// The text of a whole array with indices; what broadcasting repeats has one element along its axis.
  private func indexed(_ x: NodeID, _ places: [String], in layout: PrintLayout) -> Form {
    let own = layout.writtenShape(of: x).dimensions
    let indices = zip(places.suffix(own.count), own).map { place, extent in extent.isOne ? "0" : place }
    return indices.isEmpty
      ? Form([.operand(x, Place(.atom))], .atom)
      : Form([.operand(x, Place(.atom)), .text("[\(indices.joined(separator: ", "))]")], .atom)
  }

  private func product(
    _ contraction: Contraction, _ id: NodeID, _ places: [String], in layout: PrintLayout
  ) -> Form {
    func own(_ labels: [Int]) -> [String] {
      labels.map { label in contraction.result.firstIndex(of: label).map { places[$0] } ?? "0" }
    }
    return Form(
      [
        .element(layout.graph.operand(0, of: id), own(contraction.left), Place(.product, allowsSign: true)),
        .text(dialect == .unicode ? "·" : "*"),
        .element(layout.graph.operand(1, of: id), own(contraction.right), Place(.product)),
      ], .product)
  }

  // MARK: Sums at places

  /// `[where(i == j, d[i], 0) for i in 0..<n, j in 0..<n]`: zeros, with elements added at places.
  func accumulate(_ view: View, _ id: NodeID, in layout: PrintLayout) -> Form {
    if isDiagonal(view), !hidesDiagonal(in: layout) { return diagonal(id, in: layout) }
    let extents = layout.graph.type(of: id).shape.dimensions
    let names = indexNames(extents.count, in: layout)
    return comprehension(added(view, id, names, in: layout).pieces, names, extents)
  }

  /// The element of such a sum at places.
  private func added(_ view: View, _ id: NodeID, _ places: [String], in layout: PrintLayout) -> Form {
    let x = layout.graph.operand(0, of: id)
    let (parts, whole) = (layout.graph.type(of: x).shape.dimensions, layout.graph.type(of: id).shape.dimensions)
    var walks = indexNames(parts.count, in: layout, besides: places)
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
    if layout.graph.type(of: id).element == .bool { return placed(x, walks, tests, free, parts, in: layout) }
    let term: [Form.Piece] =
      tests.isEmpty
      ? [element(x, walks)]
      : [.text("where(\(tests.joined(separator: " and ")), "), element(x, walks), .text(", 0)")]
    return Form(sum(term, free.map { walks[$0] }, free.map { parts[$0] }), tests.isEmpty && free.isEmpty ? .any : .atom)
  }

  /// The truth value at places: whether one is there that is true.
  private func placed(
    _ x: NodeID, _ walks: [String], _ tests: [String], _ free: [Int], _ parts: [Dimension], in layout: PrintLayout
  ) -> Form {
    var value = x
    while let shown = alias(of: value, in: layout) { value = shown }
    let isTrue = layout.constant(value) == .boolean(true)
    var pieces: [Form.Piece] = [.text(tests.joined(separator: " and "))]
    if !isTrue || tests.isEmpty {
      if !tests.isEmpty { pieces.append(.text(" and ")) }
      pieces.append(element(x, walks, Place(.atom)))
    }
    if free.isEmpty { return Form(pieces, .any) }
    let bindings = MathNotation.bindings(free.map { walks[$0] }, free.map { parts[$0] })
    return Form([.text("any(")] + pieces + [.text(" for \(bindings))")], .atom)
  }

  // MARK: Diagonals

  /// Whether a view is the diagonal of a square matrix.
  func isDiagonal(_ view: View) -> Bool {
    view.axes.count == 2 && view.axes.allSatisfy { $0.start == 0 && $0.steps == [1] }
  }

  private func hidesDiagonal(in layout: PrintLayout) -> Bool {
    dialect != .latex && (layout.hides("diag") || layout.hides("eye"))
  }

  /// `diag(v)`, and `eye(n)` for ones.
  private func diagonal(_ id: NodeID, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    var x = graph.operand(0, of: id)
    while let shown = alias(of: x, in: layout) { x = shown }
    guard graph.type(of: x).isScalar else { return array("diag", [graph.operand(0, of: id)], in: layout) }
    let name = dialect == .latex ? #"\mathrm{eye}"# : "eye"
    let identity = "\(name)(\(graph.type(of: id).shape.dimensions[0]))"
    if layout.constant(x)?.isOne ?? false { return Form(atom: identity) }
    if graph.elementwise(x) == .divide, layout.constant(graph.operand(0, of: x))?.isOne ?? false, !layout.isShared(x) {
      return Form(
        [.text(identity + "/"), .operand(graph.operand(1, of: x), Place(Strength.product.tighter))], .product)
    }
    return Form(
      [.operand(x, Place(.product)), .text((dialect == .unicode ? "·" : dialect == .latex ? " " : "*") + identity)],
      .product)
  }

  // MARK: Parts

  func element(_ x: NodeID, _ places: [String], _ place: Place = .argument) -> Form.Piece { .element(x, places, place) }

  func sum(_ term: [Form.Piece], _ names: [String], _ extents: [Dimension]) -> [Form.Piece] {
    names.isEmpty ? term : [.text("sum(")] + term + [.text(" for \(MathNotation.bindings(names, extents)))")]
  }

  func comprehension(_ element: [Form.Piece], _ names: [String], _ extents: [Dimension]) -> Form {
    if names.isEmpty { return Form(element, .sum) }
    return Form([.text("[")] + element + [.text(" for \(MathNotation.bindings(names, extents))]")], .atom)
  }

  private static func bindings(_ names: [String], _ extents: [Dimension]) -> String {
    zip(names, extents).map { "\($0) in 0..<\($1)" }.joined(separator: ", ")
  }

  /// Letters that mean nothing else in the text, and are in none of the places.
  func indexNames(_ count: Int, in layout: PrintLayout, besides places: [String] = []) -> [String] {
    let taken = Set(places.flatMap { $0.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init) })
    var names: [String] = []
    var number = 0
    while names.count < count {
      let letter = MathNotation.indexLetters[number % MathNotation.indexLetters.count]
      let round = number / MathNotation.indexLetters.count
      let name = round == 0 ? letter : "\(letter)\(round)"
      if !layout.hides(name), !taken.contains(name) { names.append(name) }
      number += 1
    }
    return names
  }

  private static let indexLetters = ["i", "j", "k", "l", "p", "q", "r", "s"]

  // MARK: Places

  /// The places along the axes of a shape that is broadcast to a larger one.
  private static func aligned(_ places: [String], to shape: Shape) -> [String] {
    zip(places.suffix(shape.rank), shape.dimensions).map { $1.isOne ? "0" : $0 }
  }

  /// The places before a reshape that only adds and drops axes of one element; `nil` for any other.
  private static func placesWithoutUnitAxes(_ places: [String], _ from: Shape, _ to: Shape) -> [String]? {
    guard from.dimensions.filter({ !$0.isOne }) == to.dimensions.filter({ !$0.isOne }) else { return nil }
    var rest = zip(places, to.dimensions).filter { !$1.isOne }.map(\.0)[...]
    return from.dimensions.map { $0.isOne ? "0" : rest.popFirst() ?? "0" }
  }

  /// A place of a slice in what it is a slice of.
  private static func place(_ place: String, in slice: Operation.Slice) -> String {
    if slice.start == 0, slice.step == 1 { return place }
    if place == "0" { return "\(slice.start)" }
    let inner = place.contains(" ") && slice.step != 1 ? "(\(place))" : place
    switch slice.step {
    case 1: return "\(inner) + \(slice.start)".replacing("+ -", with: "- ")
    case -1: return "\(slice.start) - \(inner)"
    default:
      let walk = "\(slice.step)*\(inner)"
      return slice.start == 0 ? walk : "\(walk) + \(slice.start)".replacing("+ -", with: "- ")
    }
  }

  /// `2*i + j + n - 1`.
  static func affine(_ axis: View.Axis, _ names: [String]) -> String {
    var text = ""
    for (step, name) in zip(axis.steps, names) where step != 0 {
      let isNegative = step.constant.map { $0 < 0 } ?? false
      let magnitude = isNegative ? Dimension(-1) * step : step
      let factor = magnitude == 1 ? "" : magnitude.terms.count == 1 ? "\(magnitude)*" : "(\(magnitude))*"
      text += text.isEmpty ? (isNegative ? "-" : "") : isNegative ? " - " : " + "
      text += factor + (name.contains(" ") && !factor.isEmpty ? "(\(name))" : name)
    }
    if text.isEmpty { return "\(axis.start)" }
    if axis.start == 0 { return text }
    if let start = axis.start.constant { return text + (start < 0 ? " - \(-start)" : " + \(start)") }
    return "\(axis.start)" + (text.hasPrefix("-") ? " - " + text.dropFirst() : " + " + text)
  }

  // MARK: Reductions

  /// `sum(x, axis: 1, keepdims: true)`: a reduction whose axes stay with one element.
  func keptReduction(_ x: NodeID, _ to: Shape, in layout: PrintLayout) -> Form? {
    let graph = layout.graph
    if layout.isShared(x) { return nil }
    let name: String
    let operand: NodeID
    let axes: [Int]
    switch graph.operation(of: x) {
    case .reduce(let reduction, let reduced):
      (name, axes) = (reduction.name, reduced)
      operand = graph.operand(0, of: x)
    case .result(0):
      let call = graph.operand(0, of: x)
      guard case .call(let callee) = graph.operation(of: call), case let function = graph.functions[callee.index],
        MathNotation.reducers.contains(function.name), let summed = function.summedAxes
      else { return nil }
      (name, axes) = (function.name, summed)
      operand = graph.operand(0, of: call)
    default: return nil
    }
    var kept = graph.type(of: operand).shape
    for axis in axes { kept.dimensions[axis] = 1 }
    guard !axes.isEmpty, kept == to else { return nil }
    let shown = name == "sum" ? counted(.sum, operand, in: layout) : operand
    return array(
      name, [shown], labels: axisLabels(axes, kept.rank) + ["keepdims: true"], in: layout)
  }

  private static let reducers: Set<String> = ["mean", "var", "std", "norm", "logsumexp"]

  /// `axis: 1` of a reduction; nothing where all axes are gone.
  func axisLabels(_ axes: [Int], _ rank: Int) -> [String] {
    axes.count == rank ? [] : [axes.count == 1 ? "axis: \(axes[0])" : "axis: \(axes)"]
  }

  /// What a sum counts, which is true as often: `sum(x > 0)` for the sum of `where(x > 0, 1, 0)`; else the operand.
  func counted(_ reduction: Operation.Reduction, _ operand: NodeID, in layout: PrintLayout) -> NodeID {
    let graph = layout.graph
    guard reduction == .sum, graph.elementwise(operand) == .select, !layout.isShared(operand),
      layout.constant(graph.operand(1, of: operand))?.isOne ?? false,
      layout.constant(graph.operand(2, of: operand))?.isZero ?? false,
      case let condition = graph.operand(0, of: operand),
      graph.type(of: condition).shape == graph.type(of: operand).shape
    else { return operand }
    return condition
  }
}
