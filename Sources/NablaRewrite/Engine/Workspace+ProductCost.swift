import NablaGraph

extension Workspace {
  /// What ``ProductPlan`` of merged factors costs, without planning it.
  func cost(ofProduct factors: ArraySlice<Factor>) -> Int {
    // The search for equal powers is quadratic.
    if factors.count > 32 { return ProductPlan(Array(factors), in: self).cost }
    var tally = ProductTally()
    if let quotient = quotientExponent(of: factors) {
      // A quotient under one power takes the whole denominator.
      var (upper, lower) = (0, 0)
      for factor in factors {
        if factor.exponent.isNegative {
          lower += 1
        } else if factor.exponent == quotient, isGrouped(factor) {
          upper += 1
        }
      }
      tally.cost += upper - 1 + lower - 1 + cost(of: .divide) + cost(ofPower: quotient)
      tally.upper += 1
      for place in factors.indices where !factors[place].exponent.isNegative {
        if factors[place].exponent != quotient || !isGrouped(factors[place]) { count(place, factors, &tally) }
      }
    } else {
      for place in factors.indices { count(place, factors, &tally) }
    }
    return tally.total(divide: cost(of: .divide), multiply: cost(of: .multiply))
  }

  func cost(ofProduct factors: [Factor]) -> Int { cost(ofProduct: factors[...]) }

  /// The power of the numerator that the whole denominator shares, if there is one.
  private func quotientExponent(of factors: ArraySlice<Factor>) -> Rational? {
    guard let first = factors.first(where: { $0.exponent.isNegative }) else { return nil }
    for factor in factors where factor.exponent.isNegative {
      if factor.exponent != first.exponent || !isGrouped(factor) { return nil }
    }
    let exponent = -first.exponent
    return factors.contains { $0.exponent == exponent && isGrouped($0) } ? exponent : nil
  }

  /// Counts a factor by itself, or as one more base of a power that was counted.
  private func count(_ place: Int, _ factors: ArraySlice<Factor>, _ tally: inout ProductTally) {
    let factor = factors[place]
    let isInverse = factor.exponent.isNegative
    if isConstant(factor.base) {
      if isInverse { tally.hasLowerConstant = true } else { tally.hasUpperConstant = true }
      return
    }
    if isGrouped(factor),
      factors[..<place].contains(where: { $0.exponent == factor.exponent && isGrouped($0) })
    {
      tally.cost += 1
      return
    }
    tally.cost += cost(ofPower: isInverse ? -factor.exponent : factor.exponent)
    if isInverse { tally.lower += 1 } else { tally.upper += 1 }
  }
}

/// The operands of a product while they are counted.
private struct ProductTally {
  /// What the powers cost.
  var cost = 0
  var upper = 0
  var lower = 0
  var hasUpperConstant = false
  var hasLowerConstant = false

  func total(divide: Int, multiply: Int) -> Int {
    if upper + lower == 0 { return 0 }
    let products = max(0, upper + (hasUpperConstant ? 1 : 0) - 1) + max(0, lower + (hasLowerConstant ? 1 : 0) - 1)
    if lower > 0 { return cost + products + divide }
    return cost + products + (hasLowerConstant && !hasUpperConstant ? multiply : 0)
  }
}
