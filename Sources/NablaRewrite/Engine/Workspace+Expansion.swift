import NablaGraph

/// A summand of a sum under expansion.
private struct Monomial {
  var coefficient: Rational
  var factors: [Factor]
  /// Equal for equal products of powers.
  var key: UInt64
}

/// A summand that can be multiplied out.
private struct Candidate {
  /// Its place in the form.
  let term: Int
  let monomials: [Monomial]
  /// What disappears with it.
  let credit: Int
}

extension Workspace {
  /// Sums with more terms than this are not searched for products to multiply out.
  private static let expansionLimit = 64

  /// Multiplies out those products of sums for which terms meet and cancel, so that the whole becomes cheaper.
  ///
  /// Everything is planned on keys before anything is built: candidates whose terms meet form groups, and a group is
  /// multiplied out if it costs less than before. Work is bounded by the sizes of the forms and by a budget.
  mutating func expand(_ form: inout LinearForm) {
    // Nobody reads a longer sum for cancellation, and planning it would dominate the rewriting of generated text.
    if form.terms.count > Workspace.expansionLimit { return }
    for _ in 0..<4 {
      guard form.terms.count + form.constants.count > 1 || !form.constant.isZero else { return }
      guard form.terms.contains(where: { isExpandable($0.node) }), expandOnce(&form) else { return }
    }
  }

  private func isExpandable(_ id: NodeID) -> Bool {
    if summary(of: id).rank == .sum { return true }
    var node = id
    for _ in 0..<8 {
      guard let f = graph.elementwise(node) else { return false }
      if !rules.expansions[Int(f.rawValue)].isEmpty { return true }
      guard f == .multiply || f == .divide else { return false }
      if let g = graph.elementwise(graph.operand(1, of: node)), !rules.expansions[Int(g.rawValue)].isEmpty {
        return true
      }
      node = graph.operand(0, of: node)
    }
    return false
  }

  private mutating func expandOnce(_ form: inout LinearForm) -> Bool {
    var plain: [Int: Monomial] = [:]
    var candidates: [Candidate] = []
    var bases = Set<NodeID>()
    for (index, term) in form.terms.enumerated() {
      let inner = factorisation(of: term.node, limit: 16, entering: { isOpen($0) })
      let factors = inner.map { merged($0.factors) } ?? [Factor(base: term.node, exponent: .one)]
      let coefficient = term.coefficient * (inner?.coefficient ?? .one)
      bases.formUnion(factors.map(\.base))
      plain[index] = Monomial(coefficient: coefficient, factors: factors, key: key(factors))
    }
    for index in form.terms.indices where budget > 0 && isExpandable(form.terms[index].node) {
      guard let monomial = plain[index], let candidate = candidate(index, monomial, bases, form) else { continue }
      budget -= candidate.monomials.count
      candidates.append(candidate)
    }
    if candidates.isEmpty { return false }
    let chosen = worthwhile(candidates, plain, form)
    if chosen.isEmpty { return false }
    var result = LinearForm(form.element)
    result.constants = form.constants
    result.constant = form.constant
    let expanded = Set(chosen.map { candidates[$0].term })
    for (index, term) in form.terms.enumerated() where !expanded.contains(index) { result.terms.append(term) }
    for number in chosen {
      for monomial in candidates[number].monomials {
        guard let value = product(monomial.coefficient, monomial.factors, form.element) else { return false }
        add(value.result, to: &result)
      }
    }
    mergeLikeTerms(&result)
    if recording {
      for number in chosen { record("multiply out", form.terms[candidates[number].term].node, one(form.element)) }
    }
    form = result
    return true
  }

  private func key(_ factors: [Factor]) -> UInt64 {
    factors.reduce(0) { sum, factor in
      let base = summary(of: factor.base).monomial
      if let n = factor.exponent.integer { return sum &+ base &* UInt64(bitPattern: Int64(n)) }
      return sum &+ NodeSummary.mix(base, factor.exponent.double.bitPattern)
    }
  }

