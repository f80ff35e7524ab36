import NablaGraph

/// An order for terms and sums in which those of one kind stand together as far as their operands allow.
///
/// A *node* is a term, by its number, or a sum, by its number after all terms. Of the kinds of which nodes are ready, the
/// one with the most is taken, with all that become ready on the way: a chain in which every term needs the one before
/// is one run. Kinds too few for a loop wait until nothing else is ready, so that they do not part loops that can be
/// one.
struct RollingSchedule {
  /// Nodes of one kind, in an order in which they can be computed.
  private(set) var runs: [[Int]] = []
  /// The run of each node.
  private(set) var run: [Int32]
  /// The place of each node in its run.
  private(set) var place: [Int32]
  /// The node of each statement that is a node's value, else -1.
  let nodes: [Int32]

  /// Kinds of fewer terms are not told apart by their users.
  private static let leastKind = 16

  /// - Complexity: n log n in the nodes.
  init(_ table: TermTable, _ sums: [TermForest.Sum], of plan: KernelPlan) {
    let count = table.terms.count + sums.count
    var nodes = Array(repeating: Int32(-1), count: plan.statements.count)
    for (number, term) in table.terms.enumerated() { nodes[term.root] = Int32(number) }
    for (number, sum) in sums.enumerated() { nodes[sum.statement] = Int32(table.terms.count + number) }
    self.nodes = nodes
    run = Array(repeating: 0, count: count)
    place = run
    let edges = Edges(table, sums, nodes, count)
    let kinds = RollingSchedule.kinds(table, sums, edges)
    var queues = Array(repeating: [Int](), count: (kinds.max() ?? 0) + 1)
    var populations = Array(repeating: 0, count: queues.count)
    for kind in kinds { populations[kind] += 1 }
    // Ranked by the number of ready nodes, and those of rare kinds behind all others.
    func rank(_ kind: Int, _ ready: Int) -> Int {
      populations[kind] < RolledPlan.leastLoop ? ready - RolledPlan.leastLoop : ready
    }
    var waiting = edges.operandCounts
    var largest = LargestQueue()
    for node in 0..<count where waiting[node] == 0 { queues[kinds[node]].append(node) }
    for (kind, queue) in queues.enumerated() where !queue.isEmpty { largest.push(kind, rank(kind, queue.count)) }
    while let kind = largest.pop({ rank($0, queues[$0].count) }) {
      var nodes: [Int] = []
      swap(&nodes, &queues[kind])
      var next = 0
      while next < nodes.count {
        let node = nodes[next]
        run[node] = Int32(runs.count)
        place[node] = Int32(next)
        next += 1
        for user in edges.users(of: node) {
          waiting[user] -= 1
          guard waiting[user] == 0 else { continue }
          if kinds[user] == kind {
            nodes.append(user)
          } else {
            queues[kinds[user]].append(user)
            largest.push(kinds[user], rank(kinds[user], queues[kinds[user]].count))
          }
        }
      }
      runs.append(nodes)
    }
  }

  /// Who uses what, each pair as often as it occurs.
  private struct Edges {
    var operandCounts: [Int32]
    private var starts: [Int32]
    private var targets: [Int32]
    /// What the users of each node do with it, as a number.
    var roles: [UInt64]

    init(_ table: TermTable, _ sums: [TermForest.Sum], _ nodes: [Int32], _ count: Int) {
      var operandCounts = Array(repeating: Int32(0), count: count)
      var roles = Array(repeating: UInt64(0), count: count)
      var degrees = Array(repeating: Int32(0), count: count + 1)
      func forEach(_ body: (_ node: Int, _ operand: Int, _ role: UInt64) -> Void) {
        for (number, term) in table.terms.enumerated() {
          for (place, leaf) in table.leaves(of: number).enumerated() {
            guard let value = leaf.value else { continue }
            body(number, Int(nodes[value]), UInt64(term.shape) << 8 | UInt64(place))
          }
        }
        for (number, sum) in sums.enumerated() {
          for (operand, _) in sum.operands {
            if let value = operand.value { body(table.terms.count + number, Int(nodes[value]), .max) }
          }
        }
      }
      forEach { node, operand, role in
        operandCounts[node] += 1
        degrees[operand] += 1
        // Mixed well enough to be added: a hash of the users in any order.
        roles[operand] &+= (role &+ 1) &* 0x9E37_79B9_7F4A_7C15 ^ (role << 23)
      }
      var starts = Array(repeating: Int32(0), count: count + 1)
      for node in 0..<count { starts[node + 1] = starts[node] + degrees[node] }
      var targets = Array(repeating: Int32(0), count: Int(starts[count]))
      var ends = starts
      forEach { node, operand, _ in
        targets[Int(ends[operand])] = Int32(node)
        ends[operand] += 1
      }
      (self.operandCounts, self.starts, self.targets, self.roles) = (operandCounts, starts, targets, roles)
    }

    func users(of node: Int) -> some Sequence<Int> {
      targets[Int(starts[node])..<Int(starts[node + 1])].lazy.map { Int($0) }
    }
  }

  /// Terms are of one kind if they have one shape and, where that leaves enough of them, the same use: so the three
  /// differences of two points in space are three kinds, and one loop can compute all three for every pair.
  private static func kinds(_ table: TermTable, _ sums: [TermForest.Sum], _ edges: Edges) -> [Int] {
    struct Key: Hashable {
      let shape: Int
      let role: UInt64
    }
    var counts: [Key: Int] = [:]
    for (number, term) in table.terms.enumerated() {
      counts[Key(shape: term.shape, role: edges.roles[number]), default: 0] += 1
    }
    var numbers: [Key: Int] = [:]
    var kinds: [Int] = []
    for (number, term) in table.terms.enumerated() {
      var key = Key(shape: term.shape, role: edges.roles[number])
      if counts[key, default: 0] < leastKind { key = Key(shape: term.shape, role: .max) }
      let kind = numbers[key] ?? numbers.count
      numbers[key] = kind
      kinds.append(kind)
    }
    return kinds + Array(repeating: numbers.count, count: sums.count)
  }
}

/// Finds the queue of the highest rank. Entries that are no longer true are left behind and skipped.
private struct LargestQueue {
  private var heap: [(rank: Int, kind: Int)] = []

  private static func isBefore(_ a: (rank: Int, kind: Int), _ b: (rank: Int, kind: Int)) -> Bool {
    a.rank != b.rank ? a.rank > b.rank : a.kind < b.kind
  }

  mutating func push(_ kind: Int, _ rank: Int) {
    heap.append((rank, kind))
    var child = heap.count - 1
    while child > 0, case let parent = (child - 1) / 2, LargestQueue.isBefore(heap[child], heap[parent]) {
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// The kind of the highest rank; `rank` is what is true now.
  mutating func pop(_ rank: (Int) -> Int) -> Int? {
    while let top = heap.first {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
      sink()
      if rank(top.kind) == top.rank { return top.kind }
    }
    return nil
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if LargestQueue.isBefore(heap[child], heap[best]) { best = child }
      }
      if best == parent { return }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
