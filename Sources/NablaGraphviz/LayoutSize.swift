import CGraphviz

/// How large a graph is to the layout, which depends on more than its nodes and edges.
///
/// `dot` puts a helper node on every row that an edge crosses, so a chain of a hundred nodes that all use one input
/// is as large as five thousand.
public struct LayoutSize: Hashable, Sendable {
  public let nodes: Int
  public let edges: Int
  /// The rows that the edges cross, all together, when each node stands as high as its operands allow.
  public let crossed: Int

  /// What the time of a layout grows with, a little faster than linearly.
  public var extent: Int { nodes + crossed }

  public init(nodes: Int, edges: Int, crossed: Int) {
    self.nodes = nodes
    self.edges = edges
    self.crossed = crossed
  }

  /// Measures a parsed graph.
  ///
  /// A graph with more nodes and edges than `limit` is not looked at closer: every edge then counts one row.
  ///
  /// - Complexity: linear in nodes and edges.
  init(of graph: UnsafeMutablePointer<Agraph_t>, limit: Int) {
    let nodes = Int(agnnodes(graph))
    let edges = Int(agnedges(graph))
    let crossed = nodes + edges > limit ? edges : rowsCrossed(in: graph, nodes: nodes)
    self.init(nodes: nodes, edges: edges, crossed: crossed)
  }
}

/// Gives each node the length of the longest path to it as its row and sums what the edges span.
///
/// Edges of a cycle count one row: which of them `dot` will turn round is not known here.
private func rowsCrossed(in graph: UnsafeMutablePointer<Agraph_t>, nodes: Int) -> Int {
  var index = [UnsafeMutablePointer<Agnode_t>: Int](minimumCapacity: nodes)
  var heads: [[Int]] = []
  var pending = [Int](repeating: 0, count: nodes)  // edges into a node whose tail has no row yet

  var next = agfstnode(graph)
  while let node = next {
    index[node] = index.count
    next = agnxtnode(graph, node)
  }
  next = agfstnode(graph)
  while let node = next {
    var row: [Int] = []
    var edge = agfstout(graph, node)
    while let out = edge {
      if let head = graphviz_head(out).flatMap({ index[$0] }) {
        row.append(head)
        pending[head] += 1
      }
      edge = agnxtout(graph, out)
    }
    heads.append(row)
    next = agnxtnode(graph, node)
  }

  var rows = [Int](repeating: 0, count: nodes)
  var ready = pending.indices.filter { pending[$0] == 0 }
  while let tail = ready.popLast() {
    for head in heads[tail] {
      rows[head] = max(rows[head], rows[tail] + 1)
      pending[head] -= 1
      if pending[head] == 0 { ready.append(head) }
    }
  }
  return heads.indices.reduce(0) { sum, tail in
    sum + heads[tail].reduce(0) { $0 + max(1, rows[$1] - rows[tail]) }
  }
}
