import NablaCalculus
import NablaGraph
import NablaRewrite
import TestSupport

extension Formula {
  /// The formula and its gradient on the way that programs go: stable, then differentiated, then stable again.
  func prepared() -> (graph: Graph, roots: [NodeID]) {
    var graph = graph
    let phases: [Phase] = [.canonicalise, .stabilise, .canonicalise]
    let inputs = graph.ids.filter { graph.parameterIndex($0) != nil }
    let value = Rewriter().rewrite(&graph, roots: [root], through: phases)
    let roots = Rewriter().rewrite(&graph, roots: value + graph.gradient(of: value[0], by: inputs), through: phases)
    return (graph, roots)
  }

  /// The value and the derivative by every parameter at a point, as programs compute them.
  func valueAndGradient(at point: [Double]) -> [Double] {
    let (graph, roots) = prepared()
    let specialised = specialise(graph, roots)
    return specialised.graph.values(of: specialised.roots, at: point)
  }

  /// The derivative by the first parameter, `order` times.
  func derivative(order: Int, at point: [Double]) -> Double {
    var graph = graph
    let phases: [Phase] = [.canonicalise, .stabilise, .canonicalise]
    let inputs = graph.ids.filter { graph.parameterIndex($0) != nil }
    var roots = Rewriter().rewrite(&graph, roots: [root], through: phases)
    for _ in 0..<order {
      roots = Rewriter().rewrite(&graph, roots: [graph.gradient(of: roots[0], by: inputs)[0]], through: phases)
    }
    return graph.values(of: roots, at: point)[0]
  }

  private func specialise(_ graph: Graph, _ roots: [NodeID]) -> (graph: Graph, roots: [NodeID]) {
    var graph = graph
    let roots = Rewriter().rewrite(&graph, roots: roots, through: [.specialise])
    return (graph, roots)
  }
}
