import NablaGraph

extension Workspace {
  /// What a node is a product of: a coefficient and factors, not merged.
  struct Factorisation {
    var coefficient = Rational.one
    var factors: [Factor] = []
    /// What computing the product from its factors costs as it is written.
    var cost = 0
  }

  /// Which nodes inside a product are taken apart; its root always is.
  enum Reach {
    case everything
    /// Nodes that nobody else uses, or that are computed before the run.
    case open
  }

  /// Reads a product back from its nodes, raised to a power.
  ///
  /// - Parameters:
  ///   - exponent: integers reach into powers and quotients, other exponents take the node as it is.
  ///   - limit: the most factors to read.
  /// - Returns: `nil` beyond the limit, and where a constant has no exact power.
  func factorisation(
    of id: NodeID, to exponent: Rational = .one, limit: Int = 64, reaching reach: Reach
  ) -> Factorisation? {
    var result = Factorisation()
    result.factors.reserveCapacity(Workspace.usualLength)
    return addFactors(of: id, to: exponent, limit: limit, reaching: reach, &result) ? result : nil
  }

  /// Multiplies a product by another one that is read back from its nodes, or leaves it as it is and says so.
  ///
  /// A factor that is taken apart is replaced by its parts where it stands, so that no stack is needed.
  func addFactors(
    of id: NodeID, to exponent: Rational, limit: Int, reaching reach: Reach, _ result: inout Factorisation
  ) -> Bool {
    let start = result.factors.count
    let before = (result.coefficient, result.cost)
    result.factors.append(Factor(base: id, exponent: exponent))
    var place = start
    while place < result.factors.count {
      guard result.factors.count - start <= limit + 1, takeApart(place, id, reach, &place, &result) else {
        result.factors.removeSubrange(start...)
        (result.coefficient, result.cost) = before
        return false
      }
    }
    return true
  }

  /// One step: the factor at a place is folded, replaced by its parts, or left, and the place moves on.
  private func takeApart(
    _ index: Int, _ root: NodeID, _ reach: Reach, _ place: inout Int, _ result: inout Factorisation
  ) -> Bool {
    let node = result.factors[index].base
    guard let f = graph.elementwise(node) else {
      if let value = literal(node), element(of: node).isFloat {
        if let power = value.power(result.factors[index].exponent), power.bitWidth <= Rational.bitLimit {
          let product = result.coefficient * power
          guard product.bitWidth <= Rational.bitLimit else { return false }
          result.coefficient = product
          result.factors.swapAt(index, result.factors.count - 1)
          result.factors.removeLast()
          return true
        }
        if value.isZero || value.isNegative { return false }
      }
      place += 1
      return true
    }
    guard Workspace.isProduct(f), node == root || reach == .everything || isOpen(node),
      result.factors[index].exponent.isInteger
    else {
      place += 1
      return true
    }
    result.factors[index].base = graph.operand(0, of: node)
    switch f {
    case .multiply:
      result.factors.append(Factor(base: graph.operand(1, of: node), exponent: result.factors[index].exponent))
    case .divide:
      result.factors.append(Factor(base: graph.operand(1, of: node), exponent: -result.factors[index].exponent))
    case .negate:
      if let n = result.factors[index].exponent.integer, n & 1 == 1 { result.coefficient = -result.coefficient }
    case .sqrt:
      result.factors[index].exponent = result.factors[index].exponent * .half
      result.cost += cost(of: f)
      return true
    default:
      guard let inner = literal(graph.operand(1, of: node)) else {
        result.factors[index].base = node
        place += 1
        return true
      }
      result.factors[index].exponent = result.factors[index].exponent * inner
      result.cost += cost(ofPower: inner)
      return true
    }
    result.cost += cost(of: node)
    return true
  }

  private static func isProduct(_ f: Elementwise) -> Bool {
    switch f {
    case .multiply, .divide, .negate, .sqrt, .power: true
    default: false
    }
  }

  /// Whether two nodes are the same product of powers, however it is written.
  func isSameMonomial(_ a: NodeID, _ b: NodeID) -> Bool { a == b || ratio(of: a, to: b)?.isOne ?? false }

  /// What `a` is in multiples of `b`, where both are multiples of one product of powers.
  func ratio(of a: NodeID, to b: NodeID) -> Rational? {
    if a == b { return .one }
    guard var product = factorisation(of: b, reaching: .everything) else { return nil }
    merge(&product.factors)
    return ratio(of: a, to: product)
  }

  /// The same for a product whose factors are merged.
  func ratio(of a: NodeID, to product: Factorisation) -> Rational? {
    guard let inverse = product.coefficient.reciprocal, var own = factorisation(of: a, reaching: .everything) else {
      return nil
    }
    merge(&own.factors)
    return own.factors == product.factors ? own.coefficient * inverse : nil
  }

  /// Equal bases once, by base; those that cancel are gone.
  func merged(_ factors: [Factor]) -> [Factor] {
    var result = factors
    merge(&result)
    return result
  }

  /// Merges the factors from a place on.
  func merge(_ factors: inout [Factor], from start: Int = 0) {
    let count = factors.count - start
    if count < 2 {
      if count == 1, factors[start].exponent.isZero { factors.removeLast() }
      return
    }
    let kept = factors.withUnsafeMutableBufferPointer { Workspace.merge(&$0, from: start) }
    factors.removeLast(factors.count - kept)
  }

  /// - Returns: where the merged factors end.
  private static func merge(_ factors: inout UnsafeMutableBufferPointer<Factor>, from start: Int) -> Int {
    if factors.count - start > 16 {
      factors[start...].sort { $0.base < $1.base }
    } else {
      var index = start + 1
      while index < factors.count {
        var place = index
        while place > start, factors[place].base < factors[place - 1].base {
          factors.swapAt(place, place - 1)
          place -= 1
        }
        index += 1
      }
    }
    var end = start
    for index in start..<factors.count {
      if end > start, factors[end - 1].base == factors[index].base {
        factors[end - 1].exponent = factors[end - 1].exponent + factors[index].exponent
        continue
      }
      // What has met all its equals is gone if it cancelled.
      if end > start, factors[end - 1].exponent.isZero { end -= 1 }
      if end != index { factors[end] = factors[index] }
      end += 1
    }
    if end > start, factors[end - 1].exponent.isZero { end -= 1 }
    return end
  }
}
