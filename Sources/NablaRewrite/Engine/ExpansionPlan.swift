import NablaGraph

/// What multiplying out some terms of a sum would give, on keys, before anything is built. All factors stand in one
/// pool, so that planning does not allocate for each product.
struct ExpansionPlan {
  /// A product of powers with a coefficient.
  struct Monomial {
    var coefficient: Rational
    /// Where its factors stand in the pool.
    var factors: Range<Int>
    /// Equal for equal products of powers.
    var key: UInt64
  }

  /// A summand that can be multiplied out.
  struct Candidate {
    /// Its place in the form.
    let term: Int
    /// Where its monomials stand.
    var monomials: Range<Int>
    /// What disappears with it.
    var credit: Int
  }

  var pool: [Factor] = []
  var monomials: [Monomial] = []
  var candidates: [Candidate] = []

  func factors(_ monomial: Monomial) -> ArraySlice<Factor> { pool[monomial.factors] }

  /// Begins again, in the room that is there.
  mutating func removeAll() {
    pool.removeAll(keepingCapacity: true)
    monomials.removeAll(keepingCapacity: true)
    candidates.removeAll(keepingCapacity: true)
  }
}

extension Workspace {
  func key(_ factors: ArraySlice<Factor>) -> UInt64 {
    var key: UInt64 = 0
    for factor in factors {
      let base = summary(of: factor.base).monomial
      if let n = factor.exponent.integer {
        key &+= base &* UInt64(bitPattern: Int64(n))
      } else {
        key &+= NodeSummary.mix(base, factor.exponent.double.bitPattern)
      }
    }
    return key
  }

  /// A term as a product of powers, its factors in the pool.
  private func monomial(of term: Term, _ plan: inout ExpansionPlan) -> ExpansionPlan.Monomial {
    let start = plan.pool.count
    var product = Factorisation(coefficient: term.coefficient, factors: [], cost: 0)
    swap(&product.factors, &plan.pool)
    if addFactors(of: term.node, to: .one, limit: 16, reaching: .open, &product) {
      merge(&product.factors, from: start)
    } else {
      product.factors.append(Factor(base: term.node, exponent: .one))
    }
    swap(&product.factors, &plan.pool)
    let factors = start..<plan.pool.count
    return ExpansionPlan.Monomial(coefficient: product.coefficient, factors: factors, key: key(plan.pool[factors]))
  }

  /// Plans to multiply out one term, if it holds sums. Bounded in size.
  mutating func planExpansion(ofTerm index: Int, _ form: LinearForm, _ plan: inout ExpansionPlan) {
    let whole = monomial(of: form.terms[index], &plan)
    let isShared = isShared(form.terms[index].node)
    var credit = whole.coefficient.isUnit ? 0 : 1
    if !isShared { credit += cost(ofProduct: plan.factors(whole)) }
    // What stays as it is, and the sums whose terms are combined, one digit of a number each.
    var parts = ExpansionParts()
    swap(&parts, &spareParts)
    defer { swap(&parts, &spareParts) }
    parts.begin(with: whole.coefficient)
    for place in whole.factors {
      let factor = plan.pool[place]
      guard let n = factor.exponent.integer, (1...4).contains(n), let sum = expansion(of: factor.base, form),
        parts.count * Workspace.power(sum.form.terms.count + 1, n) <= 64
      else {
        guard addFactors(of: factor.base, to: factor.exponent, limit: 16, reaching: .open, &parts.kept) else { return }
        continue
      }
      if !self.isShared(factor.base), !isShared { credit += sum.credit }
      let start = parts.terms.count
      for term in sum.form.terms where !add(term, to: &parts) { return }
      for term in sum.form.constants where !add(term, to: &parts) { return }
      if !sum.form.constant.isZero {
        parts.terms.append(.init(coefficient: sum.form.constant, factors: 0..<0))
      }
      for _ in 0..<n { parts.digits.append(start..<parts.terms.count) }
      parts.count *= Workspace.power(parts.terms.count - start, n)
    }
    if parts.digits.isEmpty { return }
    let start = plan.monomials.count
    for number in 0..<parts.count where !add(parts, number, since: start, to: &plan) {
      plan.monomials.removeSubrange(start...)
      return
    }
    for place in (start..<plan.monomials.count).reversed() where plan.monomials[place].coefficient.isZero {
      plan.monomials.remove(at: place)
    }
    plan.candidates.append(.init(term: index, monomials: start..<plan.monomials.count, credit: credit))
  }

  private static func power(_ base: Int, _ n: Int) -> Int {
    (0..<n).reduce(1) { product, _ in min(product * base, 1 << 20) }
  }

  private func add(_ term: Term, to parts: inout ExpansionParts) -> Bool {
    let start = parts.inner.factors.count
    parts.inner.coefficient = term.coefficient
    if !isOne(term.node) {
      guard addFactors(of: term.node, to: .one, limit: 16, reaching: .open, &parts.inner) else { return false }
    }
    parts.terms.append(.init(coefficient: parts.inner.coefficient, factors: start..<parts.inner.factors.count))
    return true
  }

