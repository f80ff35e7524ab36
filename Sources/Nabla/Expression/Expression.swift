import NablaGraph
import Synchronization

/// A formula built in Swift with ordinary operators:
///
///     let (a, b, c) = Expression.variables("a", "b", "c")
///     let f = 3 * (a + b * c)
///     let slope = f.derivative(by: b)          // 3*c
///
/// Expressions of variables that were made together share one graph, so common parts are one node. Expressions of
/// different origin may be mixed: variables of one name and type become one.
public struct Expression: Sendable {
  /// The arena that expressions share. Appending is serialised, so expressions may be built on several threads.
  final class Arena: Sendable {
    let graph: Mutex<Graph>

    init(_ graph: sending Graph) { self.graph = Mutex(graph) }
  }

  let arena: Arena
  let node: NodeID

  init(_ arena: Arena, _ node: NodeID) {
    self.arena = arena
    self.node = node
  }

  // MARK: Variables

  /// One real variable, in a graph of its own.
  public static func variable(_ name: String, _ type: TensorType = TensorType()) -> Expression {
    variables([name], type)[0]
  }

  /// Variables that share one graph.
  public static func variables(_ names: [String], _ type: TensorType = TensorType()) -> [Expression] {
    var graph = Graph()
    let nodes = names.map { graph.parameter($0, type) }
    let arena = Arena(graph)
    return nodes.map { Expression(arena, $0) }
  }

  public static func variables(_ a: String, _ b: String) -> (Expression, Expression) {
    let all = variables([a, b])
    return (all[0], all[1])
  }

  public static func variables(_ a: String, _ b: String, _ c: String) -> (Expression, Expression, Expression) {
    let all = variables([a, b, c])
    return (all[0], all[1], all[2])
  }

  /// A number, exactly as the double has it: `0.1` is the double nearest to 1/10.
  public static func number(_ value: Double) -> Expression {
    var graph = Graph()
    let node = graph.constant(Constant(exactly: value))
    return Expression(Arena(graph), node)
  }

  // MARK: Applying operations

  /// Any operation of the table, applied to as many operands as it takes.
  ///
  /// - Precondition: the operands' types fit the operation; Swift programs know what they build.
  public static func apply(_ f: Elementwise, _ operands: Expression...) -> Expression {
    guard let first = operands.first else { preconditionFailure("an operation without operands") }
    let nodes = operands.map { $0.node(in: first.arena) }
    return first.arena.graph.withLock { Expression(first.arena, $0.apply(f, nodes)) }
  }

  /// This expression's node in another arena, copied there if need be.
  func node(in target: Arena) -> NodeID {
    if arena === target { return node }
    // One lock at a time: the source is copied out first, so that no order of locking matters.
    let source = arena.graph.withLock { $0 }
    return target.graph.withLock { graph in
      var inputs: [NodeID: NodeID] = [:]
      let known = graph.parameterNodes()
      for (id, parameter) in source.parameterNodesByID() {
        if let match = known[parameter] { inputs[id] = match }
      }
      return graph.splice(source, roots: [node], inputs: inputs)[0]
    }
  }
}

extension Graph {
  /// The first node of every parameter, by name and type.
  fileprivate func parameterNodes() -> [Parameter: NodeID] {
    Dictionary(parameterNodesByID().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  fileprivate func parameterNodesByID() -> [(NodeID, Parameter)] {
    ids.compactMap { id in parameterIndex(id).map { (id, parameters[$0]) } }
  }
}

extension Expression: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) {
    var graph = Graph()
    let node = graph.constant(Constant(value))
    self.init(Arena(graph), node)
  }

  public init(floatLiteral value: Double) { self = .number(value) }
}
