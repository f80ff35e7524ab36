/// What passes take and backends compile: a graph, its inputs in calling order, and named roots.
///
/// Value and gradient are roots of one program and never rewritten apart, so they share residuals.
public struct Program: Sendable {
  /// A result.
  public struct Root: Hashable, Sendable {
    public var name: String
    public var node: NodeID

    public init(_ name: String, _ node: NodeID) {
      self.name = name
      self.node = node
    }
  }

  public var graph: Graph
  /// Parameter nodes of the graph, in the order in which a caller passes them.
  public var inputs: [NodeID]
  public var roots: [Root]
  /// Output position → input position whose buffer the output may take: how parameters are updated in place.
  public var aliases: [Int: Int]

  public init(graph: Graph, inputs: [NodeID], roots: [Root], aliases: [Int: Int] = [:]) {
    self.graph = graph
    self.inputs = inputs
    self.roots = roots
    self.aliases = aliases
  }

  public var rootNodes: [NodeID] { roots.map(\.node) }

  /// The name of an input.
  public func name(ofInput index: Int) -> String {
    graph.parameterIndex(inputs[index]).map { graph.parameters[$0].name } ?? "input\(index)"
  }

  /// The names of all inputs, in calling order.
  public var inputNames: [String] { inputs.indices.map { name(ofInput: $0) } }
}

/// A closed body in a graph's function table: captured values are passed as operands.
///
/// The body is a program of its own; its inputs are the call's operands, its roots the call's results.
public struct Function: Sendable {
  public let name: String
  public let body: Program
  /// A spelling that two functions share exactly if they have one name and are the same program.
  let contentKey: String

  /// - Complexity: linear in the body, which is written out once.
  public init(name: String, body: Program) {
    self.name = name
    self.body = body
    contentKey = GraphText.quoted(name) + ProgramWriter.text(of: body, hints: false)
  }
}
