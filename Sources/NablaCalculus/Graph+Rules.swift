import NablaGraph

extension Graph {
  /// Builds a derivative rule of the operation table at a node with the given operands and value.
  mutating func instantiate(_ rule: Rule, operands: ElementwiseOperands, result: NodeID) -> NodeID {
    switch rule {
    case .operand(let index): return operands[index]
    case .result: return result
    case .constant(let value): return constant(value, element(of: result))
    case .apply(let f, let arguments):
      let x = instantiate(arguments[0], operands: operands, result: result)
      if arguments.count == 1 { return simplified(f, x) }
      let y = instantiate(arguments[1], operands: operands, result: result)
      if arguments.count == 2 { return simplified(f, x, y) }
      return apply(f, x, y, instantiate(arguments[2], operands: operands, result: result))
    }
  }

  /// `weight × rule`, with the weight pushed to where it costs least: into the branches of a selection, into the
  /// numerator of a quotient, through a negation. The last factor of a product takes the weight, so that the slopes of
  /// one operation share what they have in common: `seed / y` in a division.
  ///
  /// - Returns: `nil` where the rule is zero.
  mutating func weighted(_ rule: Rule, by weight: NodeID, operands: ElementwiseOperands, result: NodeID) -> NodeID? {
    switch rule {
    case .constant(let value) where value.isZero: return nil
    case .constant(let value) where value.isOne: return weight
    case .apply(.negate, let arguments):
      return weighted(arguments[0], by: weight, operands: operands, result: result).map { simplified(.negate, $0) }
    case .apply(.select, let arguments):
      let condition = instantiate(arguments[0], operands: operands, result: result)
      let branches = arguments.dropFirst().map { weighted($0, by: weight, operands: operands, result: result) }
      let zero = self.zero(like: weight)
      if branches.allSatisfy({ $0 == nil }) { return nil }
      return apply(.select, condition, branches[0] ?? zero, branches[1] ?? zero)
    case .apply(.multiply, let arguments):
      guard let last = weighted(arguments[1], by: weight, operands: operands, result: result) else { return nil }
      return simplified(.multiply, instantiate(arguments[0], operands: operands, result: result), last)
    case .apply(.divide, let arguments):
      guard let top = weighted(arguments[0], by: weight, operands: operands, result: result) else { return nil }
      return simplified(.divide, top, instantiate(arguments[1], operands: operands, result: result))
    default:
      return simplified(.multiply, weight, instantiate(rule, operands: operands, result: result))
    }
  }

  /// `weight ⊙ rule`, zero wherever the weight is zero, also where the rule is NaN or infinite there.
  mutating func stronglyWeighted(_ rule: Rule, by weight: NodeID, operands: ElementwiseOperands, result: NodeID)
    -> NodeID?
  {
    switch rule {
    case .constant, .apply(.select, _):
      return weighted(rule, by: weight, operands: operands, result: result)
    case .apply(.negate, let arguments):
      return stronglyWeighted(arguments[0], by: weight, operands: operands, result: result)
        .map { simplified(.negate, $0) }
    default:
      let slope = instantiate(rule, operands: operands, result: result)
      if let value = constant(slope), value.isZero { return nil }
      return simplified(.strongMultiply, weight, slope)
    }
  }

  mutating func zero(like id: NodeID) -> NodeID { constant(.zero, element(of: id)) }

  /// Arithmetic with what is known at once left out: exact constants, neutral elements, zero.
  ///
  /// A derivative is built of such trifles, and to leave them to the rewriter would triple the graph.
  mutating func simplified(_ f: Elementwise, _ x: NodeID) -> NodeID {
    if f == .negate {
      if let value = constant(x)?.rational { return constant(.rational(-value), element(of: x)) }
      if elementwise(x) == .negate { return operand(0, of: x) }
    }
    return apply(f, x)
  }

  /// The same with two operands. The neutral element goes only where the other operand has the result's shape.
  mutating func simplified(_ f: Elementwise, _ x: NodeID, _ y: NodeID) -> NodeID {
    let (a, b) = (constant(x)?.rational, constant(y)?.rational)
    if a == nil, b == nil { return apply(f, x, y) }
    let element = element(of: x)
    // Whether an operand has the shape of the result.
    func shaped(_ id: NodeID, besides other: NodeID) -> Bool {
      typeID(of: id) == typeID(of: other) || type(of: other).shape.rank <= type(of: id).shape.rank
    }
    switch (f, a, b) {
    case (.add, let a?, let b?): return constant(.rational(a + b), element)
    case (.subtract, let a?, let b?): return constant(.rational(a - b), element)
    case (.multiply, let a?, let b?): return constant(.rational(a * b), element)
    case (.multiply, let a?, _) where a.isOne && shaped(y, besides: x): return y
    case (.multiply, _, let b?) where b.isOne && shaped(x, besides: y): return x
    case (.multiply, let a?, _) where a == .minusOne && shaped(y, besides: x): return apply(.negate, y)
    case (.multiply, _, let b?) where b == .minusOne && shaped(x, besides: y): return apply(.negate, x)
    case (.divide, _, let b?) where b.isOne && shaped(x, besides: y): return x
    case (.add, let a?, _) where a.isZero && shaped(y, besides: x): return y
    case (.add, _, let b?) where b.isZero && shaped(x, besides: y): return x
    case (.power, _, let n?) where n.isOne && shaped(x, besides: y): return x
    case (.power, _, let n?) where n.isZero && type(of: x).isScalar: return constant(.one, element)
    case (.strongMultiply, let a?, _) where a.isZero && type(of: y).isScalar: return x
    case (.strongMultiply, .some, _): return simplified(.multiply, x, y)
    default: return apply(f, x, y)
    }
  }
}
