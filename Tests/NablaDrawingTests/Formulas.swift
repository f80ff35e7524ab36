import NablaGraph

@testable import NablaDrawing

/// Programs that several suites draw and explain.
enum Formulas {
  /// `f(a, b, c) = 3*(a + b*c)`
  static let seed: Program = {
    var graph = Graph()
    let (a, b, c) = (graph.parameter("a"), graph.parameter("b"), graph.parameter("c"))
    let v = graph.apply(.add, a, graph.apply(.multiply, b, c))
    let f = graph.apply(.multiply, graph.constant(Constant(3)), v)
    return Program(graph: graph, inputs: [a, b, c], roots: [.init("value", f)])
  }()

  static let seedPoint = ["a": 5.0, "b": 3.0, "c": 2.0]

  /// The loss of logistic regression with two features; `z` and `a` are named in the text.
  static let logistic: Program = {
    var graph = Graph()
    let inputs = ["w1", "x1", "w2", "x2", "b", "y"].map { graph.parameter($0) }
    let sum = graph.apply(
      .add, graph.apply(.multiply, inputs[0], inputs[1]), graph.apply(.multiply, inputs[2], inputs[3]))
    let z = graph.apply(.add, sum, inputs[4])
    graph.addOrigin(Origin(name: "z"), to: z)
    let a = graph.apply(.sigmoid, z)
    graph.addOrigin(Origin(name: "a"), to: a)
    let one = graph.constant(.one)
    let y = inputs[5]
    let positive = graph.apply(.multiply, y, graph.apply(.log, a))
    let negative = graph.apply(
      .multiply, graph.apply(.subtract, one, y), graph.apply(.log, graph.apply(.subtract, one, a)))
    let loss = graph.apply(.negate, graph.apply(.add, positive, negative))
    return Program(graph: graph, inputs: inputs, roots: [.init("value", loss)])
  }()

  static let logisticPoint = ["w1": 0.5, "x1": 1.0, "w2": -0.25, "x2": 2.0, "b": 0.1, "y": 1.0]

  /// `sin(sin(… x …))`
  static func chain(_ count: Int) -> Program {
    var graph = Graph()
    let x = graph.parameter("x")
    var node = x
    for _ in 0..<count { node = graph.apply(.sin, node) }
    return Program(graph: graph, inputs: [x], roots: [.init("value", node)])
  }

  /// The sum of squares of many inputs.
  static func squares(_ count: Int) -> Program {
    var graph = Graph()
    let inputs = (0..<count).map { graph.parameter("x\($0)") }
    var sum = graph.constant(.zero)
    for input in inputs { sum = graph.apply(.add, sum, graph.apply(.power, input, graph.constant(Constant(2)))) }
    return Program(graph: graph, inputs: inputs, roots: [.init("value", sum)])
  }
}
