import NablaGraph

/// A sum in one piece: coefficients of distinct terms, and a constant.
struct LinearForm {
  /// Terms that depend on inputs.
  var terms: [Term] = []
  /// Terms made of constants alone that are not rational, such as π.
  var constants: [Term] = []
  var constant = Rational.zero
  let element: ElementType

  init(_ element: ElementType) { self.element = element }

  var isEmpty: Bool { terms.isEmpty && constants.isEmpty }

  /// Additions and multiplications by coefficients. Arithmetic on constants is done before the run.
  var cost: Int {
    let hasConstant = !constants.isEmpty || !constant.isZero
    let coefficients = terms.lazy.filter { !$0.coefficient.isUnit }.count
    return max(0, terms.count + (hasConstant ? 1 : 0) - 1) + coefficients
  }

  mutating func scale(by factor: Rational) {
    if factor.isOne { return }
    for index in terms.indices { terms[index].coefficient = terms[index].coefficient * factor }
    for index in constants.indices { constants[index].coefficient = constants[index].coefficient * factor }
    constant = constant * factor
  }

  /// Whether multiplying by `factor` stays within the limit of exact arithmetic.
  func canScale(by factor: Rational) -> Bool {
    if factor.isUnit { return true }
    let room = Rational.sumLimit - factor.bitWidth
    return constant.bitWidth < room && terms.allSatisfy { $0.coefficient.bitWidth < room }
      && constants.allSatisfy { $0.coefficient.bitWidth < room }
  }
}

extension Workspace {
  /// Adds `coefficient · node` to a form; terms are not merged yet.
  mutating func add(_ value: Scaled, to form: inout LinearForm) {
    if value.scale.isZero { return }
    if isOne(value.node) {
      let sum = form.constant + value.scale
      if sum.bitWidth <= Rational.sumLimit {
        form.constant = sum
      } else {
        // What became too long stays as it is, and a new sum begins.
        let apart = constant(.rational(form.constant), form.element)
        form.constants.append(Term(coefficient: .one, node: apart))
        form.constant = value.scale
      }
    } else if isConstant(value.node) {
      form.constants.append(Term(coefficient: value.scale, node: value.node))
    } else {
      form.terms.append(Term(coefficient: value.scale, node: value.node))
    }
  }

  /// How many terms of one key a term is compared with.
  private static let comparisonLimit = 4

  /// Merges like terms and drops those that cancel.
  func mergeLikeTerms(_ form: inout LinearForm) {
    merge(&form.terms)
    if form.constants.count > 1 { merge(&form.constants) }
  }

  private func hasLikeTerms(_ terms: [Term]) -> Bool {
    for index in terms.indices.dropFirst() {
      let key = summary(of: terms[index].node).monomial
      for other in 0..<index where summary(of: terms[other].node).monomial == key { return true }
    }
    return false
  }

  private func merge(_ terms: inout [Term]) {
    if terms.count == 2, summary(of: terms[0].node).monomial != summary(of: terms[1].node).monomial { return }
    if terms.count < 2 { return }
    if terms.count <= 8, !hasLikeTerms(terms) {
      terms.removeAll { $0.coefficient.isZero }
      return
    }
    var keyed = terms.map { (key: summary(of: $0.node).monomial, term: $0) }
    keyed.sort { $0.key != $1.key ? $0.key < $1.key : $0.term.node < $1.term.node }
    terms.removeAll(keepingCapacity: true)
    var first = 0
    for entry in keyed {
      // Equal keys are nearly always equal terms; those of one key are compared with each other.
      if first < terms.count, summary(of: terms[first].node).monomial != entry.key { first = terms.count }
      // Few, since products too long to be compared may all have one key.
      let candidates = max(first, terms.count - Workspace.comparisonLimit)..<terms.count
      if let same = candidates.first(where: { isSameMonomial(terms[$0].node, entry.term.node) }) {
        let sum = terms[same].coefficient + entry.term.coefficient
        if sum.bitWidth > Rational.bitLimit {
          terms.append(entry.term)
          continue
        }
        terms[same].coefficient = sum
        // Of two spellings the one that is computed anyway stays.
        if isShared(entry.term.node), !isShared(terms[same].node) { terms[same].node = entry.term.node }
      } else {
        terms.append(entry.term)
      }
    }
    terms.removeAll { $0.coefficient.isZero }
  }

  /// The order in which a sum is written: by the first parameter, higher degrees first, constants last.
  func precedesInSum(_ a: NodeID, _ b: NodeID) -> Bool {
    let (x, y) = (summary(of: a), summary(of: b))
    if x.isConstant != y.isConstant { return y.isConstant }
    if x.lead != y.lead { return x.lead < y.lead }
    if x.degree != y.degree { return x.degree > y.degree }
    return precedes(a, x, b, y)
  }

  /// The order in which a product is written: constants, parameters, functions, sums.
  func precedesInProduct(_ a: NodeID, _ b: NodeID) -> Bool {
    let (x, y) = (summary(of: a), summary(of: b))
    if x.rank != y.rank { return x.rank < y.rank }
    if x.lead != y.lead { return x.lead < y.lead }
    return precedes(a, x, b, y)
  }

  private func precedes(_ a: NodeID, _ x: NodeSummary, _ b: NodeID, _ y: NodeSummary) -> Bool {
    if x.second != y.second { return x.second < y.second }
    let (f, g) = (graph.elementwise(a)?.rawValue ?? .max, graph.elementwise(b)?.rawValue ?? .max)
    if f != g { return f < g }
    if x.size != y.size { return x.size < y.size }
    if x.hash != y.hash { return x.hash < y.hash }
    return a < b
  }
}
