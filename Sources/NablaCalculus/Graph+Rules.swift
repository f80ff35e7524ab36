import NablaGraph

extension Graph {
  /// Builds a derivative rule of the operation table at a node with the given operands and value.
  mutating func instantiate(_ rule: Rule, operands: [NodeID], result: NodeID) -> NodeID {
    switch rule {
    case .operand(let index): return operands[index]
    case .result: return result
    case .constant(let value): return constant(value, type(of: result).element)
    case .apply(let f, let arguments):
      return simplified(f, arguments.map { instantiate($0, operands: operands, result: result) })
    }
  }

  /// `weight × rule`, with the weight pushed to where it costs least: into the branches of a selection, into the
  /// numerator of a quotient, through a negation. The last factor of a product takes the weight, so that the slopes of
  /// one operation share what they have in common: `seed / y` in a division.
  ///
  /// - Returns: `nil` where the rule is zero.
  mutating func weighted(_ rule: Rule, by weight: NodeID, operands: [NodeID], result: NodeID) -> NodeID? {
    switch rule {
    case .constant(let value) where value.isZero: return nil
    case .constant(let value) where value.isOne: return weight
    case .apply(.negate, let arguments):
      return weighted(arguments[0], by: weight, operands: operands, result: result).map { simplified(.negate, [$0]) }
    case .apply(.select, let arguments):
      let condition = self.condition(arguments[0], operands: operands, result: result)
      let branches = arguments.dropFirst().map { weighted($0, by: weight, operands: operands, result: result) }
      let zero = self.zero(like: weight)
      if branches.allSatisfy({ $0 == nil }) { return nil }
      return apply(.select, condition, branches[0] ?? zero, branches[1] ?? zero)
    case .apply(.multiply, let arguments):
      guard let last = weighted(arguments[1], by: weight, operands: operands, result: result) else { return nil }
      return simplified(.multiply, [instantiate(arguments[0], operands: operands, result: result), last])
    case .apply(.divide, let arguments):
      guard let top = weighted(arguments[0], by: weight, operands: operands, result: result) else { return nil }
      return simplified(.divide, [top, instantiate(arguments[1], operands: operands, result: result)])
    default:
      return simplified(.multiply, [weight, instantiate(rule, operands: operands, result: result)])
    }
  }

  /// `weight ⊙ rule`, zero wherever the weight is zero, also where the rule is NaN or infinite there.
  mutating func stronglyWeighted(_ rule: Rule, by weight: NodeID, operands: [NodeID], result: NodeID) -> NodeID? {
    switch rule {
    case .constant, .apply(.select, _):
      return weighted(rule, by: weight, operands: operands, result: result)
    case .apply(.negate, let arguments):
      return stronglyWeighted(arguments[0], by: weight, operands: operands, result: result)
        .map { simplified(.negate, [$0]) }
    default:
      let slope = instantiate(rule, operands: operands, result: result)
      if let value = constant(slope), value.isZero { return nil }
      return simplified(.strongMultiply, [weight, slope])
    }
  }

  /// A rule used as a condition: the first operand of a selection is one already.
  private mutating func condition(_ rule: Rule, operands: [NodeID], result: NodeID) -> NodeID {
    instantiate(rule, operands: operands, result: result)
  }

  mutating func zero(like id: NodeID) -> NodeID { constant(.zero, type(of: id).element) }

  /// Arithmetic with what is known at once left out: exact constants, neutral elements, zero.
  ///
  /// A derivative is built of such trifles, and to leave them to the rewriter would triple the graph. The neutral
  /// element goes only where the other operand has the result's shape.
  mutating func simplified(_ f: Elementwise, _ operands: [NodeID]) -> NodeID {
    let values = operands.map { constant($0)?.rational }
    let element = type(of: operands[0]).element
    func shaped(_ index: Int) -> Bool {
      type(of: operands[1 - index]).shape.rank <= type(of: operands[index]).shape.rank
    }
    switch (f, values.first ?? nil, values.count > 1 ? values[1] : nil) {
    case (.negate, let a?, _): return constant(.rational(-a), element)
    case (.add, let a?, let b?): return constant(.rational(a + b), element)
    case (.subtract, let a?, let b?): return constant(.rational(a - b), element)
    case (.multiply, let a?, let b?): return constant(.rational(a * b), element)
    case (.multiply, let a?, _) where a.isOne && shaped(1): return operands[1]
    case (.multiply, _, let b?) where b.isOne && shaped(0): return operands[0]
    case (.multiply, let a?, _) where a == .minusOne && shaped(1): return apply(.negate, operands[1])
    case (.multiply, _, let b?) where b == .minusOne && shaped(0): return apply(.negate, operands[0])
    case (.divide, _, let b?) where b.isOne && shaped(0): return operands[0]
    case (.add, let a?, _) where a.isZero && shaped(1): return operands[1]
    case (.add, _, let b?) where b.isZero && shaped(0): return operands[0]
    case (.power, _, let n?) where n.isOne && shaped(0): return operands[0]
    case (.power, _, let n?) where n.isZero && type(of: operands[0]).isScalar: return constant(.one, element)
    case (.strongMultiply, let a?, _) where a.isZero && type(of: operands[1]).isScalar: return operands[0]
    case (.strongMultiply, .some, _): return simplified(.multiply, operands)
    default: break
    }
    if f == .negate, elementwise(operands[0]) == .negate { return operand(0, of: operands[0]) }
    return apply(f, operands)
  }
}
