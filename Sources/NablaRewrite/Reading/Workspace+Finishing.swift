import NablaGraph

/// The last look of a reader: what has a name once everything is in its place, and the order and the signs that a hand
/// would choose.
///
/// One walk from the operands to the users. Nothing here finds out anything new: each form is another spelling of the
/// same numbers.
extension Workspace {
  /// Terms or factors beyond which a reader sees no pattern.
  static let readableLength = 64

  mutating func finished(_ roots: [NodeID]) -> [NodeID] {
    let counts = graph.useCounts(from: roots)
    // Formulas of numbers have the form that the rules give them, outside loops.
    guard isBody || counts.indices.contains(where: { counts[$0] > 0 && !graph.type(of: NodeID($0)).isScalar }) else {
      return roots
    }
    resetDemand()
    for index in counts.indices where counts[index] > 0 {
      summarise(NodeID(index))
      addDemand(counts[index], for: NodeID(index))
    }
    let isInner = innerNodes(counts)
    var images: [NodeID: NodeID] = [:]
    let saved = graph.currentOrigin
    isFinishing = true
    defer {
      graph.currentOrigin = saved
      isFinishing = false
    }
    for index in counts.indices where counts[index] > 0 {
      let id = NodeID(index)
      enter(id)
      var current = id
      if !images.isEmpty {
        let old = graph.operands(of: id)
        let new = old.map { images[$0] ?? $0 }
        if new != old { current = make(graph.operation(of: id), new, type: graph.type(of: id)) }
      }
      if let form = finishedForm(current, isInner: isInner[index]) { current = fitted(form, like: id) }
      if current != id {
        images[id] = current
        addDemand(counts[index], for: current)
        leave(id, as: current)
      }
    }
    return roots.map { root in
      let image = images[root] ?? root
      return withKeptAxes(image) ?? image
    }
  }

  /// The derivative by what broadcasting repeated along a first axis, with that axis: `sum(x, axis: 0, keepdims: true)`.
  private mutating func withKeptAxes(_ root: NodeID) -> NodeID? {
    let target = graph.type(of: root)
    var path: [NodeID] = []
    var node = root
    var isRepeated = false
    while path.count < Workspace.readableLength {
      if let f = graph.elementwise(node) {
        let arrays = graph.operands(of: node).filter { !graph.type(of: $0).isScalar }
        guard f.isMultiplying, arrays.count == 1 else { return nil }
        path.append(node)
        node = arrays[0]
      } else if graph.operation(of: node) == .broadcast {
        isRepeated = true
        path.append(node)
        node = graph.operand(0, of: node)
      } else {
        break
      }
    }
    guard isRepeated, graph.elementwise(node) == nil, case .reduce(_, let axes) = graph.operation(of: node) else {
      return nil
    }
    var kept = graph.type(of: graph.operand(0, of: node))
    for axis in axes { kept.shape.dimensions[axis] = 1 }
    guard kept.shape == target.shape else { return nil }
    var image = make(.reshape, [node], type: target)
    for step in path.reversed() {
      if let f = graph.elementwise(step) { image = make(f, graph.operands(of: step).map { $0 == node ? image : $0 }) }
      node = step
    }
    return finishedProduct(image) ?? image
  }

  /// The nodes inside a larger sum or product, which is looked at as a whole.
  private func innerNodes(_ counts: [UInt32]) -> [Bool] {
    var isInner = Array(repeating: false, count: counts.count)
    for index in counts.indices where counts[index] > 0 {
      guard let f = graph.elementwise(NodeID(index)), f.isSumming || f.isMultiplying else { continue }
      graph.forEachOperand(of: NodeID(index)) { operand in
        guard counts[operand.index] == 1, let inner = graph.elementwise(operand) else { return }
        if f.isSumming ? inner.isSumming : inner.isMultiplying { isInner[operand.index] = true }
      }
    }
    return isInner
  }

