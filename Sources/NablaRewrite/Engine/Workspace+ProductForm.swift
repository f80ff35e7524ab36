import NablaGraph

extension Workspace {
  /// The canonical node of a product, and what it costs from its factors.
  ///
  /// - Returns: `nil` where the arithmetic of constants has no exact result.
  mutating func product(
    _ coefficient: Rational, _ factors: consuming [Factor], _ element: ElementType
  ) -> (result: Scaled, cost: Int)? {
    var coefficient = coefficient
    merge(&factors)
    guard foldConstantBases(&factors, &coefficient) else { return nil }
    foldEvenPowers(&factors)
    shiftQuotients(&factors)
    applyPowerRules(&factors, &coefficient)
    applyProductRules(&factors, &coefficient, element)
    if factors.isEmpty { return (Scaled(coefficient, one(element)), 0) }
    if factors.count == 1, factors[0].exponent.isOne {
      let base = factors[0].base
      if !coefficient.isUnit, isSum(base), !isShared(base), let form = linearForm(of: base),
        form.canScale(by: coefficient)
      {
        var scaled = form
        scaled.scale(by: coefficient)
        let before = form.cost + 1
        let result = normalised(&scaled, orienting: false)
        return (result.value, max(0, result.cost - before + 1))
      }
      return (Scaled(coefficient, base), coefficient.isOne ? 0 : 1)
    }
    let (node, cost, hasConstantFactor) = layoutProduct(&factors, element)
    return (Scaled(coefficient, node), cost + (coefficient.isOne || hasConstantFactor ? 0 : 1))
  }

  /// Builds a product of merged factors.
  ///
  /// - Returns: also what it costs, and whether a coefficient finds a constant factor in front.
  private mutating func layoutProduct(
    _ factors: inout [Factor], _ element: ElementType
  ) -> (node: NodeID, cost: Int, hasConstantFactor: Bool) {
    var grouped = 0
    for factor in factors where isGrouped(factor) { grouped += 1 }
    if grouped > 1 || factors.count > 16 {
      let plan = ProductPlan(factors, in: self)
      return (layout(plan, element), plan.cost, plan.hasConstantFactor)
    }
    // No two powers to be taken together: one factor after the other.
    let cost = cost(ofProduct: factors)
    sortForLayout(&factors)
    var upper: NodeID?
    var lower: NodeID?
    var hasConstant = false
    var hasOther = false
    for factor in factors {
      if factor.exponent.isNegative {
        let node = power(factor.base, -factor.exponent)
        lower = lower.map { make(.multiply, $0, node) } ?? node
      } else {
        if isConstant(factor.base) { hasConstant = true } else { hasOther = true }
        let node = power(factor.base, factor.exponent)
        upper = upper.map { make(.multiply, $0, node) } ?? node
      }
    }
    let result: NodeID
    if let lower {
      result = make(.divide, upper ?? one(element), lower)
    } else {
      result = upper ?? one(element)
    }
    return (result, cost, hasConstant || !hasOther)
  }

  /// Numerator before denominator, both in the order of products.
  private func sortForLayout(_ factors: inout [Factor]) {
    func precedes(_ a: Factor, _ b: Factor) -> Bool {
      let isInverse = a.exponent.isNegative
      return isInverse != b.exponent.isNegative ? !isInverse : precedesInProduct(a.base, b.base)
    }
    for index in factors.indices.dropFirst() {
      var place = index
      while place > 0, precedes(factors[place], factors[place - 1]) {
        factors.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// `√2·√2` is a coefficient again.
  private func foldConstantBases(_ factors: inout [Factor], _ coefficient: inout Rational) -> Bool {
    for index in factors.indices.reversed() where isConstant(factors[index].base) {
      guard let value = literal(factors[index].base), factors[index].exponent.isInteger else { continue }
      guard let power = value.power(factors[index].exponent) else { return false }
      coefficient = coefficient * power
      factors.remove(at: index)
    }
    return coefficient.bitWidth <= Rational.bitLimit
  }

  /// `|x|²` is `x²`.
  private func foldEvenPowers(_ factors: inout [Factor]) {
    var hasChanged = false
    for index in factors.indices {
      guard let n = factors[index].exponent.integer, n & 1 == 0, graph.elementwise(factors[index].base) == .abs
      else { continue }
      factors[index].base = graph.operand(0, of: factors[index].base)
      hasChanged = true
    }
    if hasChanged { merge(&factors) }
  }

  /// The rules of powers and roots, which a product holds as exponents. Quotients have rules of their own.
  private mutating func applyPowerRules(_ factors: inout [Factor], _ coefficient: inout Rational) {
    guard depth < Workspace.depthLimit else { return }
    var hasChanged = false
    for index in factors.indices where factors[index].exponent.magnitude != .one {
      let (base, exponent) = (factors[index].base, factors[index].exponent)
      let isOfE = graph.constant(base) == .e
      guard isOfE || graph.elementwise(base).map({ rules.powerBases.contains($0) }) ?? false else { continue }
      // A constant costs nothing in either form.
      let cost = isOfE ? Elementwise.power.definition.cost : Graph.cost(ofPower: exponent)
      let root = exponent == .half ? applyFunctionRules(.sqrt, ElementwiseOperands(base), cost: cost) : nil
      let operands = ElementwiseOperands(base, constant(.rational(exponent), element(of: base)))
      guard let value = root ?? applyFunctionRules(.power, operands, cost: cost) else { continue }
      coefficient = coefficient * value.scale
      factors[index] = Factor(base: value.node, exponent: .one)
      hasChanged = true
    }
    if hasChanged { merge(&factors) }
  }

  /// A power by a literal exponent of a value that is not part of a larger product.
  mutating func literalPower(_ value: Scaled, _ exponent: Rational, _ element: ElementType) -> Scaled? {
    if isOne(value.node) {
      return value.scale.power(exponent).map { Scaled($0, value.node) }
    }
    if let scale = value.scale.power(exponent), exponent.isInteger || !value.scale.isNegative {
      return product(scale, [Factor(base: value.node, exponent: exponent)], element)?.result
    }
    return product(.one, [Factor(base: materialise(value), exponent: exponent)], element)?.result
  }
}
