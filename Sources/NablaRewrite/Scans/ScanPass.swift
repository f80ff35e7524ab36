import NablaGraph

/// Simplifies the scans that some roots need, each as a whole: what nobody uses goes, what is the same in every step or
/// in two places is computed once, and a loop of no step or of one step is none.
///
/// Every change is bit-identical, but where sums may be reordered: there, products that do not need the state are taken of
/// all steps at once. Bodies themselves are rewritten like any program (``Rewriter``).
struct ScanPass {
  private let isReordering: Bool
  /// What became of nodes that changed.
  private var image: [NodeID: NodeID] = [:]
  /// The results of each scan that are used, by their position.
  private var results: [NodeID: [Int: NodeID]] = [:]

  private init(reordering: Bool) { isReordering = reordering }

  /// - Parameter reordering: whether results may differ in their last bits.
  /// - Returns: the new roots, in the same arena.
  /// - Complexity: linear in the live nodes and the bodies of their scans.
  static func run(_ graph: inout Graph, roots: [NodeID], reordering: Bool) -> [NodeID] {
    var pass = ScanPass(reordering: reordering)
    let live = graph.live(from: roots)
    guard pass.findResults(in: graph, live) else { return roots }
    let saved = graph.currentOrigin
    defer { graph.currentOrigin = saved }
    for id in graph.ids where live[id.index] { pass.visit(id, in: &graph) }
    return roots.map { pass.image[$0] ?? $0 }
  }

  private mutating func findResults(in graph: Graph, _ live: [Bool]) -> Bool {
    if graph.functions.isEmpty { return false }
    for id in graph.ids where live[id.index] && graph.elementwise(id) == nil {
      guard case .result(let position) = graph.operation(of: id) else { continue }
      let scan = graph.operand(0, of: id)
      if case .scan = graph.operation(of: scan) { results[scan, default: [:]][position] = id }
    }
    return !results.isEmpty
  }

  private mutating func visit(_ id: NodeID, in graph: inout Graph) {
    if let used = results[id] {
      graph.currentOrigin = graph.originID(of: id)
      simplify(id, used, in: &graph)
      return
    }
    // A result is what its scan has made of it.
    if image.isEmpty || image[id] != nil { return }
    let old = graph.operands(of: id)
    let new = old.map { image[$0] ?? $0 }
    if new == old { return }
    graph.currentOrigin = graph.originID(of: id)
    image[id] = graph.append(graph.operation(of: id), new, type: graph.type(of: id))
  }

  private mutating func simplify(_ id: NodeID, _ used: [Int: NodeID], in graph: inout Graph) {
    guard var scan = ScanBuilder(id, of: graph) else { return }
    scan.replaceOperands(image)
    var simplification = ScanSimplification(of: scan, used: Set(used.keys))
    let values = simplification.run(in: &graph, reordering: isReordering)
    for (position, node) in used {
      guard let value = values[position], value != node else { continue }
      image[node] = value
      graph.addOrigin(graph.origin(of: node), to: value)
    }
  }
}
