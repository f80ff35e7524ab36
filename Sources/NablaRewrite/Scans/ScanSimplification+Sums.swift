import NablaGraph

/// A value that every step only adds to, as the gradient of a weight, is summed after the scan: the outer products of all
/// steps are one product of matrices.
struct StepSum {
  /// What is added in every step: a sum over axes of the steps, or a product.
  struct Term {
    enum Value {
      /// A stack, and the axes of an element that are summed along.
      case sum(Source, axes: [Int])
      case product(Contraction, Source, Source)
    }

    let value: Value
    /// Constant factors, and −1 for a difference, in the graph around the scan.
    let factors: [NodeID]
  }

  enum Source {
    /// A result of the scan, stacked.
    case stack(position: Int)
    /// The same in every step.
    case fixed(NodeID)

    var isStack: Bool { if case .stack = self { true } else { false } }
  }

  /// The results of the scan that the sum is.
  let positions: [Int]
  /// The value before the first step.
  let start: NodeID
  let terms: [Term]
}

extension ScanSimplification {
  /// Stacks for sums may be as many times as large as what is stacked anyway.
  private static let memoryFactor = 4.0

  mutating func takeSumsAfter(in graph: inout Graph) {
    // One may use the stacks of another.
    var isChanged = true
    while isChanged {
      isChanged = false
      for index in scan.carried.indices.reversed() where takeSumAfter(index, in: &graph) { isChanged = true }
    }
  }

  /// - Returns: whether the carried value is gone.
  private mutating func takeSumAfter(_ index: Int, in graph: inout Graph) -> Bool {
    let kinds = StepKinds(scan)
    let body = scan.body
    let carried = scan.carried[index]
    guard body.element(of: carried.input).isFloat, kinds.uses[carried.input.index] == 1,
      var addends = addends(of: carried.next, kinds), let own = addends.firstIndex(where: { $0.node == carried.input }),
      !addends[own].isNegative
    else { return false }
    addends.remove(at: own)
    let positions = results.compactMap { position, result -> Int? in
      if case .carried(index) = result { position } else { nil }
    }
    if addends.isEmpty || positions.isEmpty { return false }
    var builder = StepSumBuilder(self, kinds)
    var terms: [StepSum.Term] = []
    for addend in addends {
      guard let term = builder.term(addend.node, isNegative: addend.isNegative, in: &graph) else { return false }
      terms.append(term)
    }
    let rank = body.type(of: carried.input).shape.rank
    // Without a product there is nothing to gain, but where the stacks are there for other sums.
    guard builder.hasProduct ? rank > 0 : !sums.isEmpty && builder.newElements == 0,
      builder.newElements <= Self.memoryFactor * builder.knownElements
    else { return false }
    scan.outputs += builder.newStacks
    results.merge(builder.positions) { first, _ in first }
    sums.append(StepSum(positions: positions, start: carried.start, terms: terms))
    for position in positions { results[position] = nil }
    keep(carried: scan.carried.indices.filter { $0 != index }, outputs: Array(scan.outputs.indices))
    return true
  }

  /// The terms of a sum that nothing else needs.
  private func addends(of root: NodeID, _ kinds: StepKinds) -> [(node: NodeID, isNegative: Bool)]? {
    var result: [(node: NodeID, isNegative: Bool)] = []
    var stack = [(node: root, isNegative: false)]
    while let (node, isNegative) = stack.popLast() {
      if result.count + stack.count > 32 { return nil }
      let f = scan.body.elementwise(node)
      let type = scan.body.typeID(of: node)
      let isInner = (f == .add || f == .subtract) && kinds.uses[node.index] == 1 && type == scan.body.typeID(of: root)
      if isInner {
        stack.append((scan.body.operand(1, of: node), isNegative != (f == .subtract)))
        stack.append((scan.body.operand(0, of: node), isNegative))
      } else {
        // A value that broadcasting repeats is another kind of sum.
        if type != scan.body.typeID(of: root) { return nil }
        result.append((node, isNegative))
      }
    }
    return result
  }

  // MARK: After the scan

  /// The results with the sums, from the stacks.
  func withSums(_ values: [Int: NodeID], in graph: inout Graph) -> [Int: NodeID] {
    var values = values
    for sum in sums {
      var total = sum.start
      for term in sum.terms {
        guard var value = self.value(term, values, in: &graph) else { continue }
        for factor in term.factors { value = graph.apply(.multiply, factor, value) }
        total = graph.apply(.add, total, value)
      }
      for position in sum.positions { values[position] = total }
    }
    for position in values.keys where position < 0 { values[position] = nil }
    return values
  }

