import BigInt
import NablaGraph

extension Workspace {
  /// One node for a scaled value.
  mutating func materialise(_ value: Scaled) -> NodeID {
    let (scale, node) = (value.scale, value.node)
    if scale.isOne { return node }
    if isOne(node) || scale.isZero { return fitted(constant(.rational(scale), element(of: node)), like: node) }
    if scale.isNegative, let opposite = opposite(of: node) { return materialise(Scaled(-scale, opposite)) }
    if facts(of: node).contains(.constantFactor), !isShared(node), let scaled = scaledInside(node, by: scale) {
      return scaled
    }
    if scale == .minusOne { return make(.negate, node) }
    // As one writes it: `a/(3*b)`, `(6*x)*y`.
    if phase == .readable, !scale.isInteger, graph.elementwise(node) == .divide, !isShared(node) {
      let upper = materialise(Scaled(Rational(scale.numerator, 1), graph.operand(0, of: node)))
      return make(.divide, upper, materialise(Scaled(Rational(scale.denominator, 1), graph.operand(1, of: node))))
    }
    if phase == .readable, scale.isInteger, let scaled = scaledInside(node, by: scale) { return scaled }
    return make(.multiply, constant(.rational(scale), element(of: node)), node)
  }

  /// A scaled value from a node: the inverse of ``materialise(_:)``.
  mutating func peeled(_ id: NodeID) -> Scaled {
    if let value = literal(id), element(of: id).isFloat { return Scaled(value, one(element(of: id))) }
    switch graph.elementwise(id) {
    case .negate:
      let inner = peeled(graph.operand(0, of: id))
      return inner.negated
    case .multiply:
      if let value = literal(graph.operand(0, of: id)) {
        return fittedScale(Scaled(value, graph.operand(1, of: id)), like: id)
      }
    case .divide:
      let numerator = graph.operand(0, of: id)
      if let value = literal(numerator), !value.isOne, !value.isZero {
        let reciprocal = make(.divide, one(element(of: id)), graph.operand(1, of: id))
        return Scaled(value, reciprocal)
      }
    default: break
    }
    return Scaled(id)
  }

  /// Puts a factor beside the leading constant factor of a product, where it is multiplied before the run.
  private mutating func scaledInside(_ id: NodeID, by scale: Rational) -> NodeID? {
    // The way from the root to the leading factor, through first operands.
    var path: [NodeID] = []
    var node = id
    while path.count < 32, let f = graph.elementwise(node), f == .multiply || f == .divide, !isShared(node) {
      path.append(node)
      node = graph.operand(0, of: node)
    }
    if path.isEmpty || !isConstant(node) && phase != .readable { return nil }
    var result = scaledConstant(node, by: scale)
    for step in path.reversed() {
      guard let f = graph.elementwise(step) else { return nil }
      // A constant that became 1 is no factor.
      result =
        f == .multiply && isOne(result) ? graph.operand(1, of: step) : make(f, result, graph.operand(1, of: step))
    }
    return result
  }

  private mutating func scaledConstant(_ id: NodeID, by scale: Rational) -> NodeID {
    if let value = literal(id) { return constant(.rational(value * scale), element(of: id)) }
    if scale == .minusOne { return make(.negate, id) }
    return make(.multiply, constant(.rational(scale), element(of: id)), id)
  }

  /// `-node` without a negation, where the node can take the sign at no cost: a difference turned round, an odd
  /// function of one, a product with one.
  mutating func opposite(of id: NodeID, depth: Int = 0) -> NodeID? {
    if isShared(id) || depth > 4 { return nil }
    guard let f = graph.elementwise(id) else { return isFinishing ? linearOpposite(of: id, depth: depth) : nil }
    switch f {
    case .subtract, .add:
      guard var form = linearForm(of: id, limit: 32) else { return nil }
      form.scale(by: .minusOne)
      let isMixed =
        form.terms.contains { !$0.coefficient.isNegative } || form.constants.contains { !$0.coefficient.isNegative }
        || !form.constant.isNegative && !form.constant.isZero
      guard isMixed || turnOneTerm(of: &form, depth: depth + 1) else { return nil }
      return layout(&form)
    case .negate: return graph.operand(0, of: id)
    case .multiply, .divide:
      let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
      if let opposite = opposite(of: a, depth: depth + 1) { return make(f, opposite, b) }
      if let opposite = opposite(of: b, depth: depth + 1) { return make(f, a, opposite) }
      return nil
    case .select where isFinishing:
      let (a, b) = (graph.operand(1, of: id), graph.operand(2, of: id))
      guard let first = opposite(of: a, depth: depth + 1), let second = opposite(of: b, depth: depth + 1) else {
        return nil
      }
      return make(f, [graph.operand(0, of: id), first, second])
    default:
      guard f.facts.contains(.odd), f.arity == 1 else { return nil }
      return opposite(of: graph.operand(0, of: id), depth: depth + 1).map { make(f, $0) }
    }
  }

  /// Gives a sum without a positive term one, if a term can take the sign at no cost.
  mutating func turnOneTerm(of form: inout LinearForm, depth: Int = 0) -> Bool {
    for index in form.terms.indices.prefix(8) {
      guard let opposite = opposite(of: form.terms[index].node, depth: depth) else { continue }
      form.terms[index] = Term(coefficient: -form.terms[index].coefficient, node: opposite)
      return true
    }
    return false
  }

  // MARK: Types

  /// The node with the type of another: a result that lost an operand may have lost axes with it.
  mutating func fitted(_ id: NodeID, like model: NodeID) -> NodeID {
    if graph.typeID(of: id) == graph.typeID(of: model) { return id }
    return make(.broadcast, [id], type: graph.type(of: model))
  }

  /// The same for a scaled value; a scalar constant stays one.
  mutating func fittedScale(_ value: Scaled, like model: NodeID) -> Scaled {
    if graph.typeID(of: value.node) == graph.typeID(of: model) { return value }
    return Scaled(value.scale, fitted(value.node, like: model))
  }
}
