import NablaGraph

/// Pairs of operations that move elements. All of them are `exact`: what is moved keeps its bits.
extension Workspace {
  /// An operation of one operand, two of them in one where the operand is such a one itself.
  mutating func moved(_ node: NodeID, by operation: Operation, like id: NodeID) -> NodeID {
    var (operation, operand) = (operation, node)
    // Each step takes an operation off, so this ends.
    while graph.elementwise(operand) == nil, let step = joined(operation, operand) {
      (operation, operand) = step
    }
    if doesNothing(operation, operand), graph.typeID(of: operand) == graph.typeID(of: id) { return operand }
    if operation == graph.operation(of: id), operand == graph.operand(0, of: id) {
      summarise(id)
      return id
    }
    return make(operation, [operand], type: graph.type(of: id))
  }

  /// A reshape, or what such a node was made of where that has the type already.
  mutating func moved(_ node: NodeID, by reshape: Operation, to type: TensorType) -> NodeID {
    var source = node
    while graph.elementwise(source) == nil, graph.operation(of: source) == reshape {
      source = graph.operand(0, of: source)
    }
    return graph.type(of: source) == type ? source : make(reshape, [source], type: type)
  }

  /// The two operations as one on the inner operation's operand.
  private func joined(_ outer: Operation, _ node: NodeID) -> (Operation, NodeID)? {
    let inner = graph.operation(of: node)
    switch (outer, inner) {
    case (.reshape, .reshape), (.broadcast, .broadcast):
      return (outer, graph.operand(0, of: node))
    case (.broadcast, .reshape) where onlyAddsLeadingAxes(node):
      return (outer, graph.operand(0, of: node))
    case (.transpose(let outer), .transpose(let inner)):
      return (.transpose(outer.map { inner[$0] }), graph.operand(0, of: node))
    case (.slice(let outer), .slice(let inner)):
      return joined(outer, inner).map { (.slice($0), graph.operand(0, of: node)) }
    case (.slice(let slices), .pad(let padding)):
      let operand = graph.operand(0, of: node)
      return inside(slices, padding, graph.type(of: operand).shape).map { (.slice($0), operand) }
    case (.slice(let slices), .concatenate(let axis)):
      return part(slices, of: node, along: axis)
    case (.pad(let outer), .pad(let inner)):
      return joined(outer, inner).map { (.pad($0), graph.operand(0, of: node)) }
    default: return nil
    }
  }

  /// Whether a reshape does what repeating does anyway: axes of one element in front.
  func onlyAddsLeadingAxes(_ node: NodeID) -> Bool {
    guard graph.elementwise(node) == nil, graph.operation(of: node) == .reshape else { return false }
    let own = graph.type(of: node).shape.dimensions
    let inner = graph.type(of: graph.operand(0, of: node)).shape.dimensions
    let lead = own.count - inner.count
    return lead >= 0 && own.prefix(lead).allSatisfy(\.isOne) && Array(own.dropFirst(lead)) == inner
  }

  /// Whether the operation does nothing if it does not change the type.
  private func doesNothing(_ operation: Operation, _ operand: NodeID) -> Bool {
    switch operation {
    case .reshape, .broadcast: true
    case .transpose(let permutation): permutation == Array(permutation.indices)
    case .slice(let slices): slices.allSatisfy { $0.start == 0 && $0.step == 1 }
    case .pad(let padding): padding.allSatisfy { $0.low == 0 && $0.high == 0 && $0.interior == 0 }
    default: false
    }
  }

  /// A part of a part.
  private func joined(_ outer: [Operation.Slice], _ inner: [Operation.Slice]) -> [Operation.Slice]? {
    var result: [Operation.Slice] = []
    for (a, b) in zip(outer, inner) {
      let (step, overflow) = a.step.multipliedReportingOverflow(by: b.step)
      let start = b.start + Dimension(b.step) * a.start
      if overflow || start.isUndefined { return nil }
      result.append(.init(start: start, step: step, count: a.count))
    }
    return result
  }

  /// Zeros around zeros. An inner padding that cuts elements off stays.
  private func joined(_ outer: [Operation.Padding], _ inner: [Operation.Padding]) -> [Operation.Padding]? {
    var result: [Operation.Padding] = []
    for (a, b) in zip(outer, inner) {
      guard a.interior == 0, b.interior == 0, b.low.isNotNegative, b.high.isNotNegative, a.low.isNotNegative,
        a.high.isNotNegative
      else { return nil }
      result.append(.init(low: a.low + b.low, high: a.high + b.high))
    }
    return result
  }

  /// A part of a padded array that holds no zero of the padding, as a part of the array.
  private func inside(
    _ slices: [Operation.Slice], _ padding: [Operation.Padding], _ shape: Shape
  ) -> [Operation.Slice]? {
    var result: [Operation.Slice] = []
    for ((slice, pad), extent) in zip(zip(slices, padding), shape.dimensions) {
      let start = slice.start - pad.low
      guard pad.interior == 0, slice.step == 1, start.isNotNegative,
        (extent - start - slice.count).isNotNegative
      else { return nil }
      result.append(.init(start: start, count: slice.count))
    }
    return result
  }

  /// A part of joined arrays that lies in one of them.
  private func part(_ slices: [Operation.Slice], of node: NodeID, along axis: Int) -> (Operation, NodeID)? {
    if slices[axis].step != 1 { return nil }
    var offset: Dimension = 0
    for operand in graph.operands(of: node) {
      let extent = graph.type(of: operand).shape.dimensions[axis]
      let start = slices[axis].start - offset
      if start.isNotNegative, (extent - start - slices[axis].count).isNotNegative {
        var result = slices
        result[axis].start = start
        return (.slice(result), operand)
      }
      offset = offset + extent
    }
    return nil
  }
}

extension Dimension {
  /// Whether it is certain that the extent is not below zero: sizes are not, but may be zero.
  var isNotNegative: Bool {
    !isUndefined
      && terms.allSatisfy { term in
        term.coefficient > 0 && term.atoms.allSatisfy { if case .symbol = $0 { true } else { false } }
      }
  }
}
