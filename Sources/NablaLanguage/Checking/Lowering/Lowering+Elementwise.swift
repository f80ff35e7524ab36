import NablaDiagnostics
import NablaGraph

/// Elementwise operations: the table's typing rule says what the operands become.
extension Lowering {
  mutating func elementwise(
    _ f: Elementwise, _ operands: [Value], at id: SyntaxID, named name: @autoclosure () -> String
  ) -> Value {
    // What does nothing stands in a formula that says so, but not where a layer is told to have no activation.
    if f == .identity, operands.count == 1, frame >= 0, frames[frame].unit != Lowering.programUnit {
      return operands[0]
    }
    // Most functions are of one float.
    if operands.count == 1, case .node(let x, .firm) = operands[0], graph.element(of: x).isFloat,
      f.typing == .real || f.typing == .numeric
    {
      setOrigin(id)
      return .node(graph.apply(f, x), .firm)
    }
    if let exact = exact(f, operands) { return exact }
    guard let classes = numerics(operands, at: id, in: name()) else { return .invalid }
    var common = agreement(f.typing == .selection ? Array(classes.dropFirst()) : classes)
    switch f.typing {
    case .numeric:
      if common.element == .bool { common.element = .i64 }
    case .real:
      if !common.element.isFloat { common = Agreement(element: options.floatType, firmness: .weakReal) }
      if common.firmness == .weakInteger { common.firmness = .weakReal }
    case .comparison: common.firmness = .firm
    case .logical:
      common = Agreement(element: .bool, firmness: .firm)
      for (operand, numeric) in zip(operands, classes) where numeric != .firm(.bool) {
        report(.logical, "\(name()) needs truth values, not \(describe(operand))", at: id)
        return .invalid
      }
    case .selection:
      if classes[0] != .firm(.bool) {
        report(.condition, "the condition of \(name()) is a truth value, not \(describe(operands[0]))", at: id)
        return .invalid
      }
    }
    var nodes: [NodeID] = []
    for (position, operand) in operands.enumerated() {
      let element = position == 0 && f.typing == .selection ? .bool : common.element
      guard let node = materialise(operand, element, at: id) else { return .invalid }
      nodes.append(node)
    }
    guard shapesAgree(&nodes, at: id, named: name()) else { return .invalid }
    setOrigin(id)
    return .node(apply(f, nodes), common.firmness)
  }

  private mutating func apply(_ f: Elementwise, _ nodes: [NodeID]) -> NodeID {
    switch nodes.count {
    case 1: graph.apply(f, nodes[0])
    case 2: graph.apply(f, nodes[0], nodes[1])
    default: graph.apply(f, nodes)
    }
  }

  /// Functions of exact numbers and sizes that stay exact.
  private mutating func exact(_ f: Elementwise, _ operands: [Value]) -> Value? {
    guard operands.count == 2 else { return nil }
    if let a = operands[0].rational, let b = operands[1].rational {
      return ExactArithmetic.apply(f, [a, b]).map { .number(.rational($0)) }
    }
    guard let a = operands[0].size, let b = operands[1].size else { return nil }
    switch f {
    case .mod: return (try? SizeArithmetic.remainder(a, b)).map { .size(of: $0) }
    case .min, .max: return SizeArithmetic.isLess(a, b).map { .size(of: $0 == (f == .max) ? b : a) }
    default: return nil
    }
  }

  /// Whether shapes broadcast; reports the first two that do not. Extents that may or may not be equal are taken for
  /// equal: with sizes that are numbers, the program is checked again.
  mutating func shapesAgree(
    _ nodes: inout [NodeID], at id: SyntaxID, named name: @autoclosure () -> String
  ) -> Bool {
    guard var shape = nodes.first.map({ graph.type(graph.typeID(of: $0)).shape }) else { return true }
    for (position, node) in nodes.enumerated().dropFirst() {
      if graph.typeID(of: node) == graph.typeID(of: nodes[position - 1]) { continue }
      nodes[position] = supposing(node, broadcastsTo: shape)
      let other = graph.type(of: nodes[position]).shape
      do {
        shape = try shape.broadcast(with: other)
      } catch {
        reportBroadcast(shape, other, error, at: id, named: name())
        return false
      }
      if !isManageable(shape, at: place(id)) { return false }
    }
    return true
  }

