import NablaGraph

extension Workspace {
  /// Rounds after which a phase stops although something still changes. Two are usual: one that works and one that
  /// finds nothing left.
  static let roundLimit = 8

  /// A reader looks at one root at a time. Rewritten apart, a root takes in what only other roots share with it; that
  /// is done where it visits fewer nodes than this in all.
  private static let separateLimit = 1 << 18

  /// Runs the phase.
  mutating func run(_ roots: [NodeID]) -> [NodeID] {
    let visits = roots.reduce(0) { $0 + $1.index + 1 }
    if phase == .readable, roots.count > 1, visits <= Workspace.separateLimit { return roots.map { run([$0])[0] } }
    return runTogether(roots)
  }

  private mutating func runTogether(_ roots: [NodeID]) -> [NodeID] {
    let start = weight(of: roots)
    var result = roots
    if isStrict {
      result = settled(roots) { $0.plainRound($1) }
    } else {
      result = settled(roots) { $0.collectingRound($1) }
      if phase == .specialise { result = specialised(result) }
    }
    if weight(of: result) > phase.limit(from: start) {
      report.abandoned.append(phase)
      return roots
    }
    return result
  }

  /// What a phase must not make worse: what the roots cost to compute, or how much there is to read.
  private mutating func weight(of roots: [NodeID]) -> Int {
    if phase != .readable { return graph.operationCount(of: roots).cost }
    // Each large expression is written once, with the small ones inside it written out.
    let counts = graph.useCounts(from: roots)
    var weight = 0
    for index in counts.indices where counts[index] > 0 {
      let id = NodeID(index)
      summarise(id)
      if isRepeatable(id) { continue }
      weight += 1
      for position in 0..<graph.operandCount(of: id) {
        let operand = graph.operand(position, of: id)
        weight += isRepeatable(operand) ? Int(summary(of: operand).size) : 1
      }
    }
    return roots.reduce(weight) { $0 + (isRepeatable($1) ? Int(summary(of: $1).size) : 1) }
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
