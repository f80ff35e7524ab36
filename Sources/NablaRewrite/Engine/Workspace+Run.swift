import NablaGraph

extension Workspace {
  /// Rounds after which a phase stops although something still changes. Two are usual: one that works and one that
  /// finds nothing left.
  static let roundLimit = 8

  /// Runs the phase.
  mutating func run(_ roots: [NodeID]) -> [NodeID] {
    let start = graph.operationCount(of: roots).cost
    var result = roots
    if isStrict {
      result = settled(roots) { $0.plainRound($1) }
    } else {
      result = settled(roots) { $0.collectingRound($1) }
      if phase == .specialise { result = specialised(result) }
    }
    if phase != .stabilise, graph.operationCount(of: result).cost > start {
      report.abandoned.append(phase)
      return roots
    }
    return result
  }

  /// Repeats a round until it changes nothing.
  private mutating func settled(
    _ roots: [NodeID], _ round: (inout Workspace, [NodeID]) -> [NodeID]
  ) -> [NodeID] {
    var current = roots
    for _ in 0..<Workspace.roundLimit {
      let next = round(&self, current)
      if next == current { break }
      current = next
    }
    return current
  }

  /// From the collected form to the form for machines.
  private mutating func specialised(_ roots: [NodeID]) -> [NodeID] {
    rules = .specialise
    isCollecting = false
    return shareReciprocals(plainRound(roots))
  }

  /// Moves the arena in or out.
  mutating func exchange(_ other: inout Graph) {
    swap(&graph, &other)
    adoptGraph()
  }
}
