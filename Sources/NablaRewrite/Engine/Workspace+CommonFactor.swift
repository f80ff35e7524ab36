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
    var common: [Factor] = []
    for term in form.terms {
      guard var inner = factorisation(of: term.node, limit: 16, reaching: .open) else { return nil }
      merge(&inner.factors)
      if terms.isEmpty { common = inner.factors } else { intersect(&common, with: inner.factors) }
      // Most sums have nothing in common, which two terms tell.
      if common.isEmpty { return nil }
      terms.append((term.coefficient * inner.coefficient, inner.factors))
    }
    common.removeAll { !isTakenOut($0) }
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

  /// What all products have in common, as far as it may be taken out.
  func commonFactors(_ products: [[Factor]]) -> [Factor] {
    var common = products[0]
    for product in products.dropFirst() { intersect(&common, with: product) }
    common.removeAll { !isTakenOut($0) }
    return common
  }

  /// A root is a name to a reader, who sees `(a + b)/sqrt(x)`.
  private func isTakenOut(_ factor: Factor) -> Bool {
    factor.exponent.isInteger || factoring == .whereShorter && factor.exponent.isHalfInteger
  }

  /// Leaves what another product has too: the smaller power of each shared base, in numerator or denominator.
  private func intersect(_ common: inout [Factor], with product: [Factor]) {
    var kept = 0
    for index in common.indices {
      let factor = common[index]
      guard let other = product.first(where: { $0.base == factor.base }),
        other.exponent.isNegative == factor.exponent.isNegative
      else { continue }
      let isCloser = other.exponent.magnitude < factor.exponent.magnitude
      common[kept] = isCloser ? Factor(base: factor.base, exponent: other.exponent) : factor
      kept += 1
    }
    common.removeLast(common.count - kept)
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
