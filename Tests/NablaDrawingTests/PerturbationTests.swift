import NablaGraph
import Testing

@testable import NablaDrawing

@Suite struct `Walking a small change` {
  @Test func `a rises by 0.001, v by 0.001, the result by 0.003`() throws {
    let walk = try Perturbation(
      Formulas.seed, input: "a", by: 0.001, DerivationOptions(at: Formulas.seedPoint, functionName: "J"))
    #expect(walk.steps.map(\.name) == ["a", "v", "J"])
    for (step, expected) in zip(walk.steps, [0.001, 0.001, 0.003]) {
      #expect(abs(step.change - expected) < 1e-12)
    }
    #expect(walk.unchangedCount == 1)
    #expect(walk.derivative == 3)
    #expect(abs(walk.ratio - 3) < 1e-9)
    #expect(walk.conclusion == "ΔJ/Δa = 3 and ∂J/∂a = 3")
    try expectGolden(walk.text, "seed-perturbation.txt")
  }

  @Test func `a curve is off by the change's size`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let root = graph.apply(.power, x, graph.constant(Constant(2)))
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let walk = try Perturbation(program, input: "x", by: 0.01, DerivationOptions(at: ["x": 3]))
    // ((x + h)² - x²)/h - 2x = h
    #expect(abs(walk.difference - 0.01) < 1e-9)
    #expect(walk.conclusion == "Δf/Δx = 6.01 and ∂f/∂x = 6, a difference of 0.01")
  }

  @Test func `a change that goes nowhere`() throws {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let root = graph.apply(.sin, x)
    let program = Program(graph: graph, inputs: [x, y], roots: [.init("value", root)])
    let walk = try Perturbation(program, input: "y", by: 1, DerivationOptions(at: ["x": 1, "y": 2]))
    #expect(walk.ratio == 0 && walk.derivative == 0)
  }

  @Test(arguments: [0, .nan, .infinity]) func `a change must be a number`(change: Double) {
    #expect(throws: DerivationError.self) {
      _ = try Perturbation(Formulas.seed, input: "a", by: change, DerivationOptions(at: Formulas.seedPoint))
    }
  }

  @Test func `an input must exist`() {
    #expect(throws: DerivationError.point("no parameter 'd'; there are 'a', 'b', 'c'")) {
      _ = try Perturbation(Formulas.seed, input: "d", by: 1, DerivationOptions(at: Formulas.seedPoint))
    }
  }
}
