import NablaGraph

/// A rule whose pattern is a product: it matches part of a larger product, also several times over.
final class ProductRule: Sendable {
  struct Part: Sendable {
    let base: CompiledRule
    let exponent: Rational
  }

  let rule: CompiledRule
  /// The first is the anchor, which binds most metavariables.
  let parts: [Part]
  /// The cost of the multiplications and divisions of the pattern itself.
  let ownCost: Int
  /// Operations without which the product has no match.
  let operations: ElementwiseSet

  var anchorOperation: Elementwise { parts[0].base.nodes[0].f }

  init(_ rule: RewriteRule) {
    self.rule = CompiledRule(rule)
    var factors: [(base: Pattern, exponent: Rational)] = []
    ProductRule.collect(rule.pattern, .one, &factors)
    func weight(_ index: Int) -> (Int, Int) { (factors[index].base.variables.count, factors[index].base.cost()) }
    if let anchor = factors.indices.max(by: { weight($0) < weight($1) }) { factors.swapAt(0, anchor) }
    ownCost = rule.pattern.cost() - factors.reduce(0) { $0 + $1.base.cost() }
    parts = factors.map { base, exponent in
      let baseRule = RewriteRule(
        name: rule.name, phase: rule.phase, soundness: rule.soundness, pattern: base, replacement: base,
        guards: rule.guards)
      return Part(base: CompiledRule(baseRule), exponent: exponent)
    }
    operations = ElementwiseSet(
      parts.compactMap { part in part.base.nodes[0].kind == .operation ? part.base.nodes[0].f : nil })
  }

  private static func collect(
    _ pattern: Pattern, _ exponent: Rational, _ factors: inout [(base: Pattern, exponent: Rational)]
  ) {
    switch pattern {
    case .apply(.multiply, let operands):
      for operand in operands { collect(operand, exponent, &factors) }
    case .apply(.divide, let operands):
      collect(operands[0], exponent, &factors)
      collect(operands[1], -exponent, &factors)
    case .constant(.rational(.one)):
      break
    case .apply(.power, let operands):
      if case .constant(.rational(let inner)) = operands[1] {
        collect(operands[0], exponent * inner, &factors)
      } else {
        factors.append((pattern, exponent))
      }
    default:
      factors.append((pattern, exponent))
    }
  }
}

extension Workspace {
  /// Applies the rules for products until none fires.
  mutating func applyProductRules(_ factors: inout [Factor], _ coefficient: inout Rational, _ element: ElementType) {
    if depth >= Workspace.depthLimit || factors.count > 256 { return }
    var fired = 0
    search: while fired < 16 {
      var operations = ElementwiseSet()
      var beginsRule = false
      for factor in factors {
        guard let f = graph.elementwise(factor.base) else { continue }
        operations.insert(f)
        if rules.productAnchors.contains(f) { beginsRule = true }
      }
      if !beginsRule { return }
      // By the order of the rules, the special before the general, whatever the order of the factors.
      var attempts: [(rule: Int, place: Int)] = []
      for (place, factor) in factors.enumerated() {
        guard let f = graph.elementwise(factor.base), rules.productAnchors.contains(f) else { continue }
        for number in rules.productsByAnchor[Int(f.rawValue)]
        where rules.products[number].operations.isSubset(of: operations)
          && mayMatch(factor.base, rules.products[number].parts[0].base)
        {
          attempts.append((number, place))
        }
      }
      attempts.sort { $0 < $1 }
      for (number, place) in attempts
      where replace(rules.products[number], at: place, &factors, &coefficient, element) {
        fired += 1
        continue search
      }
      return
    }
  }

  private mutating func replace(
    _ candidate: ProductRule, at index: Int, _ factors: inout [Factor], _ coefficient: inout Rational,
    _ element: ElementType
  ) -> Bool {
    var bindings = Bindings()
    let anchor = candidate.parts[0]
    guard var count = repetitions(of: anchor.exponent, in: factors[index].exponent),
      match(factors[index].base, 0, anchor.base, &bindings)
    else { return false }
    var places = [index]
    for part in candidate.parts.dropFirst() {
      guard let place = place(of: part, in: factors, besides: places, &bindings),
        let available = repetitions(of: part.exponent, in: factors[place].exponent)
      else { return false }
      count = min(count, available)
      places.append(place)
    }
    guard fires(candidate.rule, bindings, freed: candidate.ownCost) else { return false }
    let value = instantiate(candidate.rule, bindings, element)
    guard let scale = value.scale.power(count, bitLimit: Rational.bitLimit) else { return false }
    var added: [Factor] = []
    if !isOne(value.node) {
      guard let inner = factorisation(of: value.node, to: Rational(count), reaching: .open) else {
        return false
      }
      added = inner.factors
      coefficient = coefficient * inner.coefficient
    }
    record(candidate.rule.rule.name, factors[index].base, value.node)
    coefficient = coefficient * scale
    for (place, part) in zip(places, candidate.parts) {
      factors[place].exponent = factors[place].exponent - part.exponent * Rational(count)
    }
    factors += added
    merge(&factors)
    return true
  }

  /// How often a pattern's exponent goes into a factor's.
  private func repetitions(of pattern: Rational, in exponent: Rational) -> Int? {
    guard exponent.isNegative == pattern.isNegative else { return nil }
    if exponent == pattern { return 1 }
    if let n = exponent.integer, let m = pattern.integer {
      let (count, overflow) = n.dividedReportingOverflow(by: m)
      if !overflow { return count > 0 ? count : nil }
    }
    let ratio = exponent / pattern
    guard let count = Int(exactly: ratio.floor), count > 0, ratio.isInteger || pattern.isInteger else { return nil }
    return count
  }

  private func place(
    of part: ProductRule.Part, in factors: [Factor], besides taken: [Int], _ bindings: inout Bindings
  ) -> Int? {
    for index in factors.indices where !taken.contains(index) {
      if factors[index].exponent.isNegative != part.exponent.isNegative { continue }
      var attempt = bindings
      if match(factors[index].base, 0, part.base, &attempt) {
        bindings = attempt
        return index
      }
    }
    return nil
  }
}
