import NablaGraph

extension Workspace {
  /// Rounds after which a phase stops although something still changes. Two are usual: one that works and one that
  /// finds nothing left.
  static let roundLimit = 6

  /// Runs the phase to its fixed point.
  mutating func run(_ roots: [NodeID], strict: Bool) -> [NodeID] {
    if strict || phase == .specialise { return roots }
    let start = graph.operationCount(of: roots).cost
    var current = roots
    for _ in 0..<Workspace.roundLimit {
      let next = collectingRound(current)
      if next == current { break }
      current = next
    }
    if phase != .stabilise, graph.operationCount(of: current).cost > start {
      report.abandoned.append(phase)
      return roots
    }
    return current
  }

  mutating func exchange(_ other: inout Graph) {
    swap(&graph, &other)
    adoptGraph()
  }
}
