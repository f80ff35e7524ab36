import NablaGraph
import Testing

@testable import NablaDrawing

@Suite struct `Working through a function` {
  @Test func `names come from the text, else from the alphabet`() throws {
    let seed = try Derivation(Formulas.seed, DerivationOptions(functionName: "J"))
    #expect(seed.steps.map(\.name) == ["a", "b", "c", "u", "v", "J"])
    #expect(seed.steps.map(\.formula) == ["", "", "", "b·c", "a + u", "3·v"])
    let logistic = try Derivation(Formulas.logistic, DerivationOptions(functionName: "L"))
    #expect(
      logistic.steps.map(\.name) == ["w1", "x1", "w2", "x2", "b", "y"] + ["u", "v", "z", "a", "w"]
        + ["p", "q", "r", "s", "t", "L"])
  }

  @Test func `chosen names avoid those that are taken`() throws {
    var graph = Graph()
    let (u, v, e) = (graph.parameter("u"), graph.parameter("v"), graph.parameter("e"))
    let root = graph.apply(.sin, graph.apply(.multiply, graph.apply(.multiply, u, v), e))
    let program = Program(graph: graph, inputs: [u, v, e], roots: [.init("value", root)])
    let derivation = try Derivation(program, DerivationOptions(functionName: "w"))
    #expect(derivation.steps.map(\.name) == ["u", "v", "e", "p", "q", "w"])
    let clash = try Derivation(program, DerivationOptions(functionName: "u"))
    #expect(Set(clash.steps.map(\.name)).count == clash.steps.count)
  }

  @Test func `constants stand inside formulas`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let root2pi = graph.apply(.sqrt, graph.apply(.multiply, graph.constant(Constant(2)), graph.constant(.pi)))
    let root = graph.apply(.divide, graph.apply(.exp, x), root2pi)
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let derivation = try Derivation(program)
    #expect(derivation.steps.map(\.formula) == ["", "exp(x)", "u/√(2·π)"])
    #expect(derivation.formula == "f(x) = exp(x)/√(2·π)")
  }

  @Test func `signs and the beginnings of sums stand inside formulas`() throws {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let square = graph.apply(.multiply, x, x)
    let sum = graph.apply(.subtract, graph.apply(.add, square, graph.apply(.sin, y)), y)
    let root = graph.apply(.exp, graph.apply(.negate, sum))
    let program = Program(graph: graph, inputs: [x, y], roots: [.init("value", root)])
    let derivation = try Derivation(program, DerivationOptions(at: ["x": 1, "y": 0]))
    #expect(derivation.steps.map(\.formula) == ["", "", "x·x", "sin(y)", "exp(−(u + v − y))"])
    // d/dy exp(-(x² + sin y - y)) = -(cos y - 1)·exp(…), which is 0 at y = 0; d/dx = -2x/e.
    #expect(derivation.steps[1].derivative?.value?.number == 0)
    #expect(derivation.steps[0].derivative?.value?.description == "−0.735759")
  }

  @Test func `a value that is used twice, or has a name, is a step`() throws {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let shared = graph.apply(.add, x, y)
    let named = graph.apply(.add, graph.apply(.sin, shared), shared)
    graph.addOrigin(Origin(name: "s"), to: named)
    let root = graph.apply(.add, named, x)
    let program = Program(graph: graph, inputs: [x, y], roots: [.init("value", root)])
    #expect(try Derivation(program).steps.map(\.name) == ["x", "y", "u", "v", "s", "f"])
  }

  /// Every operation, at a point inside its domain, against central differences.
  @Test(arguments: Elementwise.allCases.filter { $0.definition.typing == .real || $0.definition.typing == .numeric })
  func `slopes of every operation`(f: Elementwise) throws {
    var graph = Graph()
    let inputs = (0..<f.arity).map { graph.parameter("x\($0)") }
    let root = graph.apply(f, inputs)
    let program = Program(graph: graph, inputs: inputs, roots: [.init("value", root)])
    let point = f.definition.domain.map { $0.lowerBound + 0.43 * ($0.upperBound - $0.lowerBound) }
    let named = Dictionary(uniqueKeysWithValues: point.enumerated().map { ("x\($0)", $1) })
    let derivation = try Derivation(program, DerivationOptions(at: named))
    let evaluate = f.definition.evaluation.scalar
    func value(_ x: [Double]) -> Double {
      evaluate(x[0], x.count > 1 ? x[1] : 0, x.count > 2 ? x[2] : 0)
    }
    for (index, x) in point.enumerated() where !(f == .polygamma && index == 0) {
      let h = 1e-6 * max(1, abs(x))
      var (left, right) = (point, point)
      left[index] -= h
      right[index] += h
      let expected = (value(right) - value(left)) / (2 * h)
      let found = try #require(derivation.steps[index].derivative?.value?.number)
      #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)))
    }
  }

  @Test func `shares of all paths add to the derivative`() throws {
    let derivation = try Derivation(Formulas.logistic, DerivationOptions(at: Formulas.logisticPoint))
    for (index, step) in derivation.steps.enumerated() where index != derivation.differentiated {
      let shares = derivation.users(of: index).compactMap {
        derivation.steps[$0.step].uses[$0.use].contribution?.value?.number
      }
      let total = try #require(step.derivative?.value?.number)
      #expect(abs(shares.reduce(0, +) - total) <= 1e-12)
    }
  }

  @Test func `a branch that is not taken has no derivative`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let zero = graph.constant(.zero)
    let root = graph.apply(.select, graph.apply(.less, zero, x), graph.apply(.sqrt, x), zero)
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let derivation = try Derivation(program, DerivationOptions(at: ["x": -1]))
    #expect(derivation.steps[0].derivative?.value?.number == 0)
    #expect(derivation.steps[1].formula == "x > 0")
    #expect(derivation.steps[1].value?.description == "false")
  }

  @Test func `arrays show their shapes`() throws {
    var graph = Graph()
    let x = graph.parameter("x", TensorType(.f64, Shape([3])))
    let square = graph.apply(.multiply, x, x)
    let root = graph.append(.reduce(.sum, axes: [0]), [square], type: TensorType())
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let derivation = try Derivation(program, DerivationOptions(point: ["x": [1, 2, 3]], backward: true))
    #expect(derivation.steps.map { $0.value?.description } == ["[1, 2, 3]", "[1, 4, 9]", "14"])
    #expect(derivation.steps[0].derivative?.value?.elements == [2, 4, 6])
    #expect(DOTWriter().write(derivation).contains("[3]"))
  }

  @Test func `what does not fit is refused`() {
    #expect(throws: DerivationError.noOutput(1, count: 1)) {
      var options = DerivationOptions()
      options.output = 1
      _ = try Derivation(Formulas.seed, options)
    }
    #expect(throws: DerivationError.point("no value for 'b'")) {
      _ = try Derivation(Formulas.seed, DerivationOptions(at: ["a": 1]))
    }
    #expect(throws: DerivationError.self) {
      _ = try Derivation(Formulas.seed, DerivationOptions(at: ["a": 1, "b": 2, "c": 3, "d": 4]))
    }
    #expect(throws: DerivationError.self) {
      _ = try Derivation(Formulas.seed, DerivationOptions(point: ["a": [1, 2], "b": [2], "c": [3]]))
    }
  }

  @Test(arguments: [
    (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333"), (-2, "−2"), (1.5e-7, "1.5·10⁻⁷"), (1e21, "1·10²¹"), (.nan, "NaN"),
    (-.infinity, "−∞"), (-0.0, "0"), (123456789, "1.23457·10⁸"),
  ]) func `numbers for readers`(value: Double, expected: String) {
    #expect(Quantity.text(value) == expected)
  }
}