  private mutating func finishedForm(_ id: NodeID, isInner: Bool) -> NodeID? {
    guard isReal(id) else { return nil }
    if let f = graph.elementwise(id) {
      switch f {
      case .add, .subtract: return isInner ? nil : finishedSum(id)
      case .multiply, .divide, .negate: return isInner ? nil : finishedProduct(id)
      case .sqrt, .power: return namedLength(id)
      case .select: return sharedFactor(ofBranches: id)
      case .strongMultiply: return plainProduct(id)
      default: return nil
      }
    }
    switch graph.operation(of: id) {
    case .contract(let contraction):
      return elementwiseProduct(contraction, id) ?? sumOfProducts(contraction, id) ?? productOfTurned(contraction, id)
    case .reshape: return reshapedInOneStep(id)
    case .result(0): return linearCall(id)
    case .reduce(.sum, let axes): return sumOfPart(axes, id)
    case .transpose(let permutation):
      // Axes of one element may stand anywhere.
      let extents = graph.type(of: graph.operand(0, of: id)).shape.dimensions
      let moved = permutation.filter { !extents[$0].isOne }
      if moved == moved.sorted() { return reshaped(graph.operand(0, of: id), to: graph.type(of: id)) }
      return transposedProduct(permutation, id) ?? turnedRepetition(permutation, id)
    default: return nil
    }
  }

  /// `2*convolve(x, k)` for `convolve(2*x, k)`.
  private mutating func linearCall(_ id: NodeID) -> NodeID? {
    let call = graph.operand(0, of: id)
    guard case .call(let callee) = graph.operation(of: call),
      LibraryForm.isLinear(graph.functions[callee.index].name)
    else { return nil }
    var operands = graph.operands(of: call)
    let value = peeled(operands[0])
    if value.scale.isOne || value.scale.isZero { return nil }
    operands[0] = fitted(value.node, like: operands[0])
    let result = graph.call(callee, operands)[0]
    summarise(graph.operand(0, of: result))
    summarise(result)
    return materialise(Scaled(value.scale, result))
  }

  private mutating func reshapedInOneStep(_ id: NodeID) -> NodeID? {
    let (operand, type) = (graph.operand(0, of: id), graph.type(of: id))
    // A part of a list stays one.
    if type.shape == Shape([1] + graph.type(of: operand).shape.dimensions) { return nil }
    let value = peeled(operand)
    if !value.scale.isOne, graph.typeID(of: value.node) == graph.typeID(of: operand) {
      return materialise(Scaled(value.scale, reshaped(value.node, to: type)))
    }
    let node = reshaped(operand, to: type)
    return node == id ? nil : node
  }

  /// Whether one user at most is known.
  func isOnce(_ id: NodeID) -> Bool { id.index >= demand.count || demand[id.index] <= 1 }

  // MARK: Sums

  /// A term of a sum, in the order of the text.
  struct SignedTerm: Equatable {
    var node: NodeID
    var isNegative: Bool
  }

  private mutating func finishedSum(_ id: NodeID) -> NodeID? {
    guard let before = signedTerms(of: id) else { return nil }
    var terms = before
    for index in terms.indices {
      if let form = namedMeans(in: terms[index].node) { terms[index].node = form }
      if terms[index].isNegative, let opposite = oppositeOfOneMinus(terms[index].node) {
        terms[index] = SignedTerm(node: opposite, isNegative: false)
      } else if let opposite = oppositeOfPlaced(terms[index].node) {
        terms[index] = SignedTerm(node: opposite, isNegative: !terms[index].isNegative)
      } else if terms[index].isNegative, isArrayProduct(terms[index].node),
        let opposite = opposite(of: terms[index].node)
      {
        terms[index] = SignedTerm(node: opposite, isNegative: false)
      }
    }
    joinEqual(&terms)
    joinProducts(&terms)
    joinPads(&terms, like: id)
    putProductsFirst(&terms)
    return terms == before ? nil : chain(terms)
  }

  /// `2*x` for `x + x`: terms that have the same words now.
  private mutating func joinEqual(_ terms: inout [SignedTerm]) {
    var index = 0
    while index < terms.count {
      let count = terms[index...].count { $0 == terms[index] }
      if count > 1 {
        let term = terms[index]
        terms.removeAll { $0 == term }
        let number = constant(.rational(Rational(count)), element(of: term.node))
        terms.insert(SignedTerm(node: make(.multiply, number, term.node), isNegative: term.isNegative), at: index)
      }
      index += 1
    }
  }

  /// `x` for zeros with `-x` at places.
  private mutating func oppositeOfPlaced(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == nil, case .accumulate = graph.operation(of: id) else { return nil }
    var elements = graph.operand(0, of: id)
    if graph.elementwise(elements) == nil, graph.operation(of: elements) == .broadcast {
      elements = graph.operand(0, of: elements)
    }
    let value = peeled(elements)
    guard value.scale.isNegative else { return nil }
    let operand = fitted(materialise(value.negated), like: graph.operand(0, of: id))
    return make(graph.operation(of: id), [operand], type: graph.type(of: id))
  }

