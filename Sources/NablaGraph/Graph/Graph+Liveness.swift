extension Graph {
  /// Which nodes the roots need. Linear, without recursion.
  public func live(from roots: some Sequence<NodeID>) -> [Bool] { live(from: roots, above: [:]) }

  /// Which nodes the roots need where something else stands for some nodes.
  func live(from roots: some Sequence<NodeID>, above replacements: [NodeID: NodeID]) -> [Bool] {
    var live = Array(repeating: false, count: count)
    for root in roots {
      precondition(
        root.index < count, "a root that is no node of this graph: was the graph copied before the root was made?")
      live[root.index] = true
    }
    for index in stride(from: count - 1, through: 0, by: -1) where live[index] {
      let id = NodeID(index)
      if !replacements.isEmpty, replacements[id] != nil { continue }
      forEachOperand(of: id) { live[$0.index] = true }
    }
    return live
  }

  /// How many operand positions of live nodes, and how many roots, use each node.
  public func useCounts(from roots: some Sequence<NodeID>) -> [UInt32] {
    var uses = Array(repeating: UInt32(0), count: count)
    for root in roots { uses[root.index] += 1 }
    for index in stride(from: count - 1, through: 0, by: -1) where uses[index] > 0 {
      let id = NodeID(index)
      forEachOperand(of: id) { uses[$0.index] += 1 }
    }
    return uses
  }

  /// Which nodes depend on one of `inputs`.
  public func dependent(on inputs: some Sequence<NodeID>) -> [Bool] {
    var dependent = Array(repeating: false, count: count)
    for input in inputs { dependent[input.index] = true }
    for index in 0..<count where !dependent[index] {
      let id = NodeID(index)
      for position in 0..<operandCount(of: id) where dependent[operand(position, of: id).index] {
        dependent[index] = true
        break
      }
    }
    return dependent
  }
}
