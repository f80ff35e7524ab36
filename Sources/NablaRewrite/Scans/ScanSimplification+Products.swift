import NablaGraph

/// Products of a sequence's elements with what is the same in every step are taken before the scan, as one: the input
/// projection of a recurrent layer is one product of matrices instead of many with few rows.
extension ScanSimplification {
  /// The most that the product of an element may be larger than the element: its stack takes memory.
  private static let growthLimit = 64.0

  mutating func takeProductsBefore(in graph: inout Graph) {
    if scan.sequences.isEmpty { return }
    let body = scan.body
    let kinds = StepKinds(scan)
    let isCandidate = body.ids.map { kinds.uses[$0.index] > 0 && isProduct($0, kinds) }
    guard isCandidate.contains(true) else { return }
    let nodes = needed(isCandidate, kinds)
    let (sequences, captured) = (scan.sequences, scan.captured)
    guard
      let stacks = try? graph.stacked(nodes, of: body, sequences: sequences, captured: captured, length: scan.length)
    else { return }
    var same: [NodeID: NodeID] = [:]
    for (node, stack) in zip(nodes, stacks) {
      same[node] = scan.walk(name(of: node, kinds), over: stack, in: graph)
    }
    scan = rebuilt(replacing: same)
  }

  /// The name that the text gives the product, or the element that is projected.
  private func name(of node: NodeID, _ kinds: StepKinds) -> String {
    let body = scan.body
    if let name = body.origin(of: node).name { return name }
    let element = body.operands(of: node).first { kinds[$0] == .timed }
    return element.flatMap { body.parameterIndex($0) }.map { body.parameters[$0].name } ?? "row"
  }

  private func isProduct(_ id: NodeID, _ kinds: StepKinds) -> Bool {
    let body = scan.body
    guard kinds[id] == .timed, body.elementwise(id) == nil else { return false }
    let operation = body.operation(of: id)
    switch operation {
    case .contract, .convolve: break
    default: return false
    }
    let operands = body.operands(of: id)
    guard let element = operands.first(where: { kinds[$0] == .timed }),
      let weight = operands.first(where: { kinds[$0] <= .fixed }), body.type(of: weight).shape.rank > 1
    else { return false }
    return body.guessedCount(of: id) <= Self.growthLimit * body.guessedCount(of: element)
  }

  /// The candidates that something else than candidates uses.
  private func needed(_ isCandidate: [Bool], _ kinds: StepKinds) -> [NodeID] {
    let body = scan.body
    var isUsed = Array(repeating: false, count: body.count)
    for root in scan.roots { isUsed[root.index] = true }
    // From users to operands: what only candidates need is computed with them.
    for id in body.ids.reversed() where isUsed[id.index] && !isCandidate[id.index] {
      body.forEachOperand(of: id) { isUsed[$0.index] = true }
    }
    return body.ids.filter { isUsed[$0.index] && isCandidate[$0.index] }
  }
}