  private func value(_ term: StepSum.Term, _ values: [Int: NodeID], in graph: inout Graph) -> NodeID? {
    func node(_ source: StepSum.Source) -> NodeID? {
      switch source {
      case .stack(let position): values[position]
      case .fixed(let node): node
      }
    }
    switch term.value {
    case .sum(let source, let axes):
      guard let stack = node(source) else { return nil }
      return graph.append(.reduce(.sum, axes: [0] + axes.map { $0 + 1 }), [stack], type: graph.type(of: stack))
    case .product(let contraction, let a, let b):
      guard var left = node(a), var right = node(b) else { return nil }
      // The step is a label of its own; what only one of the two has is summed beforehand.
      func summed(_ stack: NodeID) -> NodeID {
        graph.append(.reduce(.sum, axes: [0]), [stack], type: graph.type(of: stack))
      }
      let isShared = a.isStack && b.isStack
      if a.isStack, !isShared { left = summed(left) }
      if b.isStack, !isShared { right = summed(right) }
      let step = isShared ? [-1] : []
      return try? graph.contracted(
        left, step + contraction.left, right, step + contraction.right, to: contraction.result)
    }
  }
}

/// Finds the stacks that the terms of one sum need.
private struct StepSumBuilder {
  private let scan: ScanBuilder
  private let kinds: StepKinds
  /// The positions of what is stacked already.
  private var known: [NodeID: Int] = [:]
  private var nextPosition: Int
  private let knownOutputs: Int
  private(set) var newStacks: [NodeID] = []
  private(set) var positions: [Int: ScanSimplification.Result] = [:]
  private(set) var hasProduct = false
  private(set) var newElements = 0.0
  let knownElements: Double

  init(_ simplification: ScanSimplification, _ kinds: StepKinds) {
    scan = simplification.scan
    self.kinds = kinds
    nextPosition = min(0, simplification.results.keys.min() ?? 0) - 1
    knownOutputs = scan.outputs.count
    let body = scan.body
    let stacked = Set(scan.outputs + scan.sequences.map(\.input))
    knownElements = stacked.reduce(0) { $0 + body.guessedCount(of: $1) }
  }

  mutating func term(_ id: NodeID, isNegative: Bool, in graph: inout Graph) -> StepSum.Term? {
    let body = scan.body
    var node = id
    var factors: [NodeID] = []
    if isNegative { factors.append(graph.constant(Constant(-1), body.element(of: id))) }
    // A constant multiple.
    while let f = body.elementwise(node), f == .multiply || f == .negate {
      if f == .negate {
        factors.append(graph.constant(Constant(-1), body.element(of: id)))
        node = body.operand(0, of: node)
        continue
      }
      let (a, b) = (body.operand(0, of: node), body.operand(1, of: node))
      if let value = body.constant(a), body.type(of: b) == body.type(of: id) {
        factors.append(graph.constant(value, body.element(of: a)))
        node = b
      } else if let value = body.constant(b), body.type(of: a) == body.type(of: id) {
        factors.append(graph.constant(value, body.element(of: b)))
        node = a
      } else {
        break
      }
    }
    if body.elementwise(node) == nil {
      switch body.operation(of: node) {
      case .contract(let contraction):
        guard let left = source(body.operand(0, of: node), in: &graph),
          let right = source(body.operand(1, of: node), in: &graph), left.isStack || right.isStack
        else { return nil }
        hasProduct = true
        return StepSum.Term(value: .product(contraction, left, right), factors: factors)
      case .reduce(.sum, let axes):
        guard let stack = source(body.operand(0, of: node), in: &graph) else { return nil }
        if case .fixed = stack { return nil }
        return StepSum.Term(value: .sum(stack, axes: axes), factors: factors)
      default: break
      }
    }
    guard kinds[node] >= .timed, let stack = source(node, in: &graph) else { return nil }
    return StepSum.Term(value: .sum(stack, axes: []), factors: factors)
  }

  private mutating func source(_ id: NodeID, in graph: inout Graph) -> StepSum.Source? {
    if kinds[id] < .timed {
      let inputs = Dictionary(scan.captured.map { ($0.input, $0.operand) }, uniquingKeysWith: { first, _ in first })
      return .fixed(graph.splice(scan.body, roots: [id], inputs: inputs)[0])
    }
    if let position = known[id] { return .stack(position: position) }
    let isKnown = scan.sequences.contains { $0.input == id } || scan.outputs.contains(id)
    if !isKnown { newElements += scan.body.guessedCount(of: id) }
    known[id] = nextPosition
    positions[nextPosition] = .output(knownOutputs + newStacks.count)
    newStacks.append(id)
    nextPosition -= 1
    return .stack(position: known[id] ?? 0)
  }
}
