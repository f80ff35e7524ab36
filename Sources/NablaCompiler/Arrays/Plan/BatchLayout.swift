import NablaGraph
import NablaRuntime

/// Which arrays between convolutions have their first axis, the examples of a batch, innermost in memory.
///
/// Convolutions with few channels leave most of a vector empty where channels lie side by side. With examples side by
/// side, vectors are full whatever the number of channels, windows that overlap are read where they lie, and pooling
/// compares whole vectors. What the program sees, inputs and results, is in row-major order as ever.
struct BatchLayout {
  private var turned: Set<NodeID> = []
  /// How many examples there are.
  private(set) var batch = 0

  /// Channels of a convolution beyond which they fill vectors by themselves.
  private static let channelLimit = 32

  init() {}

  func isBatchLast(_ id: NodeID) -> Bool { turned.contains(id) }

  /// - Parameter unit: the registers; a batch must fill vectors of them.
  init(_ program: Program, _ facts: ArrayFacts, _ partition: StoragePartition, _ unit: VectorUnit) {
    let graph = facts.graph
    let convolutions = graph.ids.filter { partition.isNeeded[$0.index] && BatchLayout.isLayer($0, facts) }
    guard let batch = convolutions.map({ facts.extents(of: $0)[0] }).max(),
      convolutions.contains(where: {
        facts.extents(of: $0)[0] == batch && batch % unit.lanes(of: graph.element(of: $0)) == 0
      })
    else { return }
    let groups = NodeGroups(program, facts, partition, batch: batch)
    var narrow: Set<Int> = []
    var wide: Set<Int> = []
    for id in convolutions where facts.extents(of: id)[0] == batch {
      let (channels, outputs) = BatchLayout.channels(of: id, facts)
      let lanes = unit.lanes(of: graph.element(of: id))
      let group = groups.group(of: id)
      if max(channels, outputs) > BatchLayout.channelLimit || batch % lanes != 0 {
        wide.insert(group)
      } else if channels % lanes != 0 || outputs % lanes != 0 {
        narrow.insert(group)
      }
    }
    let chosen = narrow.subtracting(wide)
    if chosen.isEmpty { return }
    self.batch = batch
    let fixed = BatchLayout.rowMajor(program, facts, partition, batch: batch)
    for id in graph.ids where partition.isStored[id.index] && !fixed[id.index] && facts.literals[id] == nil {
      let extents = facts.extents(of: id)
      if extents.first == batch, BatchLayout.isFree(id, facts), chosen.contains(groups.group(of: id)) {
        turned.insert(id)
      }
    }
  }

  /// Whether a node is the convolution of a layer, forwards or by its input, rather than the derivative by a window,
  /// which has channels for examples.
  private static func isLayer(_ id: NodeID, _ facts: ArrayFacts) -> Bool {
    guard facts.graph.elementwise(id) == nil, case .convolve = facts.graph.operation(of: id),
      facts.graph.element(of: id).isFloat
    else { return false }
    let operands = facts.graph.operands(of: id).map { facts.extents(of: $0) }
    let spatial = operands[1].dropLast(3)
    return !operands[0].contains(0) && !operands[1].contains(0) && !facts.extents(of: id).contains(0)
      && zip(spatial, operands[0].dropFirst()).allSatisfy { $0 < $1 }
      && !BatchLayout.isTransposed(facts.graph.operands(of: id).first, facts)
  }

  private static func isTransposed(_ id: NodeID?, _ facts: ArrayFacts) -> Bool {
    guard let id, facts.graph.elementwise(id) == nil, case .transpose(let permutation) = facts.graph.operation(of: id)
    else { return false }
    return permutation.first != 0
  }

  /// Channels of a group, and its outputs.
  private static func channels(of id: NodeID, _ facts: ArrayFacts) -> (channels: Int, outputs: Int) {
    let window = facts.extents(of: facts.graph.operand(1, of: id))
    return (window[window.count - 2], window[window.count - 1])
  }

  /// Whether a node's kernel can write its result in any order.
  private static func isFree(_ id: NodeID, _ facts: ArrayFacts) -> Bool {
    let graph = facts.graph
    if graph.parameterIndex(id) != nil { return false }
    return facts.form(of: id) != .kernel
  }

  /// Nodes that somebody needs in row-major order.
  private static func rowMajor(
    _ program: Program, _ facts: ArrayFacts, _ partition: StoragePartition, batch: Int
  ) -> [Bool] {
    let graph = facts.graph
    var fixed = Array(repeating: false, count: graph.count)
    for root in program.roots { fixed[root.node.index] = true }
    for id in graph.ids.reversed() where partition.isNeeded[id.index] && facts.literals[id] == nil {
      let form = facts.form(of: id)
      // An alias that joins axes reads memory as it lies, which is right within the examples of a batch.
      let isJoining = form == .alias && !facts.isSplitting(id) && facts.extents(of: id).first != batch
      let isPassed = form == .alias && !partition.isStored[id.index] && fixed[id.index]
      guard form == .kernel || isJoining || isPassed else { continue }
      graph.forEachOperand(of: id) { fixed[$0.index] = true }
    }
    return fixed
  }
}

/// Nodes with the same examples along their first axis that are computed from each other element by element, by windows
/// or by convolutions.
private struct NodeGroups {
  private var parents: [Int]

  init(_ program: Program, _ facts: ArrayFacts, _ partition: StoragePartition, batch: Int) {
    let graph = facts.graph
    parents = Array(graph.ids.map(\.index))
    for id in graph.ids where partition.isNeeded[id.index] && facts.literals[id] == nil {
      if facts.extents(of: id).first != batch || facts.form(of: id) == .kernel { continue }
      if graph.elementwise(id) == nil, case .contract = graph.operation(of: id) { continue }
      for operand in graph.operands(of: id) where facts.literals[operand] == nil {
        if facts.extents(of: operand).first == batch, graph.parameterIndex(operand) == nil {
          unite(id.index, operand.index)
        }
      }
    }
    // Parents have lower numbers.
    for node in parents.indices { parents[node] = parents[parents[node]] }
  }

  func group(of id: NodeID) -> Int { parents[id.index] }

  private mutating func unite(_ one: Int, _ other: Int) {
    func root(_ node: Int) -> Int {
      var node = node
      while parents[node] != node {
        parents[node] = parents[parents[node]]
        node = parents[node]
      }
      return node
    }
    let (a, b) = (root(one), root(other))
    parents[max(a, b)] = min(a, b)
  }
}
