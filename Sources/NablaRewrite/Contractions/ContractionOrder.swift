import NablaGraph

/// Puts products of several arrays into the order that takes the fewest operations: `A @ B @ v` is `A @ (B @ v)`, and
/// the sum of a product of matrices needs no product of matrices.
///
/// Sizes that are names are taken for a hundred; once they are known, the program is rewritten again. Another order of
/// sums is `reassociating`: the result differs in its last bits.
struct ContractionOrder {
  /// A new order has to save as much of the operations.
  private static let gain = 0.99

  /// - Returns: the new roots, in the same arena.
  /// - Complexity: linear in the live nodes; the arrays of one product are few.
  static func run(_ graph: inout Graph, roots: [NodeID]) -> [NodeID] {
    guard graph.ids.contains(where: { isContraction($0, graph) }) else { return roots }
    let uses = graph.useCounts(from: roots)
    let (isInner, trees) = Self.trees(in: graph, uses)
    if trees.isEmpty { return roots }
    var image: [NodeID: NodeID] = [:]
    let saved = graph.currentOrigin
    defer { graph.currentOrigin = saved }
    for id in graph.ids.prefix(uses.count) where uses[id.index] > 0 {
      graph.currentOrigin = graph.originID(of: id)
      var current = id
      if !image.isEmpty {
        let old = graph.operands(of: id)
        let new = old.map { image[$0] ?? $0 }
        if new != old { current = graph.append(graph.operation(of: id), new, type: graph.type(of: id)) }
      }
      if trees.contains(id), let ordered = ordered(id, isInner, image, in: &graph) { current = ordered }
      if current != id { image[id] = current }
    }
    return roots.map { image[$0] ?? $0 }
  }

  private static func ordered(
    _ root: NodeID, _ isInner: [Bool], _ image: [NodeID: NodeID], in graph: inout Graph
  ) -> NodeID? {
    var tree = ContractionTree(root, in: graph, isInner: isInner)
    guard tree.factors.count > 1, tree.factors.count <= ContractionTree.factorLimit, tree.extents.count <= 64 else {
      return nil
    }
    let plan = ContractionPlan(tree)
    guard plan.cost < gain * tree.cost else { return nil }
    tree.replaceFactors(image)
    return plan.append(to: &graph, factors: tree.factors)
  }

  /// Which nodes only serve their user's tree, and the roots of trees in which there may be a choice.
  private static func trees(in graph: Graph, _ uses: [UInt32]) -> (isInner: [Bool], roots: Set<NodeID>) {
    var isInner = Array(repeating: false, count: graph.count)
    // Arrays, and contractions, in the tree of each node that is part of one.
    var counts: [NodeID: (factors: Int, contractions: Int, sums: Int)] = [:]
    for id in graph.ids where uses[id.index] > 0 && graph.elementwise(id) == nil {
      guard isPart(id, graph) else { continue }
      var total = (factors: 0, contractions: 0, sums: 0)
      switch graph.operation(of: id) {
      case .contract: total.contractions = 1
      case .reduce: total.sums = 1
      default: break
      }
      let operands = graph.operands(of: id)
      for (position, operand) in operands.enumerated() {
        let others = operands.count - position - 1
        if uses[operand.index] == 1, let inner = counts[operand],
          total.factors + inner.factors + others <= ContractionTree.factorLimit
        {
          isInner[operand.index] = true
          total.factors += inner.factors
          total.contractions += inner.contractions
          total.sums += inner.sums
        } else {
          total.factors += 1
        }
      }
      counts[id] = total
    }
    var roots: Set<NodeID> = []
    for (id, count) in counts where !isInner[id.index] && count.contractions > 0 && count.contractions + count.sums > 1
    {
      roots.insert(id)
    }
    return (isInner, roots)
  }

  private static func isContraction(_ id: NodeID, _ graph: Graph) -> Bool {
    guard graph.elementwise(id) == nil, case .contract = graph.operation(of: id) else { return false }
    return true
  }

  private static func isPart(_ id: NodeID, _ graph: Graph) -> Bool {
    guard graph.element(of: id).isFloat else { return false }
    switch graph.operation(of: id) {
    case .contract, .transpose, .reduce(.sum, _): return true
    default: return false
    }
  }
}
