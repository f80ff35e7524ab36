import NablaGraph

extension Workspace {
  /// Rounds after which a phase stops although something still changes. Two are usual: one that works and one that
  /// finds nothing left.
  static let roundLimit = 8

  /// A reader looks at one root at a time. Rewritten apart, a root takes in what only other roots share with it; that
  /// is done where it visits fewer nodes than this in all.
  private static let separateLimit = 1 << 18

  /// What is run of a phase.
  enum Part {
    case whole
    /// The rounds that collect sums and products.
    case collecting
    /// What follows them where a program is made ready for machines.
    case plain
  }

  /// Runs phases, one after the other.
  ///
  /// The rules of `stabilise` include the canonical ones, and what is settled under them is canonical: of the usual
  /// `canonicalise, stabilise, canonicalise` the first is part of the second, and the last runs only if the rounds ran
  /// out.
  mutating func run(_ roots: [NodeID], through phases: [Phase], _ part: Part = .whole) -> [NodeID] {
    var result = isNaming ? readingForms(roots) : roots
    var isStable = false
    for (index, phase) in phases.enumerated() {
      let isPart = index + 1 < phases.count && phases[index + 1] == .stabilise
      if phase == .canonicalise, !isStrict, isStable || isPart { continue }
      begin(phase)
      if isStrict {
        result = strictlySettled(result)
        continue
      }
      let visits = result.reduce(0) { $0 + $1.index + 1 }
      if phase == .readable, result.count > 1, visits <= Workspace.separateLimit {
        for index in result.indices {
          begin(phase)
          var root = [result[index]]
          _ = settle(&root)
          result[index] = root[0]
        }
        continue
      }
      isStable = settle(&result, part) && phase == .stabilise
    }
    if !isNaming { return result }
    let visits = result.reduce(0) { $0 + $1.index + 1 }
    return visits <= Workspace.separateLimit ? result.map { finished([$0])[0] } : finished(result)
  }

  private mutating func strictlySettled(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    for _ in 0..<Workspace.roundLimit {
      let next = plainRound(current)
      if next == current { break }
      current = next
    }
    return kept(current, insteadOf: roots)
  }

  /// Repeats collecting rounds until one changes nothing.
  ///
  /// - Returns: whether nothing is left to change.
  private mutating func settle(_ roots: inout [NodeID], _ part: Part = .whole) -> Bool {
    let start = roots
    var isSettled = part == .plain
    if phase == .specialise, !isSettled, graph.isSettled(roots) { adopt(roots) }
    for _ in 0..<Workspace.roundLimit where !isSettled {
      let next = collectingRound(roots)
      isSettled = next == roots
      roots = next
    }
    settledRoots = isSettled && phase == .stabilise ? roots : nil
    if phase == .specialise, part != .collecting { roots = specialised(roots) }
    roots = kept(roots, insteadOf: start)
    return isSettled
  }

  /// The result, or what it was made of if that is cheaper.
  private mutating func kept(_ result: [NodeID], insteadOf start: [NodeID]) -> [NodeID] {
    if result == start || weight(of: result) <= phase.limit(from: weight(of: start)) { return result }
    report.abandoned.append(phase)
    return start
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
