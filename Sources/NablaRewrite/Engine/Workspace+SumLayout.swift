import NablaGraph

extension Workspace {
  /// Builds a sum as it is written: terms in order, the first one positive, negative ones subtracted, constants last.
  ///
  /// - Precondition: the form is not empty, and its terms are merged.
  mutating func layout(_ form: inout LinearForm) -> NodeID {
    sortForLayout(&form.terms)
    var sum: NodeID?
    if let first = form.terms.firstIndex(where: { !$0.coefficient.isNegative }) {
      var chain = materialise(Scaled(form.terms[first].coefficient, form.terms[first].node))
      for index in form.terms.indices where index != first { chain = append(form.terms[index], to: chain) }
      sum = chain
    }
    let (constant, isNegative) = layoutConstant(form)
    if let sum {
      guard let constant else { return sum }
      return make(isNegative ? .subtract : .add, sum, constant)
    }
    let terms = form.terms
    guard !terms.isEmpty else { return constant ?? self.constant(.zero, form.element) }
    if phase == .readable, let constant {
      return terms.reduce(isNegative ? negated(constant) : constant) { append($1, to: $0) }
    }
    // No positive term: `c - (a + b)`, so that the constant stays on the outside, or `-(a + b)`.
    let magnitude = materialise(Scaled(-terms[0].coefficient, terms[0].node))
    let rest = terms.dropFirst().reduce(magnitude) { append(Term(coefficient: -$1.coefficient, node: $1.node), to: $0) }
    guard let constant else { return make(.negate, rest) }
    return make(.subtract, isNegative ? negated(constant) : constant, rest)
  }

  /// The order in which terms are written.
  private mutating func sortForLayout(_ terms: inout [Term]) {
    if terms.count > 16 {
      // The summaries of many terms are far apart: each is fetched once.
      var order = terms.indices.map { SumOrder(summary(of: terms[$0].node), place: $0) }
      order.sort { a, b in
        if a.major != b.major { return a.major < b.major }
        if a.minor != b.minor { return a.minor < b.minor }
        return precedesInSum(terms[a.place].node, terms[b.place].node)
      }
      terms = order.map { terms[$0.place] }
      return
    }
    for index in terms.indices.dropFirst() {
      var place = index
      while place > 0, precedesInSum(terms[place].node, terms[place - 1].node) {
        terms.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// The negative of something that is computed before the run.
  private mutating func negated(_ constant: NodeID) -> NodeID {
    literal(constant).map { self.constant(.rational(-$0), element(of: constant)) } ?? make(.negate, constant)
  }

  private mutating func append(_ term: Term, to chain: NodeID) -> NodeID {
    let node = materialise(Scaled(term.coefficient.magnitude, term.node))
    return make(term.coefficient.isNegative ? .subtract : .add, chain, node)
  }

  /// The constant part, and whether it stands for its negative.
  private mutating func layoutConstant(_ form: LinearForm) -> (NodeID?, isNegative: Bool) {
    guard !form.constants.isEmpty else {
      if form.constant.isZero { return (nil, false) }
      return (constant(.rational(form.constant.magnitude), form.element), form.constant.isNegative)
    }
    var terms = form.constants
    sortForLayout(&terms)
    if !form.constant.isZero { terms.append(Term(coefficient: form.constant, node: one(form.element))) }
    let sign: Rational = terms.allSatisfy { $0.coefficient.isNegative } ? .minusOne : .one
    let first = terms.firstIndex { !($0.coefficient * sign).isNegative } ?? 0
    let leading = terms.remove(at: first)
    var chain = materialise(Scaled(leading.coefficient * sign, leading.node))
    for term in terms { chain = append(Term(coefficient: term.coefficient * sign, node: term.node), to: chain) }
    return (chain, sign.isNegative)
  }

  /// Reads a sum back from its nodes.
  ///
  /// - Parameter limit: the most terms to read.
  /// - Returns: `nil` if there are more.
  mutating func linearForm(of id: NodeID, limit: Int = 64) -> LinearForm? {
    var form = LinearForm(element(of: id))
    var stack: [(NodeID, Bool)] = []
    swap(&stack, &readingStack)
    defer {
      stack.removeAll(keepingCapacity: true)
      swap(&stack, &readingStack)
    }
    stack.append((id, false))
    var steps = 0
    while let (node, isNegative) = stack.popLast() {
      steps += 1
      if steps > 2 * limit { return nil }
      let isInside = node == id || isFree(node)
      switch graph.elementwise(node) {
      case .add where isInside:
        stack.append((graph.operand(0, of: node), isNegative))
        stack.append((graph.operand(1, of: node), isNegative))
      case .subtract where isInside:
        stack.append((graph.operand(0, of: node), isNegative))
        stack.append((graph.operand(1, of: node), !isNegative))
      case .negate where isInside:
        stack.append((graph.operand(0, of: node), !isNegative))
      default:
        let value = peeled(node)
        add(isNegative ? value.negated : value, to: &form)
      }
    }
    return form
  }

  func isSum(_ id: NodeID) -> Bool {
    switch graph.elementwise(id) {
    case .add, .subtract: true
    default: false
    }
  }
}

/// What mostly decides the order of two terms: `precedesInSum` goes by these numbers first.
private struct SumOrder {
  /// Constants last, then by the first parameter, then by its degree, falling.
  let major: UInt64
  /// The next parameter.
  let minor: UInt32
  let place: Int

  init(_ summary: NodeSummary, place: Int) {
    let degree = UInt64(Int(Int16.max) - Int(summary.degree))
    major = (summary.isConstant ? 1 << 63 : 0) | UInt64(summary.lead) << 16 | degree
    minor = summary.second
    self.place = place
  }
}
