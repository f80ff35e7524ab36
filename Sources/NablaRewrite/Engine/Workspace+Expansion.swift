import NablaGraph

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
      guard form.terms.contains(where: { isExpandable($0.node) }) else { return }
      let signature = signature(of: form)
      if fruitless.contains(signature) { return }
      if phase != .readable && !mayExpand(form) || !expandOnce(&form) {
        fruitless.insert(signature)
        return
      }
    }
  }

  /// Equal for forms with the same terms, used by the same number of others.
  private func signature(of form: LinearForm) -> UInt64 {
    var hash: UInt64 = 0
    func add(_ term: Term) {
      let word = UInt64(term.node.raw) << 1 | (isShared(term.node) ? 1 : 0)
      hash &+= NodeSummary.mix(NodeSummary.mix(29, word), term.coefficient.double.bitPattern)
    }
    for term in form.terms { add(term) }
    for term in form.constants { add(term) }
    return hash &+ NodeSummary.mix(31, form.constant.double.bitPattern)
  }

  func isExpandable(_ id: NodeID) -> Bool {
    if summary(of: id).rank == .sum { return true }
    var node = id
    for _ in 0..<8 {
      guard let f = graph.elementwise(node) else { return false }
      if rules.expandable.contains(f) { return true }
      guard f == .multiply || f == .divide else { return false }
      if let g = graph.elementwise(graph.operand(1, of: node)), rules.expandable.contains(g) {
        return true
      }
      node = graph.operand(0, of: node)
    }
    return false
  }

  private mutating func expandOnce(_ form: inout LinearForm) -> Bool {
    var plan = ExpansionPlan()
    swap(&plan, &spareExpansion)
    defer { swap(&plan, &spareExpansion) }
    plan.removeAll()
    for index in form.terms.indices where budget > 0 && isExpandable(form.terms[index].node) {
      let known = plan.candidates.count
      planExpansion(ofTerm: index, form, &plan)
      if plan.candidates.count > known { budget -= plan.candidates[known].monomials.count }
    }
    if plan.candidates.isEmpty { return false }
    let chosen = worthwhile(&plan, form)
    if chosen.isEmpty { return false }
    var result = LinearForm(form.element)
    result.constants = form.constants
    result.constant = form.constant
    let expanded = chosen.map { plan.candidates[$0].term }
    for (index, term) in form.terms.enumerated() where !expanded.contains(index) { result.terms.append(term) }
    for number in chosen {
      for monomial in plan.monomials[plan.candidates[number].monomials] {
        guard let value = product(monomial.coefficient, Array(plan.factors(monomial)), form.element) else {
          return false
        }
        add(value.result, to: &result)
      }
    }
    mergeLikeTerms(&result)
    if recording {
      for term in expanded { record("multiply out", form.terms[term].node, one(form.element)) }
    }
    form = result
    return true
  }

  /// A factor as a sum: its own terms, or by a rule such as `sigmoid(-x) → 1 - sigmoid(x)`; and what computing it
  /// costs.
  mutating func expansion(of id: NodeID, _ whole: LinearForm) -> (form: LinearForm, credit: Int)? {
    if isSum(id) {
      guard let form = linearForm(of: id, limit: 8) else { return nil }
      return (form, form.cost)
    }
    guard let f = graph.elementwise(id), rules.expandable.contains(f) else { return nil }
    for rule in rules.expansions[Int(f.rawValue)] {
      var bindings = Bindings()
      guard match(id, 0, rule, &bindings) else { continue }
      // No rules: one of them is the inverse of this.
      depth += Workspace.depthLimit
      let value = build(rule.rule.replacement, bindings, whole.element)
      depth -= Workspace.depthLimit
      guard isSum(value.node), var form = linearForm(of: value.node, limit: 8) else { continue }
      form.scale(by: value.scale)
      // Only if the other function is computed anyway.
      let functions = form.terms.map(\.node).filter { graph.elementwise($0) == f }
      guard functions.allSatisfy({ isFactor($0, of: whole) }) else { continue }
      return (form, bindings.freed)
    }
    return nil
  }

  /// Whether some term of a sum has the factor.
  private func isFactor(_ id: NodeID, of form: LinearForm) -> Bool {
    form.terms.contains { term in
      if term.node == id { return true }
      guard let product = factorisation(of: term.node, limit: 16, reaching: .open) else { return false }
      return merged(product.factors).contains { $0.base == id }
    }
  }
}
