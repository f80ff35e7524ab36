import NablaGraph

/// When a factor that all terms of a sum share is taken out.
enum Factoring {
  case never
  /// For printing.
  case whereShorter
  /// For running.
  case whereCheaper
}

extension Workspace {
  /// The sum as `common · rest`, if every term has the factor and the result is better.
  mutating func takingOutCommonFactor(_ form: LinearForm) -> Scaled? {
    guard factoring != .never, form.terms.count > 1, form.terms.count <= 64, form.constant.isZero,
      form.constants.isEmpty
    else { return nil }
    var terms: [(coefficient: Rational, factors: [Factor])] = []
    for term in form.terms {
      guard let inner = factorisation(of: term.node, limit: 16, reaching: .open) else { return nil }
      terms.append((term.coefficient * inner.coefficient, merged(inner.factors)))
    }
    let common = commonFactors(terms.map(\.factors))
    if common.isEmpty { return nil }
    var rest = LinearForm(form.element)
    let inverse = common.map { Factor(base: $0.base, exponent: -$0.exponent) }
    for term in terms {
      guard let value = product(term.coefficient, term.factors + inverse, form.element)?.result else { return nil }
      add(value, to: &rest)
    }
    let inner = sum(&rest)
    var factors = common
    if !isOne(inner.node) { factors.append(Factor(base: inner.node, exponent: .one)) }
    guard let result = product(inner.scale, factors, form.element)?.result else { return nil }
    return isBetter(result, than: form, terms.map(\.factors), common, inner.node) ? result : nil
  }

  /// What all products have in common: the smaller power of each shared base, in numerator or denominator.
  func commonFactors(_ products: [[Factor]]) -> [Factor] {
    var common = products[0]
    for product in products.dropFirst() {
      common = common.compactMap { factor in
        guard let other = product.first(where: { $0.base == factor.base }),
          other.exponent.isNegative == factor.exponent.isNegative
        else { return nil }
        let isCloser = other.exponent.magnitude < factor.exponent.magnitude
        return Factor(base: factor.base, exponent: isCloser ? other.exponent : factor.exponent)
      }
    }
    // A root is a name to a reader, who sees `(a + b)/sqrt(x)`.
    return common.filter { $0.exponent.isInteger || factoring == .whereShorter && $0.exponent.isHalfInteger }
  }

  private mutating func isBetter(
    _ result: Scaled, than form: LinearForm, _ products: [[Factor]], _ common: [Factor], _ rest: NodeID
  ) -> Bool {
    if factoring == .whereShorter {
      // A pair of parentheses weighs as much as a name.
      var whole = form
      let before = layout(&whole)
      let after = materialise(result)
      if Int(summary(of: after).size) + 1 >= Int(summary(of: before).size) { return false }
    }
    var before = form.cost
    for (term, factors) in zip(form.terms, products) where !isShared(term.node) {
      before += cost(ofProduct: factors)
    }
    var after = result.scale.isOne ? 0 : 1
    after += cost(ofProduct: common + [Factor(base: rest, exponent: .one)])
    if isSum(rest), isFree(rest), let inner = linearForm(of: rest) {
      after += inner.cost
      for term in inner.terms where isFree(term.node) {
        if let factors = factorisation(of: term.node, limit: 16, reaching: .open) {
          after += cost(ofProduct: merged(factors.factors))
        }
      }
    }
    return factoring == .whereShorter ? after <= before : after < before
  }
}
