import NablaGraph

/// A rule whose pattern is a sum: it matches part of a larger sum, any multiple of it, and with a common factor.
final class SumRule: Sendable {
  struct Part: Sendable {
    let coefficient: Rational
    /// The part is a power of this.
    let base: CompiledRule
    let exponent: Rational
    let pattern: Pattern
  }

  let rule: CompiledRule
  /// The first is the anchor, whose match binds all metavariables. A constant is a part without metavariables.
  let parts: [Part]

  var anchorOperation: Elementwise { parts[0].base.nodes[0].f }

  init(_ rule: RewriteRule) {
    self.rule = CompiledRule(rule)
    var parts: [Part] = []
    SumRule.collect(rule.pattern, .one, rule, &parts)
    // The part that binds most.
    let variables = parts.map(\.pattern.variables.count)
    let anchor = parts.indices.max { a, b in
      (variables[a], parts[a].pattern.cost()) < (variables[b], parts[b].pattern.cost())
    }
    if let anchor { parts.swapAt(0, anchor) }
    self.parts = parts
  }

  private static func collect(_ pattern: Pattern, _ sign: Rational, _ rule: RewriteRule, _ parts: inout [Part]) {
    switch pattern {
    case .apply(.add, let operands):
      for operand in operands { collect(operand, sign, rule, &parts) }
    case .apply(.subtract, let operands):
      collect(operands[0], sign, rule, &parts)
      collect(operands[1], -sign, rule, &parts)
    case .apply(.negate, let operands):
      collect(operands[0], -sign, rule, &parts)
    case .apply(.multiply, let operands):
      if case .constant(.rational(let value)) = operands[0] {
        collect(operands[1], sign * value, rule, &parts)
      } else {
        parts.append(part(pattern, sign, .one, rule))
      }
    case .constant(.rational(let value)):
      parts.append(part(1, sign * value, 1, rule))
    case .apply(.power, let operands):
      if case .constant(.rational(let exponent)) = operands[1] {
        parts.append(part(operands[0], sign, exponent, rule))
      } else {
        parts.append(part(pattern, sign, .one, rule))
      }
    default:
      parts.append(part(pattern, sign, .one, rule))
    }
  }

  private static func part(
    _ base: Pattern, _ coefficient: Rational, _ exponent: Rational, _ rule: RewriteRule
  ) -> Part {
    let baseRule = RewriteRule(
      name: rule.name, phase: rule.phase, soundness: rule.soundness, pattern: base, replacement: rule.replacement,
      guards: rule.guards)
    let whole = exponent.isOne ? base : .apply(.power, [base, .constant(.rational(exponent))])
    return Part(coefficient: coefficient, base: CompiledRule(baseRule), exponent: exponent, pattern: whole)
  }
}

extension Workspace {
  /// Applies the rules for sums until none fires.
  mutating func applySumRules(_ form: inout LinearForm) {
    guard depth < Workspace.depthLimit, form.terms.count > 1 || !form.constant.isZero else { return }
    if form.terms.count > Workspace.tableLimit { return applySumRulesToMany(&form) }
    var fired = 0
    var index = 0
    var places: [UInt64: Int]?
    while index < form.terms.count {
      if mentionsAnchor(form.terms[index].node), fired < 64,
        applySumRule(at: index, &form, &places)
      {
        fired += 1
        index = 0
        places = nil
      } else {
        index += 1
      }
    }
  }

  /// More terms than this are found through a table.
  private static let tableLimit = 16

  /// The same for many terms: what a rule removes stays as a zero until the end of a sweep, so that a sweep is linear.
  private mutating func applySumRulesToMany(_ form: inout LinearForm) {
    for _ in 0..<4 {
      var places: [UInt64: Int]?
      var hasFired = false
      var index = 0
      // Rules that undo each other must come to an end.
      let limit = 4 * form.terms.count
      while index < min(form.terms.count, limit) {
        if !form.terms[index].coefficient.isZero, mentionsAnchor(form.terms[index].node) {
          if places == nil { places = table(of: form) }
          if applySumRule(at: index, &form, &places) { hasFired = true }
        }
        index += 1
      }
      if !hasFired { return }
      mergeLikeTerms(&form)
    }
  }

  private func table(of form: LinearForm) -> [UInt64: Int] {
    Dictionary(
      form.terms.indices.map { (summary(of: form.terms[$0].node).monomial, $0) }, uniquingKeysWith: { a, _ in a })
  }

