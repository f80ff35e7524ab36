import NablaGraph

extension Workspace {
  /// What a node is a product of: a coefficient and factors, not merged.
  struct Factorisation {
    var coefficient = Rational.one
    var factors: [Factor] = []
    /// What computing the product from its factors costs as it is written.
    var cost = 0
  }

  /// Reads a product back from its nodes, raised to a power.
  ///
  /// - Parameters:
  ///   - exponent: integers reach into powers and quotients, other exponents take the node as it is.
  ///   - entering: whether a node inside may be taken apart.
  ///   - limit: the most factors to read.
  /// - Returns: `nil` beyond the limit, and where a constant has no exact power.
  func factorisation(
    of id: NodeID, to exponent: Rational = .one, limit: Int = 64, entering: (NodeID) -> Bool
  ) -> Factorisation? {
    var result = Factorisation()
    var stack = [Factor(base: id, exponent: exponent)]
    while let factor = stack.popLast() {
      if stack.count + result.factors.count > limit { return nil }
      let (node, exponent) = (factor.base, factor.exponent)
      if let value = literal(node), element(of: node).isFloat {
        if let power = value.power(exponent), power.bitWidth <= Rational.bitLimit {
          let product = result.coefficient * power
          guard product.bitWidth <= Rational.bitLimit else { return nil }
          result.coefficient = product
          continue
        }
        if value.isZero || value.isNegative { return nil }
      }
      guard let f = graph.elementwise(node), node == id || entering(node) else {
        result.factors.append(factor)
        continue
      }
      let a = graph.operandCount(of: node) > 0 ? graph.operand(0, of: node) : node
      switch f {
      case .multiply where exponent.isInteger:
        stack.append(Factor(base: graph.operand(1, of: node), exponent: exponent))
        stack.append(Factor(base: a, exponent: exponent))
      case .divide where exponent.isInteger:
        stack.append(Factor(base: graph.operand(1, of: node), exponent: -exponent))
        stack.append(Factor(base: a, exponent: exponent))
      case .negate where exponent.isInteger:
        if let n = exponent.integer, n & 1 == 1 { result.coefficient = -result.coefficient }
        stack.append(Factor(base: a, exponent: exponent))
      case .sqrt where exponent.isInteger:
        stack.append(Factor(base: a, exponent: exponent * .half))
        result.cost += cost(of: .sqrt)
        continue
      case .power where exponent.isInteger:
        guard let inner = literal(graph.operand(1, of: node)) else { fallthrough }
        stack.append(Factor(base: a, exponent: exponent * inner))
        result.cost += cost(ofPower: inner)
        continue
      default:
        result.factors.append(factor)
        continue
      }
      result.cost += cost(of: node)
    }
    return result
  }

  /// Whether two nodes are the same product of powers, however it is written.
  func isSameMonomial(_ a: NodeID, _ b: NodeID) -> Bool { ratio(of: a, to: b)?.isOne ?? false }

  /// What `a` is in multiples of `b`, where both are multiples of one product of powers.
  func ratio(of a: NodeID, to b: NodeID) -> Rational? {
    if a == b { return .one }
    guard let x = factorisation(of: a, entering: { _ in true }), let y = factorisation(of: b, entering: { _ in true }),
      let inverse = y.coefficient.reciprocal
    else { return nil }
    let (p, q) = (merged(x.factors), merged(y.factors))
    let isSame = p.count == q.count && zip(p, q).allSatisfy { $0.base == $1.base && $0.exponent == $1.exponent }
    return isSame ? x.coefficient * inverse : nil
  }

  /// Equal bases once, by base; those that cancel are gone.
  func merged(_ factors: [Factor]) -> [Factor] {
    if factors.count < 2 { return factors.filter { !$0.exponent.isZero } }
    let sorted = factors.sorted { $0.base < $1.base }
    var result: [Factor] = []
    for factor in sorted {
      if let last = result.last, last.base == factor.base {
        result[result.count - 1].exponent = last.exponent + factor.exponent
      } else {
        result.append(factor)
      }
    }
    result.removeAll { $0.exponent.isZero }
    return result
  }
}
