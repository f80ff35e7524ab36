import NablaGraph

/// A program of scalar inputs, built by a closure that gets the graph and the input nodes.
public func program(
  _ inputs: [(String, TensorType)], _ build: (inout Graph, [NodeID]) -> [NodeID]
) -> Program {
  var graph = Graph()
  let nodes = inputs.map { graph.parameter($0.0, $0.1) }
  let roots = build(&graph, nodes)
  return Program(
    graph: graph, inputs: nodes, roots: roots.enumerated().map { Program.Root("r\($0.offset)", $0.element) })
}

/// The same with inputs `x0`, `x1`, … of one element type.
public func program(
  _ count: Int, _ element: ElementType = .f64, _ build: (inout Graph, [NodeID]) -> [NodeID]
) -> Program {
  program((0..<count).map { ("x\($0)", TensorType(element)) }, build)
}

extension TensorType {
  /// A tensor of known extents.
  public static func array(_ extents: Int..., of element: ElementType = .f64) -> TensorType {
    TensorType(element, Shape(extents.map { Dimension($0) }))
  }
}