  func signedTerms(of id: NodeID) -> [SignedTerm]? {
    var terms: [SignedTerm] = []
    var stack = [SignedTerm(node: id, isNegative: false)]
    while let term = stack.popLast() {
      let f = graph.elementwise(term.node)
      guard let f, f.isSumming, term.node == id || isOnce(term.node) else {
        terms.append(term)
        if terms.count > Workspace.readableLength { return nil }
        continue
      }
      let flips = f == .subtract
      stack.append(SignedTerm(node: graph.operand(1, of: term.node), isNegative: term.isNegative != flips))
      stack.append(SignedTerm(node: graph.operand(0, of: term.node), isNegative: term.isNegative))
    }
    return terms
  }

  /// The sum of terms, a positive one first; `nil` where there is none.
  mutating func chain(_ terms: [SignedTerm]) -> NodeID? {
    guard let first = terms.firstIndex(where: { !$0.isNegative }) else { return nil }
    var chain = terms[first].node
    for (index, term) in terms.enumerated() where index != first {
      chain = make(term.isNegative ? .subtract : .add, chain, term.node)
    }
    return chain
  }

  /// `x @ W + b`, not `b + x @ W`.
  private func putProductsFirst(_ terms: inout [SignedTerm]) {
    func isFront(_ term: SignedTerm) -> Bool { !term.isNegative && isArrayProduct(term.node) }
    if terms.allSatisfy(isFront) { return }
    terms = terms.filter(isFront) + terms.filter { !isFront($0) }
  }

  /// A product of matrices or a convolution, perhaps with a number before or a divisor behind.
  private func isArrayProduct(_ id: NodeID) -> Bool {
    var node = id
    while let f = graph.elementwise(node) {
      if f == .divide {
        node = graph.operand(0, of: node)
      } else if f == .multiply, literal(graph.operand(0, of: node)) != nil {
        node = graph.operand(1, of: node)
      } else {
        return false
      }
    }
    node = unmoved(node)
    switch graph.elementwise(node) == nil ? graph.operation(of: node) : nil {
    case .contract(let contraction): return !contraction.summed.isEmpty && !contraction.result.isEmpty
    case .result(0):
      guard case .call(let callee) = graph.operation(of: graph.operand(0, of: node)) else { return false }
      return graph.functions[callee.index].name.contains("convol")
    default: return false
    }
  }

  // MARK: Branches

  /// A product that is zero wherever its first factor is: inside the selection that makes it zero, or as any other.
  private mutating func plainProduct(_ id: NodeID) -> NodeID {
    let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
    if graph.elementwise(a) == .select, literal(unmoved(graph.operand(2, of: a)))?.isZero ?? false,
      let unit = literal(unmoved(graph.operand(1, of: a))), unit.isUnit
    {
      let value = unit.isNegative ? make(.negate, b) : b
      return make(.select, [graph.operand(0, of: a), value, graph.operand(2, of: a)])
    }
    return make(.multiply, a, b)
  }

  /// `where(c, a/n, b/n)` as `where(c, a, b)/n`.
  private mutating func sharedFactor(ofBranches id: NodeID) -> NodeID? {
    let operands = graph.operands(of: id)
    guard operands[1] != operands[2], graph.constant(operands[1]) == nil, graph.constant(operands[2]) == nil,
      let first = factorisation(of: operands[1], limit: 16, reaching: .open),
      let second = factorisation(of: operands[2], limit: 16, reaching: .open)
    else { return nil }
    let products = [merged(first.factors), merged(second.factors)]
    let common = commonFactors(products)
    if common.isEmpty { return nil }
    let inverse = common.map { Factor(base: $0.base, exponent: -$0.exponent) }
    let element = element(of: id)
    guard let a = product(first.coefficient, products[0] + inverse, element)?.result,
      let b = product(second.coefficient, products[1] + inverse, element)?.result
    else { return nil }
    let choice = make(.select, [operands[0], materialise(a), materialise(b)])
    guard let result = product(.one, common + [Factor(base: choice, exponent: .one)], element)?.result else {
      return nil
    }
    return materialise(result)
  }
}

extension Elementwise {
  var isSumming: Bool { self == .add || self == .subtract }
  var isMultiplying: Bool { self == .multiply || self == .divide || self == .negate }
}
