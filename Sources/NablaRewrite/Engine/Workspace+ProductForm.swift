import NablaGraph

extension Workspace {
  /// The canonical node of a product, and what it costs from its factors.
  ///
  /// - Returns: `nil` where the arithmetic of constants has no exact result.
  mutating func product(
    _ coefficient: Rational, _ factors: [Factor], _ element: ElementType
  ) -> (result: Scaled, cost: Int)? {
    var coefficient = coefficient
    var factors = merged(factors)
    guard foldConstantBases(&factors, &coefficient) else { return nil }
    foldEvenPowers(&factors)
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
        let result = normalised(scaled, orienting: false)
        return (result.value, max(0, result.cost - before + 1))
      }
      return (Scaled(coefficient, base), coefficient.isOne ? 0 : 1)
    }
    let plan = ProductPlan(factors, in: self)
    let node = layout(plan, element)
    return (Scaled(coefficient, node), plan.cost + (coefficient.isOne || plan.hasConstantFactor ? 0 : 1))
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
    if hasChanged { factors = merged(factors) }
  }

  /// The rules of powers and roots, which a product holds as exponents. Quotients have rules of their own.
  private mutating func applyPowerRules(_ factors: inout [Factor], _ coefficient: inout Rational) {
    guard depth < Workspace.depthLimit else { return }
    var hasChanged = false
    for index in factors.indices where factors[index].exponent.magnitude != .one {
      let (base, exponent) = (factors[index].base, factors[index].exponent)
      guard let f = graph.elementwise(base), rules.powerBases.contains(f) else { continue }
      let cost = Graph.cost(ofPower: exponent)
      let root = exponent == .half ? applyFunctionRules(.sqrt, [base], cost: cost) : nil
      let operands = [base, constant(.rational(exponent), element(of: base))]
      guard let value = root ?? applyFunctionRules(.power, operands, cost: cost) else { continue }
      coefficient = coefficient * value.scale
      factors[index] = Factor(base: value.node, exponent: .one)
      hasChanged = true
    }
    if hasChanged { factors = merged(factors) }
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