  /// Whether some factor of a term may begin a rule. Looks at a few factors, without building anything.
  private func mentionsAnchor(_ id: NodeID) -> Bool {
    func begins(_ id: NodeID) -> Bool {
      guard let f = graph.elementwise(id) else { return false }
      if rules.sumAnchors.contains(f) { return true }
      guard f == .power, let base = graph.elementwise(graph.operand(0, of: id)) else { return false }
      return rules.sumAnchors.contains(base)
    }
    var node = id
    for _ in 0..<8 {
      if begins(node) { return true }
      guard let f = graph.elementwise(node), f == .multiply || f == .divide else { return false }
      if begins(graph.operand(1, of: node)) { return true }
      node = graph.operand(0, of: node)
    }
    return false
  }

  private mutating func applySumRule(at index: Int, _ form: inout LinearForm, _ places: inout [UInt64: Int]?) -> Bool {
    let term = form.terms[index]
    guard let product = factorisation(of: term.node, limit: 16, reaching: .everything) else { return false }
    let factors = merged(product.factors)
    for (position, factor) in factors.enumerated() {
      guard let f = graph.elementwise(factor.base) else { continue }
      for number in rules.sumsByAnchor[Int(f.rawValue)] {
        let candidate = rules.sums[number]
        let anchor = candidate.parts[0]
        guard factor.exponent == anchor.exponent, mayMatch(factor.base, anchor.base) else { continue }
        var bindings = Bindings()
        guard match(factor.base, 0, anchor.base, &bindings) else { continue }
        var cofactor = factors
        cofactor.remove(at: position)
        let scale = term.coefficient * product.coefficient / anchor.coefficient
        if replace(index, candidate, bindings, scale, cofactor, &form, &places) { return true }
      }
    }
    return false
  }

  /// Replaces the parts of a rule, `scale · cofactor` times, if all of them are there.
  private mutating func replace(
    _ index: Int, _ candidate: SumRule, _ bindings: Bindings, _ scale: Rational, _ cofactor: [Factor],
    _ form: inout LinearForm, _ places: inout [UInt64: Int]?
  ) -> Bool {
    let element = form.element
    var freed = bindings.freed + candidate.parts.count - 1
    var removed = [index]
    var clearsConstant = false
    for part in candidate.parts.dropFirst() {
      let wanted = times(build(part.pattern, bindings, element), cofactor, element)
      guard let wanted else { return false }
      let coefficient = wanted.scale * scale * part.coefficient
      if isOne(wanted.node) {
        guard form.constant == coefficient, form.constants.isEmpty else { return false }
        clearsConstant = true
        continue
      }
      guard let (place, multiple) = place(of: wanted.node, in: form, places),
        form.terms[place].coefficient * multiple == coefficient, !removed.contains(place)
      else { return false }
      if !isShared(form.terms[place].node) { freed += part.pattern.cost() }
      removed.append(place)
    }
    guard fires(candidate.rule, bindings, freed: freed),
      let value = times(instantiate(candidate.rule, bindings, element), cofactor, element)
    else { return false }
    record(candidate.rule.rule.name, form.terms[index].node, value.node)
    if clearsConstant { form.constant = .zero }
    if places != nil {
      for place in removed { form.terms[place].coefficient = .zero }
      let end = form.terms.count
      add(Scaled(value.scale * scale, value.node), to: &form)
      if form.terms.count > end {
        let key = summary(of: form.terms[end].node).monomial
        if places?[key] == nil { places?[key] = end }
      }
      return true
    }
    for place in removed.sorted(by: >) { form.terms.remove(at: place) }
    add(Scaled(value.scale * scale, value.node), to: &form)
    mergeLikeTerms(&form)
    return true
  }

  private mutating func times(_ value: Scaled, _ cofactor: [Factor], _ element: ElementType) -> Scaled? {
    if cofactor.isEmpty { return value }
    var factors = cofactor
    if !isOne(value.node) {
      guard let inner = factorisation(of: value.node, reaching: .everything) else { return nil }
      factors += inner.factors
      return product(value.scale * inner.coefficient, factors, element)?.result
    }
    return product(value.scale, factors, element)?.result
  }

  /// Where a multiple of a term stands in a form, and which. Large forms get a table.
  private func place(
    of id: NodeID, in form: LinearForm, _ places: [UInt64: Int]?
  ) -> (index: Int, multiple: Rational)? {
    guard let places else {
      guard var wanted = factorisation(of: id, reaching: .everything) else { return nil }
      merge(&wanted.factors)
      for index in form.terms.indices {
        if let multiple = ratio(of: form.terms[index].node, to: wanted) { return (index, multiple) }
      }
      return nil
    }
    guard let place = places[summary(of: id).monomial], isSameMonomial(form.terms[place].node, id) else { return nil }
    return (place, .one)
  }
}
