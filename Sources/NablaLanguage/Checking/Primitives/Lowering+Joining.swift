import NablaDiagnostics
import NablaGraph

/// Arrays one after the other, side by side, or taken apart.
extension Lowering {
  /// The arrays of a call that takes several, in the element type that they agree on. A tuple stands for its elements,
  /// an array for its rows.
  private mutating func arrays(_ call: PrimitiveCall) -> (nodes: [NodeID], firmness: Firmness)? {
    var values = call.list.map(\.value)
    if values.count == 1, case .tuple(let elements, _) = values[0] { values = elements }
    let what = "'\(call.primitive.rawValue)'"
    guard let classes = numerics(values, at: call.site, in: what) else { return nil }
    let common = agreement(classes)
    var nodes: [NodeID] = []
    for value in values {
      guard let node = materialise(value, common.element, at: call.site) else { return nil }
      nodes.append(node)
    }
    return (nodes, common.firmness)
  }

  mutating func concatenate(_ call: PrimitiveCall) -> Value? {
    if let sizes = joinedSizes(call) { return sizes }
    guard let (nodes, firmness) = arrays(call), let rank = nodes.first.map({ graph.type(of: $0).shape.rank }) else {
      return nil
    }
    if nodes.count == 1, rank > 1 { return rowsJoined(nodes[0], call).map { .node($0, firmness) } }
    guard let axis = axis(call, rank: rank, default: 0) else { return nil }
    return joined(nodes, axis: axis, at: place(call.site)).map { .node($0, firmness) }
  }

  /// The rows of one array one after the other: as NumPy has it, an array is a list of its rows.
  private mutating func rowsJoined(_ node: NodeID, _ call: PrimitiveCall) -> NodeID? {
    let dimensions = graph.type(of: node).shape.dimensions
    guard let axis = axis(call, rank: dimensions.count - 1, default: 0) else { return nil }
    // The rows' axis stands before the one that they are joined along, and becomes one with it.
    let turned = permuted(node, Array(1..<axis + 1) + [0] + Array(axis + 1..<dimensions.count))
    var shape = Array(dimensions.dropFirst())
    shape[axis] = dimensions[0] * shape[axis]
    return reshaped(turned, shape, at: place(call.site))
  }

  /// Lists of sizes make a list of sizes.
  private func joinedSizes(_ call: PrimitiveCall) -> Value? {
    guard call.arguments["axis"] == nil, call.list.count > 1 else { return nil }
    var elements: [Dimension] = []
    for argument in call.list {
      guard case .sizes(let array) = argument.value, let list = array.list else { return nil }
      elements += list
    }
    return .sizes(SizeArray(elements, [elements.count]))
  }

  /// Arrays one after the other; all other extents agree.
  mutating func joined(_ nodes: [NodeID], axis: Int, at range: SourceRange) -> NodeID? {
    guard let first = nodes.first else { return nil }
    if nodes.count == 1 { return first }
    let type = graph.type(of: first)
    var expected = type.shape
    for (position, node) in nodes.enumerated().dropFirst() {
      let shape = graph.type(of: node).shape
      var other = shape
      guard other.rank == expected.rank else {
        reportJoin(type.shape, shape, position, axis, at: range)
        return nil
      }
      other.dimensions[axis] = expected.dimensions[axis]
      guard other == expected else {
        reportJoin(type.shape, shape, position, axis, at: range)
        return nil
      }
    }
    expected.dimensions[axis] = nodes.reduce(0) { $0 + graph.type(of: $1).shape.dimensions[axis] }
    guard isManageable(expected, at: range) else { return nil }
    return graph.append(.concatenate(axis: axis), nodes, type: type)
  }

  private mutating func reportJoin(_ a: Shape, _ b: Shape, _ position: Int, _ axis: Int, at range: SourceRange) {
    let other = zip(a.dimensions, b.dimensions).enumerated().first { $0.offset != axis && $0.element.0 != $0.element.1 }
    let label = other.map { "\($0.element.0) first, \($0.element.1) in number \(position + 1), on axis \($0.offset)" }
    report(
      .join, "arrays that are joined along axis \(axis) agree in all other axes: \(a) and \(b)", at: range,
      label: label)
  }

