import NablaCalculus
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Derivatives through scans against differences, forward mode against reverse mode, and both again one order up.
struct ScanDerivativeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let inputs: [(String, TensorType)]
    /// A scalar.
    let build: @Sendable (inout Graph, [NodeID]) -> NodeID

    var program: Program { TestSupport.program(inputs) { [build(&$0, $1)] } }
  }

  static let cases: [Case] = [
    Case(testDescription: "x ← sin(a·x + e)", inputs: [("a", TensorType()), ("x", TensorType()), ("e", .array(4))]) {
      graph, v in
      graph.loop(from: [v[1]], over: [v[2]], length: 4) { graph, s, e in
        ([graph.apply(.sin, graph.apply(.add, graph.apply(.multiply, v[0], s[0]), e[0]))], [])
      }.last[0]
    },
    Case(
      testDescription: "outputs, backwards", inputs: [("a", TensorType()), ("x", TensorType()), ("e", .array(3))]
    ) { graph, v in
      let loop = graph.loop(from: [v[1]], over: [v[2]], length: 3, reversed: true) { graph, s, e in
        let next = graph.apply(.tanh, graph.apply(.add, graph.apply(.multiply, v[0], s[0]), e[0]))
        return ([next], [graph.apply(.multiply, s[0], graph.apply(.exp, next))])
      }
      let weighted = graph.apply(.multiply, loop.outputs[0], v[2])
      let sum = graph.append(.reduce(.sum, axes: [0]), [weighted], type: graph.type(of: weighted))
      return graph.apply(.add, sum, loop.last[0])
    },
    Case(
      testDescription: "a network with states",
      inputs: [("W", .array(2, 3)), ("U", .array(3, 3)), ("h", .array(3)), ("x", .array(4, 2))]
    ) { graph, v in
      let loop = graph.loop(from: [v[2]], over: [v[3]], length: 4) { graph, h, x in
        let a = graph.append(.contract(Contraction([0], [0, 1], to: [1])), [x[0], v[0]], type: .array(3))
        let b = graph.append(.contract(Contraction([0], [0, 1], to: [1])), [h[0], v[1]], type: .array(3))
        let next = graph.apply(.tanh, graph.apply(.add, a, b))
        return ([next], [next])
      }
      let square = graph.apply(.multiply, loop.outputs[0], loop.outputs[0])
      return graph.append(.reduce(.sum, axes: [0, 1]), [square], type: graph.type(of: square))
    },
    Case(testDescription: "states that change places", inputs: [("x", TensorType()), ("y", TensorType())]) { graph, v in
      let loop = graph.loop(from: v, over: [], length: 3) { graph, s, _ in
        ([graph.apply(.multiply, s[0], s[1]), graph.apply(.cos, s[0])], [])
      }
      return graph.apply(.add, loop.last[0], graph.apply(.multiply, loop.last[1], v[0]))
    },
    Case(
      testDescription: "a loop in a loop", inputs: [("A", .array(2, 3)), ("v", .array(3)), ("w", TensorType())]
    ) { graph, v in
      graph.loop(from: [v[2]], over: [v[0]], length: 2) { graph, s, row in
        let inner = graph.loop(from: [s[0]], over: [row[0], v[1]], length: 3) { graph, s, e in
          ([graph.apply(.add, graph.apply(.multiply, s[0], e[0]), graph.apply(.sin, e[1]))], [])
        }
        return ([graph.apply(.tanh, inner.last[0])], [])
      }.last[0]
    },
    Case(testDescription: "branches", inputs: [("x", TensorType()), ("e", .array(4))]) { graph, v in
      graph.loop(from: [v[0]], over: [v[1]], length: 4) { graph, s, e in
        let isUp = graph.apply(.less, e[0], s[0])
        let up = graph.apply(.sqrt, graph.apply(.subtract, s[0], e[0]))
        return ([graph.apply(.select, isUp, up, graph.apply(.multiply, s[0], e[0]))], [])
      }.last[0]
    },
    Case(testDescription: "no step", inputs: [("x", TensorType()), ("e", .array(0))]) { graph, v in
      graph.loop(from: [v[0]], over: [v[1]], length: 0) { graph, s, e in
        ([graph.apply(.multiply, s[0], e[0])], [])
      }.last[0]
    },
    Case(testDescription: "a count beside", inputs: [("x", TensorType())]) { graph, v in
      let zero = graph.constant(.zero, .i64)
      return graph.loop(from: [zero, v[0]], over: [], length: 4) { graph, s, _ in
        let k = graph.apply(.add, s[0], graph.constant(.one, .i64))
        let factor = graph.append(.cast, [k], type: TensorType())
        return ([k, graph.apply(.sin, graph.apply(.multiply, s[1], factor))], [])
      }.last[1]
    },
  ]

  private func values(_ program: Program, _ point: [[Double]]) throws -> [[Double]] {
    try program.verify()
    return try Interpreter(program).evaluate(point.map { Column($0) }).map(\.doubles)
  }

  private func point(_ inputs: [(String, TensorType)], _ random: inout SplitMix64) -> [[Double]] {
    inputs.map { input in
      (0..<(input.1.shape.knownCount ?? 0)).map { _ in Double.random(in: 0.2...0.9, using: &random) }
    }
  }

  @Test(arguments: cases)
  func `the gradient is that of differences, in both modes and at both orders`(_ test: Case) throws {
    var random = SplitMix64(seed: 7)
    let point = point(test.inputs, &random)
    let direction = self.point(test.inputs, &random)
    var program = test.program
    let output = program.roots[0].node
    let gradient = program.graph.gradient(of: output, by: program.inputs)
    let one = program.graph.constant(.one)
    let directions = direction.enumerated().map { index, _ in
      program.graph.parameter("d\(index)", program.graph.type(of: program.inputs[index]))
    }
    let inputs = program.inputs
    let tangent = program.graph.pushforward(of: [output], from: inputs, along: directions)
    let forwardOverReverse = program.graph.pushforward(of: gradient, from: inputs, along: directions)
    let reverseOverForward = program.graph.pullback(of: tangent, cotangents: [one], to: inputs)
    let reverseOverReverse = program.graph.pullback(of: gradient, cotangents: directions, to: inputs)
    program.inputs += directions
    let nodes = [output] + gradient + tangent + forwardOverReverse + reverseOverForward + reverseOverReverse
    program.roots = nodes.enumerated().map { Program.Root("\($0)", $1) }
    let results = try values(program, point + direction)
    let count = test.inputs.count
    let found = Array(results[1...count])
    let second = (0..<3).map { Array(results[(count + 2 + $0 * count)..<(count + 2 + ($0 + 1) * count)]) }

    func shifted(_ step: Double) -> [[Double]] {
      zip(point, direction).map { zip($0, $1).map { $0 + step * $1 } }
    }
    let h = 1e-5
    let slope = try (values(test.program, shifted(h))[0][0] - values(test.program, shifted(-h))[0][0]) / (2 * h)
    let dot = zip(found, direction).flatMap { zip($0, $1).map { $0 * $1 } }.reduce(0, +)
    expectNear(dot, slope, 1e-8)
    expectNear(results[count + 1][0], dot, 1e-13)
    var first = test.program
    first.roots = first.graph.gradient(of: first.roots[0].node, by: first.inputs).enumerated().map {
      Program.Root("\($0)", $1)
    }
    let above = try values(first, shifted(h))
    let below = try values(first, shifted(-h))
    for input in 0..<count {
      for element in found[input].indices {
        let curvature = (above[input][element] - below[input][element]) / (2 * h)
        expectNear(second[0][input][element], curvature, 1e-7)
        expectNear(second[1][input][element], second[0][input][element], 1e-12)
        expectNear(second[2][input][element], second[0][input][element], 1e-12)
      }
    }
  }

  private func expectNear(_ a: Double, _ b: Double, _ tolerance: Double) {
    #expect(abs(a - b) <= tolerance * max(1, abs(a), abs(b)))
  }

  @Test func `a part of the state that is not differentiated costs no tape`() throws {
    // y ← sin(y)·0.9 does not depend on x; x ← x + y needs no state of either.
    var program = program([("x", TensorType()), ("y", TensorType())]) { graph, v in
      [
        graph.loop(from: v, over: [], length: 100) { graph, s, _ in
          ([graph.apply(.add, s[0], s[1]), graph.apply(.sin, s[1])], [])
        }.last[0]
      ]
    }
    let before = try Interpreter(program).width
    program.roots[0].node = program.graph.gradient(of: program.roots[0].node, by: [program.inputs[0]])[0]
    #expect(try Interpreter(program).width < before + 20)
    #expect(try values(program, [[1], [2]]) == [[1]])
  }
}
