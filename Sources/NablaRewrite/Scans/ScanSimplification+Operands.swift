import NablaGraph

/// What a scan is given: bound once, and with what every step would compute alike.
extension ScanSimplification {
  /// A sequence that is one value again and again is captured; equal operands are one; constants go into the body.
  mutating func bindOnce(in graph: inout Graph) {
    var same: [NodeID: NodeID] = [:]
    var known: [NodeID: NodeID] = [:]
    var sequences: [ScanBuilder.Bound] = []
    for bound in scan.sequences {
      if let value = graph.element(ofConstantSequence: bound.operand) {
        scan.captured.append(.init(input: bound.input, operand: value))
      } else if let input = known[bound.operand] {
        same[bound.input] = input
      } else {
        known[bound.operand] = bound.input
        sequences.append(bound)
      }
    }
    scan.sequences = sequences
    known = [:]
    var captured: [ScanBuilder.Bound] = []
    for bound in scan.captured {
      if let input = known[bound.operand] {
        same[bound.input] = input
      } else if let copy = scan.body.copy(constant: bound.operand, of: graph) {
        same[bound.input] = copy
      } else {
        known[bound.operand] = bound.input
        captured.append(bound)
      }
    }
    scan.captured = captured
    if !same.isEmpty { scan = rebuilt(replacing: same) }
  }

  // MARK: What every step would compute alike

  /// Moves what depends on captured values alone out of the body.
  mutating func hoist(in graph: inout Graph) {
    let body = scan.body
    let live = body.live(from: scan.roots)
    var isFixed = Array(repeating: false, count: body.count)
    for bound in scan.captured { isFixed[bound.input.index] = true }
    var isOutside = isFixed
    for id in body.ids where live[id.index] && !isFixed[id.index] {
      let operands = body.operands(of: id)
      guard !operands.isEmpty else {
        isOutside[id.index] = body.parameterIndex(id) == nil
        continue
      }
      isFixed[id.index] =
        operands.allSatisfy { isOutside[$0.index] || isFixed[$0.index] } && operands.contains { isFixed[$0.index] }
      isOutside[id.index] = operands.allSatisfy { isOutside[$0.index] }
    }
    var wanted: Set<NodeID> = []
    func want(_ id: NodeID) {
      // What only repeats or takes a part is done in the step; its operand is computed outside.
      var id = id
      while isFixed[id.index], body.isView(id) { id = body.operand(0, of: id) }
      if isFixed[id.index], body.parameterIndex(id) == nil { wanted.insert(id) }
    }
    for id in body.ids where live[id.index] && !isFixed[id.index] { body.forEachOperand(of: id) { want($0) } }
    for root in scan.roots { want(root) }
    // A scan is moved by its results.
    let nodes = wanted.filter { if case .scan = body.operation(of: $0) { false } else { true } }.sorted()
    if nodes.isEmpty { return }
    var inputs: [NodeID: NodeID] = [:]
    for bound in scan.captured { inputs[bound.input] = bound.operand }
    var same: [NodeID: NodeID] = [:]
    for (node, moved) in zip(nodes, graph.splice(body, roots: nodes, inputs: inputs)) {
      same[node] = scan.capture(moved, in: graph)
    }
    scan = rebuilt(replacing: same)
  }
}

extension Graph {
  /// Whether a node repeats its operand or takes a part of it.
  fileprivate func isView(_ id: NodeID) -> Bool {
    if elementwise(id) != nil { return false }
    switch operation(of: id) {
    case .broadcast, .reshape, .slice, .stop: return true
    default: return false
    }
  }

  /// The element of a sequence that repeats one value.
  fileprivate mutating func element(ofConstantSequence id: NodeID) -> NodeID? {
    guard elementwise(id) == nil, operation(of: id) == .broadcast else { return nil }
    var type = type(of: id)
    type.shape.dimensions.removeFirst()
    let source = operand(0, of: id)
    if self.type(of: source) == type { return source }
    var element = source
    var own = self.type(of: source)
    if own.shape.rank > type.shape.rank {
      // An axis of one element is repeated.
      guard own.shape.dimensions.removeFirst() == 1 else { return nil }
      element = append(.reshape, [source], type: own)
    }
    return own == type ? element : append(.broadcast, [element], type: type)
  }

  /// A copy of a constant of another graph, or of one that is repeated; `nil` for all else.
  fileprivate mutating func copy(constant id: NodeID, of graph: Graph) -> NodeID? {
    if graph.constant(id) != nil { return copy(id, of: graph, operands: []) }
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .broadcast,
      graph.constant(graph.operand(0, of: id)) != nil
    else { return nil }
    return copy(id, of: graph, operands: [copy(graph.operand(0, of: id), of: graph, operands: [])])
  }
}
