import NablaCalculus
import NablaGraph
import TestSupport
import Testing

struct DerivativeTests {
  @Test func `the seed formula`() {
    var graph = Graph()
    let (a, b, c) = (graph.parameter("a"), graph.parameter("b"), graph.parameter("c"))
    let f = graph.apply(.multiply, graph.constant(Constant(3)), graph.apply(.add, a, graph.apply(.multiply, b, c)))
    let gradient = graph.gradient(of: f, by: [a, b, c])
    #expect(graph.values(of: [f] + gradient, at: [5, 3, 2]) == [33, 3, 6, 9])
  }

  @Test func `powers with a literal exponent need no logarithm and are right at zero`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let cube = graph.apply(.power, x, graph.constant(Constant(3)))
    let first = graph.gradient(of: cube, by: [x])[0]
    let second = graph.gradient(of: first, by: [x])[0]
    let third = graph.gradient(of: second, by: [x])[0]
    #expect(graph.values(of: [first, second, third], at: [1]) == [3, 6, 6])
    #expect(graph.values(of: [first, second, third], at: [0]) == [0, 0, 6])
    let constant = graph.apply(.power, x, graph.constant(.zero))
    let slope = graph.gradient(of: constant, by: [x])
    #expect(graph.values(of: [constant] + slope, at: [0]) == [1, 0])
  }

  @Test func `the branch not taken contributes exactly zero`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let zero = graph.constant(.zero)
    let f = graph.apply(.select, graph.apply(.less, zero, x), graph.apply(.sqrt, x), zero)
    let first = graph.gradient(of: f, by: [x])[0]
    let second = graph.gradient(of: first, by: [x])[0]
    let forward = graph.pushforward(of: [f, first], from: [x], along: [graph.constant(.one)])
    #expect(graph.values(of: [first, second] + forward, at: [-1]) == [0, 0, 0, 0])
    #expect(graph.values(of: [first, second] + forward, at: [4]) == [0.25, -1.0 / 32, 0.25, -1.0 / 32])
  }

  @Test func `an infinite factor of the branch not taken does not leak`() {
    var graph = Graph()
    let (x, w) = (graph.parameter("x"), graph.parameter("w"))
    let zero = graph.constant(.zero)
    // where(x > 0, w * log(x) * x, 0)
    let product = graph.apply(.multiply, graph.apply(.multiply, w, graph.apply(.log, x)), x)
    let f = graph.apply(.select, graph.apply(.less, zero, x), product, zero)
    let gradient = graph.gradient(of: f, by: [x, w])
    #expect(graph.values(of: gradient, at: [0, 2]) == [0, 0])
    #expect(graph.values(of: gradient, at: [0, .infinity]) == [0, 0])
    #expect(graph.values(of: gradient, at: [1, 2]) == [2, 0])
  }

  @Test func `kinks follow the conventions`() {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let zero = graph.constant(.zero)
    let one = graph.constant(.one)
    func gradient(_ f: Elementwise, _ operands: [NodeID], at point: [Double]) -> [Double] {
      let value = graph.apply(f, operands)
      let slopes = graph.gradient(of: value, by: [x, y])
      return graph.values(of: slopes, at: point)
    }
    #expect(gradient(.relu, [x], at: [0, 0])[0] == 0)
    #expect(gradient(.abs, [x], at: [0, 0])[0] == 0)
    #expect(gradient(.max, [x, y], at: [2, 2]) == [0.5, 0.5])
    #expect(gradient(.min, [x, y], at: [2, 2]) == [0.5, 0.5])
    #expect(gradient(.max, [x, y], at: [3, 2]) == [1, 0])
    #expect(gradient(.clamp, [x, zero, one], at: [0, 0])[0] == 1)
    #expect(gradient(.clamp, [x, zero, one], at: [1, 0])[0] == 1)
    #expect(gradient(.clamp, [x, zero, one], at: [1.5, 0])[0] == 0)
    #expect(gradient(.hypot, [x, y], at: [0, 0]) == [0, 0])
    #expect(gradient(.atan2, [x, y], at: [0, 0]) == [0, 0])
    #expect(gradient(.mod, [x, y], at: [7, 2]) == [1, -3])
    #expect(gradient(.sqrt, [x], at: [0, 0])[0] == .infinity)
    #expect(gradient(.power, [x, y], at: [0, 2])[1] == 0)
    #expect(gradient(.power, [x, y], at: [-2, 2])[1].isNaN)
    #expect(gradient(.xlogy, [x, y], at: [0, 0]) == [0, 0])
    #expect(gradient(.step, [x], at: [0, 0])[0] == 0)
  }

  @Test func `stop lets no derivative through`() {
    var graph = Graph()
    let w = graph.parameter("w")
    let stopped = graph.append(.stop, [w], type: TensorType())
    let f = graph.apply(.multiply, w, stopped)
    let gradient = graph.gradient(of: f, by: [w])
    let tangent = graph.pushforward(of: [f], from: [w], along: [graph.constant(.one)])
    #expect(graph.values(of: gradient + tangent, at: [3]) == [3, 3])
  }

  @Test func `a long product is differentiated without division, at a bounded cost`() {
    var graph = Graph()
    let factors = (0..<1000).map { graph.parameter("x\($0)") }
    let product = factors.dropFirst().reduce(factors[0]) { graph.apply(.multiply, $0, $1) }
    let gradient = graph.gradient(of: product, by: factors)
    let value = graph.operationCount(of: [product]).cost
    let both = graph.operationCount(of: [product] + gradient).cost
    #expect(both <= 4 * value)
    var point = Array(repeating: 1.0, count: 1000)
    point[500] = 0
    let slopes = graph.values(of: gradient, at: point)
    #expect(slopes[500] == 1)
    #expect(slopes.filter { $0 == 0 }.count == 999)
  }

  @Test func `depth costs no stack`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let deep = (0..<200_000).reduce(x) { node, _ in graph.apply(.sin, node) }
    let gradient = graph.gradient(of: deep, by: [x])
    let tangent = graph.pushforward(of: [deep], from: [x], along: [graph.constant(.one)])
    #expect(graph.values(of: gradient + tangent, at: [0]) == [1, 1])
  }

  @Test func `Hessian of the Rosenbrock function`() throws {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let two = graph.constant(Constant(2))
    func square(_ id: NodeID) -> NodeID { graph.apply(.power, id, two) }
    let left = square(graph.apply(.subtract, graph.constant(.one), x))
    let right = square(graph.apply(.subtract, y, square(x)))
    let f = graph.apply(.add, left, graph.apply(.multiply, graph.constant(Constant(100)), right))
    let hessian = try graph.hessian(of: f, by: [x, y])
    // 2 - 400(y - 3x²), -400x, 200 at (-1.2, 1).
    let found = graph.values(of: hessian.flatMap { $0 }, at: [-1.2, 1])
    for (value, expected) in zip(found, [1330, 480, 480, 200.0]) { #expect(difference(value, expected) < 1e-12) }
    let vectors = [graph.parameter("u"), graph.parameter("v")]
    let product = graph.hessianVectorProduct(of: f, by: [x, y], vectors: vectors)
    let values = graph.values(of: product, at: [-1.2, 1, 2, -1])
    for (value, expected) in zip(values, [2180, 760.0]) { #expect(difference(value, expected) < 1e-12) }
  }

  @Test func `a Jacobian of several scalars`() throws {
    var graph = Graph()
    let inputs = ["x", "y", "z"].map { graph.parameter($0) }
    let outputs = [graph.apply(.multiply, inputs[0], inputs[1]), graph.apply(.sin, inputs[2])]
    let jacobian = try graph.jacobian(of: outputs, by: inputs)
    #expect(graph.values(of: jacobian.flatMap { $0 }, at: [2, 3, 0]) == [3, 2, 0, 0, 0, 1])
  }
}