  mutating func stack(_ call: PrimitiveCall) -> Value? {
    guard let (nodes, firmness) = arrays(call), let shape = nodes.first.map({ graph.type(of: $0).shape }) else {
      return nil
    }
    if nodes.count == 1, shape.rank > 0 {
      // The rows of one array: as NumPy has it, an array is a list of its rows.
      guard let axis = axis(call, rank: shape.rank, default: 0) else { return nil }
      let order = Array(1..<axis + 1) + [0] + Array(axis + 1..<shape.rank)
      return .node(permuted(nodes[0], order), firmness)
    }
    guard let axis = axis(call, rank: shape.rank + 1, default: 0) else { return nil }
    var rows: [NodeID] = []
    for (position, node) in nodes.enumerated() {
      let other = graph.type(of: node).shape
      guard other == shape else {
        report(
          .join, "arrays that are stacked have one shape: the first has \(shape), number \(position + 1) has \(other)",
          at: call.site)
        return nil
      }
      var dimensions = shape.dimensions
      dimensions.insert(1, at: axis)
      guard let row = reshaped(node, dimensions, at: place(call.site)) else { return nil }
      rows.append(row)
    }
    return joined(rows, axis: axis, at: place(call.site)).map { .node($0, firmness) }
  }

  /// A number of equal parts, or the places where parts begin.
  mutating func split(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call) else { return nil }
    let shape = graph.type(of: node).shape
    guard let axis = axis(call, rank: shape.rank, default: 0) else { return nil }
    let extent = shape.dimensions[axis]
    var bounds: [Dimension] = [0]
    if case .sizes(let places)? = call.arguments["sections"]?.value, let list = places.list {
      bounds += list
    } else {
      guard let parts = integer("sections", call) else { return nil }
      guard (1...Lowering.partLimit).contains(parts), let part = extent.dividing(by: Dimension(parts)) else {
        report(
          .reshape, "an axis of \(extent) has no \(parts) equal parts", at: range(of: "sections", call))
        return nil
      }
      bounds += (1..<max(parts, 1)).map { Dimension($0) * part }
    }
    bounds.append(extent)
    var parts: [Value] = []
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      guard let part = cut(node, axis: axis, .init(start: start, count: end - start), at: place(call.site)) else {
        return nil
      }
      parts.append(.node(part, firmness))
    }
    return parts.count == 1 ? parts[0] : .tuple(parts, labels: parts.indices.map(String.init))
  }

  /// The most parts of one `split`.
  private static var partLimit: Int { 1 << 16 }
}

extension Dimension {
  /// The quotient, where the divisor goes into every term.
  func dividing(by divisor: Dimension) -> Dimension? {
    let quotient = floorDividing(by: divisor)
    if quotient * divisor == self { return quotient }
    // A product of names that all are factors of every term.
    guard divisor.terms.count == 1, let term = divisor.terms.first, term.coefficient != 0 else { return nil }
    var result = Dimension(0)
    for part in terms {
      var atoms = part.atoms
      for atom in term.atoms {
        guard let place = atoms.firstIndex(of: atom) else { return nil }
        atoms.remove(at: place)
      }
      guard part.coefficient % term.coefficient == 0 else { return nil }
      let factors = atoms.reduce(Dimension(part.coefficient / term.coefficient)) { $0 * Dimension($1) }
      result = result + factors
    }
    return result
  }

  /// A name, quotient or remainder by itself.
  fileprivate init(_ atom: Atom) {
    switch atom {
    case .symbol(let name): self.init(name)
    case .floorQuotient(let a, let b): self = a.floorDividing(by: b)
    case .remainder(let a, let b): self = a.remainder(dividingBy: b)
    }
  }
}
