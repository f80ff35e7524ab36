import NablaGraph

/// A look at what multiplying out may bring, before it is planned.
///
/// `k*(a + b)` is no cheaper as `k*a + k*b` unless `k*a` meets another term, a factor of `k` meets one of `a`, or a
/// coefficient becomes 1: there are more multiplications, and nothing goes. That can be seen from keys alone, and most
/// sums have no more to offer.
struct ExpansionPrecheck {
  /// What a term becomes when it is multiplied out, as far as that is counted.
  fileprivate struct Product {
    let key: UInt64
    let coefficient: Rational
  }

  /// Those of the terms that are not multiplied out, and of all products of the others.
  fileprivate var keys: [UInt64] = []
  /// The products of one term.
  fileprivate var products: [Product] = []
  /// The factors of one term, then those of the terms of its sums.
  fileprivate var factors = Workspace.Factorisation()
  /// Coefficients that are multiplied, before.
  fileprivate var coefficients = 0

  fileprivate mutating func begin() {
    factors.factors.removeAll(keepingCapacity: true)
    factors.coefficient = .one
    products.removeAll(keepingCapacity: true)
    coefficients = 0
  }
}

extension Workspace {
  /// More products of one term are left to the plan.
  private static let precheckLimit = 64

  /// Whether a plan may find something: a power of a sum, or something that meets.
  mutating func mayExpand(_ form: LinearForm) -> Bool {
    var check = ExpansionPrecheck()
    swap(&check, &spareExpansionPrecheck)
    defer { swap(&check, &spareExpansionPrecheck) }
    check.keys.removeAll(keepingCapacity: true)
    if !form.constant.isZero { check.keys.append(0) }
    for term in form.terms {
      if !isExpandable(term.node) {
        check.keys.append(summary(of: term.node).monomial)
      } else if mayExpand(term, &check) {
        return true
      }
    }
    check.keys.sort()
    return zip(check.keys, check.keys.dropFirst()).contains { $0 == $1 }
  }

  /// The same for one term, whose products leave their keys.
  private mutating func mayExpand(_ term: Term, _ check: inout ExpansionPrecheck) -> Bool {
    check.begin()
    guard addFactors(of: term.node, to: .one, limit: 16, reaching: .open, &check.factors) else { return true }
    let coefficient = term.coefficient * check.factors.coefficient
    if !coefficient.isUnit { check.coefficients = 1 }
    check.products.append(.init(key: key(check.factors.factors[...]), coefficient: coefficient))
    for place in check.factors.factors.indices {
      let factor = check.factors.factors[place]
      guard factor.exponent.isInteger, !factor.exponent.isNegative, let f = graph.elementwise(factor.base) else {
        continue
      }
      if rules.expandable.contains(f) { return true }
      guard isSum(factor.base) else { continue }
      guard factor.exponent.isOne else { return true }
      if let sum = linearForm(of: factor.base, limit: 8), multiply(factor.base, sum, into: &check) { return true }
    }
    for product in check.products {
      if !product.coefficient.isUnit { check.coefficients -= 1 }
      check.keys.append(product.key)
    }
    return check.coefficients > 0
  }

  /// Multiplies the products of a term by those of one of its sums.
  ///
  /// - Returns: whether factors meet, or there are too many to be looked at.
  private func multiply(_ node: NodeID, _ sum: LinearForm, into check: inout ExpansionPrecheck) -> Bool {
    let others = check.factors.factors.count
    let known = check.products.count
    let count = sum.terms.count + sum.constants.count + (sum.constant.isZero ? 0 : 1)
    if count < 2 || known * count > Workspace.precheckLimit { return true }
    let whole = summary(of: node).monomial
    func add(_ key: UInt64, _ coefficient: Rational) {
      if !coefficient.isUnit { check.coefficients += 1 }
      for place in 0..<known {
        let product = check.products[place]
        check.products.append(
          .init(key: product.key &- whole &+ key, coefficient: product.coefficient * coefficient))
      }
    }
    func meets(_ part: Term) -> Bool {
      let start = check.factors.factors.count
      guard addFactors(of: part.node, to: .one, limit: 16, reaching: .open, &check.factors) else { return true }
      for place in start..<check.factors.factors.count {
        let base = check.factors.factors[place].base
        for other in 0..<others where check.factors.factors[other].base == base { return true }
      }
      add(key(check.factors.factors[start...]), part.coefficient)
      return false
    }
    if !sum.constant.isZero { add(0, sum.constant) }
    for part in sum.terms where meets(part) { return true }
    for part in sum.constants where meets(part) { return true }
    check.products.removeSubrange(0..<known)
    return false
  }
}
