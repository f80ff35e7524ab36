import NablaCalculus
import NablaGraph
import NablaRewrite

/// A large function with its gradient, on the way that programs go: stable, differentiated, stable again.
struct Scaling {
  private(set) var graph = Graph()
  private(set) var inputs: [NodeID]
  private var roots: [NodeID] = []

  /// - Parameter build: makes the function of the parameters.
  init(_ names: [String], _ build: (inout Graph, [NodeID]) -> NodeID) {
    var graph = Graph()
    let inputs = names.map { graph.parameter($0) }
    let phases: [Phase] = [.canonicalise, .stabilise, .canonicalise]
    let written = build(&graph, inputs)
    let value = Rewriter().rewrite(&graph, roots: [written], through: phases)
    let gradient = graph.gradient(of: value[0], by: inputs)
    roots = Rewriter().rewrite(&graph, roots: value + gradient, through: phases)
    self.graph = graph
    self.inputs = inputs
  }

  /// The operations of the function alone.
  var valueOperations: Int { graph.operationCount(of: [roots[0]]).operations }

  /// The operations of function and gradient.
  var operations: Int { graph.operationCount(of: roots).operations }

  /// The rational number that the function is, if it is one.
  var constant: Rational? { graph.constant(roots[0])?.rational }

  /// The function and its gradient at a point, by the operation table.
  func values(at point: [Double]) -> [Double] {
    let live = graph.live(from: roots)
    var values = Array(repeating: 0.0, count: graph.count)
    for id in graph.ids where live[id.index] {
      if let constant = graph.constant(id) {
        values[id.index] = constant.double
      } else if let position = graph.parameterIndex(id) {
        values[id.index] = point[position]
      } else if let f = graph.elementwise(id) {
        var operands = graph.operands(of: id).map { values[$0.index] }
        while operands.count < 3 { operands.append(0) }
        values[id.index] = f.definition.evaluation.scalar(operands[0], operands[1], operands[2])
      }
    }
    return roots.map { values[$0.index] }
  }
}

extension Graph {
  mutating func constant(_ value: Int) -> NodeID { constant(Constant(value)) }

  /// A value to a literal power.
  mutating func power(_ base: NodeID, _ exponent: Int) -> NodeID { apply(.power, base, constant(exponent)) }

  /// The operands joined by an operation, from the left.
  mutating func chain(_ f: Elementwise, _ operands: [NodeID]) -> NodeID {
    operands.dropFirst().reduce(operands[0]) { apply(f, $0, $1) }
  }
}