  /// Adds one of the products of the parts, the last sum's terms changing fastest.
  private func add(
    _ parts: ExpansionParts, _ number: Int, since start: Int, to plan: inout ExpansionPlan
  ) -> Bool {
    let first = plan.pool.count
    plan.pool.append(contentsOf: parts.kept.factors)
    var coefficient = parts.kept.coefficient
    var rest = number
    var place = parts.count
    for digit in parts.digits {
      place /= digit.count
      let term = parts.terms[digit.lowerBound + rest / place]
      rest %= place
      coefficient = coefficient * term.coefficient
      plan.pool.append(contentsOf: parts.inner.factors[term.factors])
    }
    guard coefficient.bitWidth <= Rational.sumLimit else { return false }
    merge(&plan.pool, from: first)
    let key = key(plan.pool[first...])
    for known in start..<plan.monomials.count where plan.monomials[known].key == key {
      if plan.pool[plan.monomials[known].factors] != plan.pool[first...] { continue }
      plan.monomials[known].coefficient = plan.monomials[known].coefficient + coefficient
      plan.pool.removeSubrange(first...)
      return true
    }
    plan.monomials.append(.init(coefficient: coefficient, factors: first..<plan.pool.count, key: key))
    return true
  }

  /// The candidates of groups that become cheaper, by number. A group is candidates whose products meet.
  func worthwhile(_ plan: inout ExpansionPlan, _ form: LinearForm) -> [Int] {
    let own = plan.monomials.count
    // The other terms, which products may meet.
    var next = 0
    for index in form.terms.indices {
      if next < plan.candidates.count, plan.candidates[next].term == index {
        next += 1
      } else {
        let other = monomial(of: form.terms[index], &plan)
        plan.monomials.append(other)
      }
    }
    var tally = ExpansionTally(plan.candidates)
    var order = Array(plan.monomials.indices)
    order.sort { (plan.monomials[$0].key, $0) < (plan.monomials[$1].key, $1) }
    var owner = Array(repeating: 0, count: own)
    for (number, candidate) in plan.candidates.enumerated() {
      for place in candidate.monomials { owner[place] = number }
    }
    var begin = 0
    while begin < order.count {
      var end = begin + 1
      while end < order.count, plan.monomials[order[end]].key == plan.monomials[order[begin]].key { end += 1 }
      // Products of candidates come before other terms of the same key.
      for place in begin + 1..<max(end, begin + 1) where order[place] < own {
        tally.unite(owner[order[place]], owner[order[begin]])
      }
      begin = end
    }
    begin = 0
    while begin < order.count {
      var end = begin + 1
      while end < order.count, plan.monomials[order[end]].key == plan.monomials[order[begin]].key { end += 1 }
      if order[begin] < own { count(order[begin..<end], own, group: owner[order[begin]], plan, form, &tally) }
      begin = end
    }
    return plan.candidates.indices.filter { tally.isCheaper($0) }
  }

  /// Counts the products of one key, before and after.
  private func count(
    _ run: ArraySlice<Int>, _ own: Int, group: Int, _ plan: ExpansionPlan, _ form: LinearForm,
    _ tally: inout ExpansionTally
  ) {
    let first = plan.monomials[run[run.startIndex]]
    var coefficient = Rational.zero
    var cost = cost(ofProduct: plan.factors(first))
    if first.factors.isEmpty {
      coefficient = form.constant
      if !coefficient.isZero { tally.before[tally.root(group)] += 1 }
    } else if let last = run.last, last >= own {
      // The last term of the key, as terms of one key are merged.
      coefficient = plan.monomials[last].coefficient
      if isShared(form.terms[term(last - own, plan)].node) { cost = 0 }
      tally.before[tally.root(group)] += 1 + cost + (coefficient.isUnit ? 0 : 1)
    }
    for place in run where place < own { coefficient = coefficient + plan.monomials[place].coefficient }
    if coefficient.isZero { return }
    tally.after[tally.root(group)] += 1 + cost + (first.key == 0 || coefficient.isUnit ? 0 : 1)
  }

  /// The place in the form of the nth term that is no candidate.
  private func term(_ number: Int, _ plan: ExpansionPlan) -> Int {
    var term = number
    for candidate in plan.candidates where candidate.term <= term { term += 1 }
    return term
  }
}

/// The parts of a term under expansion.
struct ExpansionParts {
  struct Part {
    let coefficient: Rational
    /// Where the factors stand among the inner ones.
    let factors: Range<Int>
  }

  /// Factors that are not multiplied out, and the coefficient.
  var kept = Workspace.Factorisation()
  /// The factors of the terms of all sums.
  var inner = Workspace.Factorisation()
  var terms: [Part] = []
  /// For each sum, as often as its exponent says, where its terms stand.
  var digits: [Range<Int>] = []
  /// How many products there will be.
  var count = 1

  /// Begins again, in the room that is there.
  mutating func begin(with coefficient: Rational) {
    kept.factors.removeAll(keepingCapacity: true)
    (kept.coefficient, kept.cost) = (coefficient, 0)
    inner.factors.removeAll(keepingCapacity: true)
    (inner.coefficient, inner.cost) = (.one, 0)
    terms.removeAll(keepingCapacity: true)
    digits.removeAll(keepingCapacity: true)
    count = 1
  }
}

/// What groups of candidates cost before and after.
private struct ExpansionTally {
  /// By candidate: another one of its group, or itself.
  private var group: [Int]
  var before: [Int]
  var after: [Int]
  private let credits: [Int]

  init(_ candidates: [ExpansionPlan.Candidate]) {
    group = Array(candidates.indices)
    before = Array(repeating: 0, count: candidates.count)
    after = before
    credits = candidates.map { $0.credit + 1 }
  }

  func root(_ number: Int) -> Int {
    var number = number
    while group[number] != number { number = group[number] }
    return number
  }

  mutating func unite(_ a: Int, _ b: Int) {
    let (x, y) = (root(a), root(b))
    group[max(x, y)] = min(x, y)
  }

  func isCheaper(_ number: Int) -> Bool {
    let root = root(number)
    var total = before[root]
    for (other, credit) in credits.enumerated() where self.root(other) == root { total += credit }
    return after[root] < total
  }
}
