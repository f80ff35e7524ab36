import NablaCalculus
import NablaGraph
import NablaRewrite
import Synchronization

extension Formula {
  /// The formula of an expression built in Swift; its parameters are the expression's variables in the order in which
  /// they were made.
  public init(_ expression: Expression, name: String = "f", pipeline: Pipeline = Pipeline()) {
    let graph = expression.arena.graph.withLock { $0 }
    let live = graph.live(from: [expression.node])
    let inputs = graph.ids.filter { live[$0.index] && graph.parameterIndex($0) != nil }
    let program = Program(graph: graph, inputs: inputs, roots: [.init("value", expression.node)])
    self.init(program.compacted(), name: name, pipeline: pipeline)
  }
}

extension Expression {
  /// The partial derivative, simplified, as an expression of the same variables.
  ///
  /// - Precondition: the expression is a scalar, as all expressions of scalar variables are.
  public func derivative(by variable: Expression) -> Expression {
    let input = variable.node(in: arena)
    return arena.graph.withLock { graph in
      let slope = graph.gradient(of: node, by: [input])[0]
      return Expression(arena, Rewriter().rewrite(&graph, roots: [slope], through: [.canonicalise])[0])
    }
  }
}