  /// What a term becomes when its sums are multiplied out; bounded in size.
  private mutating func candidate(
    _ index: Int, _ monomial: Monomial, _ bases: Set<NodeID>, _ form: LinearForm
  ) -> Candidate? {
    var products = [(coefficient: monomial.coefficient, factors: [Factor]())]
    var credit = monomial.coefficient.isUnit ? 0 : 1
    let isShared = isShared(form.terms[index].node)
    if !isShared { credit += ProductPlan(monomial.factors, in: self).cost }
    var hasExpanded = false
    for factor in monomial.factors {
      guard let n = factor.exponent.integer, (1...4).contains(n), let sum = expansion(of: factor.base, bases),
        products.count * power(sum.form.terms.count + 1, n) <= 64
      else {
        for place in products.indices { products[place].factors.append(factor) }
        continue
      }
      hasExpanded = true
      if !self.isShared(factor.base), !isShared { credit += sum.credit }
      var terms = sum.form.terms + sum.form.constants
      if !sum.form.constant.isZero { terms.append(Term(coefficient: sum.form.constant, node: one(form.element))) }
      for _ in 0..<n {
        products = products.flatMap { partial in
          terms.map { term in
            var factors = partial.factors
            if !isOne(term.node) { factors.append(Factor(base: term.node, exponent: .one)) }
            return (partial.coefficient * term.coefficient, factors)
          }
        }
      }
    }
    guard hasExpanded else { return nil }
    var monomials: [Monomial] = []
    for product in products {
      var coefficient = product.coefficient
      var factors: [Factor] = []
      for factor in product.factors {
        guard let inner = factorisation(of: factor.base, to: factor.exponent, limit: 16, entering: { isOpen($0) })
        else { return nil }
        coefficient = coefficient * inner.coefficient
        factors += inner.factors
      }
      guard coefficient.bitWidth <= Rational.bitLimit else { return nil }
      factors = merged(factors)
      let key = key(factors)
      if let same = monomials.firstIndex(where: { $0.key == key && isEqual($0.factors, factors) }) {
        monomials[same].coefficient = monomials[same].coefficient + coefficient
      } else {
        monomials.append(Monomial(coefficient: coefficient, factors: factors, key: key))
      }
    }
    monomials.removeAll { $0.coefficient.isZero }
    return Candidate(term: index, monomials: monomials, credit: credit)
  }

  private func isEqual(_ a: [Factor], _ b: [Factor]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.base == $1.base && $0.exponent == $1.exponent }
  }

  private func power(_ base: Int, _ n: Int) -> Int { (0..<n).reduce(1) { product, _ in min(product * base, 1 << 20) } }

  /// A factor as a sum: its own terms, or by a rule such as `sigmoid(-x) → 1 - sigmoid(x)`; and what computing it
  /// costs.
  private mutating func expansion(of id: NodeID, _ bases: Set<NodeID>) -> (form: LinearForm, credit: Int)? {
    if isSum(id) {
      guard let form = linearForm(of: id, limit: 8) else { return nil }
      return (form, form.cost)
    }
    guard let f = graph.elementwise(id) else { return nil }
    for rule in rules.expansions[Int(f.rawValue)] {
      var bindings = Bindings()
      guard match(id, 0, rule, &bindings) else { continue }
      var form = LinearForm(element(of: id))
      // No rules: one of them is the inverse of this.
      depth += Workspace.depthLimit
      let value = build(rule.rule.replacement, bindings, form.element)
      depth -= Workspace.depthLimit
      guard isSum(value.node), var inner = linearForm(of: value.node, limit: 8) else { continue }
      inner.scale(by: value.scale)
      // Only if the other function is computed anyway.
      let functions = inner.terms.map(\.node).filter { graph.elementwise($0) == f }
      guard functions.allSatisfy(bases.contains) else { continue }
      form = inner
      return (form, bindings.freed)
    }
    return nil
  }

  /// The candidates of groups that become cheaper.
  private func worthwhile(_ candidates: [Candidate], _ plain: [Int: Monomial], _ form: LinearForm) -> [Int] {
    // Groups: candidates that share a key.
    var group = Array(candidates.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while group[index] != index { index = group[index] }
      return index
    }
    var owner: [UInt64: Int] = [:]
    for (number, candidate) in candidates.enumerated() {
      for monomial in candidate.monomials {
        if let other = owner[monomial.key] {
          group[max(root(other), root(number))] = min(root(other), root(number))
        } else {
          owner[monomial.key] = number
        }
      }
    }
    let expanded = Set(candidates.map(\.term))
    var others: [UInt64: Int] = [:]
    for (index, monomial) in plain where !expanded.contains(index) { others[monomial.key] = index }
    // Before and after, by group.
    var before: [Int: Int] = [:]
    var sums: [Int: [UInt64: (coefficient: Rational, cost: Int)]] = [:]
    for (number, candidate) in candidates.enumerated() {
      let group = root(number)
      before[group, default: 0] += candidate.credit + 1
      for monomial in candidate.monomials {
        var entry = sums[group, default: [:]][monomial.key]
        if entry == nil {
          var cost = ProductPlan(monomial.factors, in: self).cost
          var start = Rational.zero
          if monomial.factors.isEmpty {
            start = form.constant
            if !start.isZero { before[group, default: 0] += 1 }
          } else if let other = others[monomial.key], let known = plain[other] {
            start = known.coefficient
            if isShared(form.terms[other].node) { cost = 0 }
            before[group, default: 0] += 1 + cost + (start.isUnit ? 0 : 1)
          }
          entry = (start, cost)
        }
        if let known = entry {
          sums[group, default: [:]][monomial.key] = (known.coefficient + monomial.coefficient, known.cost)
        }
      }
    }
    var after: [Int: Int] = [:]
    for (group, entries) in sums {
      for (key, entry) in entries where !entry.coefficient.isZero {
        let isConstant = key == 0
        after[group, default: 0] += 1 + entry.cost + (isConstant || entry.coefficient.isUnit ? 0 : 1)
      }
    }
    return candidates.indices.filter { after[root($0), default: 0] < before[root($0), default: 0] }
  }
}