  /// A node in the extents of a shape, as far as they may be its own.
  mutating func supposing(_ node: NodeID, broadcastsTo shape: Shape) -> NodeID {
    let type = graph.type(of: node)
    var dimensions = type.shape.dimensions
    for (own, other) in zip(dimensions.indices.reversed(), shape.dimensions.reversed()) {
      let extent = dimensions[own]
      if extent != other, !extent.isOne, !other.isOne, extent.mayEqual(other) { dimensions[own] = other }
    }
    if dimensions == type.shape.dimensions { return node }
    return graph.append(.reshape, [node], type: TensorType(type.element, Shape(dimensions)))
  }

  /// Reports a shape whose elements cannot be counted.
  mutating func isManageable(_ shape: Shape, at range: SourceRange) -> Bool {
    if SizeArithmetic.isManageable(shape) { return true }
    report(.sizeLimit, "an array of the shape \(shape) is too large", at: range)
    return false
  }

  private mutating func reportBroadcast(
    _ a: Shape, _ b: Shape, _ error: TypeError, at id: SyntaxID, named name: String
  ) {
    var label: String?
    if case .broadcast(_, _, let axis) = error {
      let rank = max(a.rank, b.rank)
      let (i, j) = (axis - (rank - a.rank), axis - (rank - b.rank))
      if a.dimensions.indices.contains(i), b.dimensions.indices.contains(j) {
        label = "\(a.dimensions[i]) here, \(b.dimensions[j]) there"
      }
    }
    report(.broadcast, "\(name) of shapes that do not broadcast: \(a) and \(b)", at: id, label: label)
  }

  // MARK: Conditionals

  /// The condition is known: takes its branch, or looks at both.
  mutating func branch(_ id: SyntaxID) {
    guard case .conditional(let conditionID, let consequence, let alternative) = tree.kind(id) else {
      return push(.invalid)
    }
    let condition = pop()
    switch condition {
    case .boolean(let truth): tasks.append(.evaluate(truth ? consequence : alternative))
    default:
      push(checked(condition, at: conditionID))
      tasks.append(.join(id))
      tasks.append(.evaluate(alternative))
      tasks.append(.evaluate(consequence))
    }
  }

  private mutating func checked(_ condition: Value, at id: SyntaxID) -> Value {
    switch condition {
    case .invalid: return .invalid
    case .node(let node, _) where graph.type(of: node).element == .bool:
      if graph.type(of: node).isScalar || frames[frame].isElementwise { return condition }
      report(
        .arrayCondition,
        "'if' needs one truth value, not \(describe(condition)); 'where(c, a, b)' chooses element by element", at: id)
      return .invalid
    default:
      report(.condition, "the condition of 'if' is a truth value, not \(describe(condition))", at: id)
      return .invalid
    }
  }

  mutating func join(_ id: SyntaxID) {
    let alternative = pop()
    let consequence = pop()
    let condition = pop()
    if condition.isInvalid || consequence.isInvalid || alternative.isInvalid { return push(.invalid) }
    guard case .tuple(let a, let labels) = consequence, case .tuple(let b, _) = alternative, a.count == b.count else {
      return push(elementwise(.select, [condition, consequence, alternative], at: id, named: "'if'"))
    }
    let parts = zip(a, b).map { elementwise(.select, [condition, $0, $1], at: id, named: "'if'") }
    push(parts.contains(.invalid) ? .invalid : .tuple(parts, labels: labels))
  }
}
