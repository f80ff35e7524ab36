import NablaCalculus
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// The derivatives of structural operations, in both modes and of second order, against what JAX computes.
struct StructuralDerivativeTests {
  static let smooth = OperationProblem.all.filter { $0.derivatives != nil }

  @Test(arguments: smooth) func `reverse mode`(_ problem: OperationProblem) throws {
    var setting = try Setting(problem)
    let gradient = setting.gradient()
    try setting.expect(gradient, setting.derivatives.gradient)
  }

  /// ⟨Jv, w⟩ = ⟨v, Jᵀw⟩.
  @Test(arguments: smooth) func `forward mode is the transpose of reverse mode`(_ problem: OperationProblem) throws {
    var setting = try Setting(problem)
    let tangent = setting.graph.pushforward(
      of: [setting.output], from: setting.reals, along: setting.direction)[0]
    let values = try setting.values(of: [tangent])[0]
    let derivatives = setting.derivatives
    let left = zip(values, derivatives.cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    let right = derivatives.gradient.reduce(0) { sum, part in
      sum + zip(part.value, derivatives.direction[part.key] ?? []).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let scale = zip(values, derivatives.cotangent).reduce(1) { $0 + abs($1.0 * $1.1) }
    #expect(abs(left - right) <= problem.tolerance * scale)
  }

  @Test(arguments: smooth) func `forward over reverse`(_ problem: OperationProblem) throws {
    var setting = try Setting(problem)
    let gradient = setting.gradient()
    let second = setting.graph.pushforward(of: gradient, from: setting.reals, along: setting.direction)
    try setting.expect(second, setting.derivatives.second)
  }

  @Test(arguments: smooth) func `reverse over reverse`(_ problem: OperationProblem) throws {
    var setting = try Setting(problem)
    let gradient = setting.gradient()
    let second = setting.graph.pullback(of: gradient, cotangents: setting.direction, to: setting.reals)
    try setting.expect(second, setting.derivatives.second)
  }

  @Test func `what a convolution's derivatives are made of`() throws {
    for problem in Self.smooth where problem.id.hasPrefix("convolve") {
      var setting = try Setting(problem)
      let first = setting.gradient()
      let second = setting.graph.pullback(of: first, cotangents: setting.direction, to: setting.reals)
      let third = setting.graph.pullback(of: second, cotangents: setting.direction, to: [setting.cotangent])
      let live = setting.graph.live(from: first + second + third)
      for id in setting.graph.ids where live[id.index] {
        switch setting.graph.operation(of: id) {
        case .convolve, .transpose, .slice, .parameter, .constant, .broadcast, .reshape, .elementwise: break
        case let other: Issue.record("\(problem.id) needs a \(other.name)")
        }
      }
      try setting.graph.verify()
    }
  }
}

/// The graph of a problem, with parameters for the cotangent and the direction.
private struct Setting {
  let problem: OperationProblem
  let derivatives: OperationProblem.Derivatives
  var graph: Graph
  let inputs: [NodeID]
  /// The inputs that have derivatives, and their names.
  let reals: [NodeID]
  let names: [String]
  let output: NodeID
  let cotangent: NodeID
  let direction: [NodeID]

  init(_ problem: OperationProblem) throws {
    self.problem = problem
    derivatives = try #require(problem.derivatives)
    let program = try Program(text: problem.program)
    graph = program.graph
    inputs = program.inputs
    output = program.roots[0].node
    reals = inputs.filter { [graph] in graph.type(of: $0).element.isFloat }
    names = zip(inputs, problem.inputs).filter { [graph] in graph.type(of: $0.0).element.isFloat }.map { $0.1.name }
    cotangent = graph.parameter("cotangent", graph.type(of: output))
    var direction: [NodeID] = []
    for real in reals { direction.append(graph.parameter("direction", graph.type(of: real))) }
    self.direction = direction
  }

  mutating func gradient() -> [NodeID] { graph.pullback(of: [output], cotangents: [cotangent], to: reals) }

  func values(of nodes: [NodeID]) throws -> [[Double]] {
    let program = Program(
      graph: graph, inputs: inputs + [cotangent] + direction,
      roots: nodes.enumerated().map { .init("r\($0.offset)", $0.element) })
    try program.verify()
    let numbers =
      problem.inputs.map(\.numbers) + [derivatives.cotangent] + names.map { derivatives.direction[$0] ?? [] }
    let columns = try zip(program.inputs, numbers).map { input, numbers in
      try #require(Column(converting: numbers, to: graph.type(of: input).element))
    }
    return try Interpreter(program).evaluate(columns, points: 1).map(\.doubles)
  }

  func expect(_ nodes: [NodeID], _ expected: [String: [Double]]) throws {
    for (node, real) in zip(nodes, reals) { #expect(graph.type(of: node) == graph.type(of: real)) }
    for (name, found) in zip(names, try values(of: nodes)) {
      let expected = try #require(expected[name])
      #expect(found.count == expected.count)
      let isRight = zip(found, expected).allSatisfy { difference($0, $1) <= problem.tolerance }
      #expect(isRight, "\(problem.id) by \(name): \(found), not \(expected)")
    }
  }
}
