import NablaGraph
import Testing

@testable import NablaDrawing

@Suite struct `Explaining the chain rule` {
  @Test func `the seed's chain rule, step by step`() throws {
    let explanation = Explanation(try Derivation(Formulas.seed, DerivationOptions(at: Formulas.seedPoint)))
    #expect(explanation.forward.map(\.text) == ["u = b·c = 6", "v = a + u = 11", "f = 3·v = 33"])
    let links = explanation.backward.flatMap(\.links)
    #expect(links.map(\.slope?.text) == ["∂f/∂v = 3", "∂v/∂a = 1", "∂v/∂u = 1", "∂u/∂b = c = 2", "∂u/∂c = b = 3"])
    #expect(
      links.map(\.text) == [
        "", "∂f/∂a = ∂f/∂v · ∂v/∂a = 3 · 1 = 3", "∂f/∂u = ∂f/∂v · ∂v/∂u = 3 · 1 = 3",
        "∂f/∂b = ∂f/∂u · ∂u/∂b = 3 · 2 = 6", "∂f/∂c = ∂f/∂u · ∂u/∂c = 3 · 3 = 9",
      ])
    #expect(explanation.gradient.map(\.text) == ["∂f/∂a = 3", "∂f/∂b = 3·c = 6", "∂f/∂c = 3·b = 9"])
    try expectGolden(explanation.text, "seed-explanation.txt")
    try expectGolden(explanation.markdown, "seed-explanation.md")
  }

  @Test func `between arrays every derivative that is reached is named`() throws {
    var graph = Graph()
    let x = graph.parameter("x", TensorType(.f64, Shape([Dimension(2)])))
    let sines = graph.apply(.sin, x)
    let root = graph.append(.reduce(.sum, axes: [0]), [graph.apply(.multiply, sines, sines)], type: TensorType())
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let explanation = Explanation(
      try Derivation(program, DerivationOptions(point: ["x": [0, 0.5 * Double.pi]], backward: true)))
    // By the sine, 2 sin x: 0 and 2.
    #expect(explanation.backward.map(\.links.count) == [1, 1, 1])
    #expect(explanation.backward[1].links[0].text.hasSuffix(" = [0, 2]"))
  }

  @Test func `where paths meet their shares add`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let root = graph.apply(.add, graph.apply(.power, x, graph.constant(Constant(3))), graph.apply(.negate, x))
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let explanation = Explanation(try Derivation(program, DerivationOptions(at: ["x": 2])))
    let meetings = explanation.backward.flatMap(\.links).compactMap(\.meetingText)
    // 3·2² along the cube, -1 along the negation.
    #expect(meetings == ["∂f/∂x = −1 + 12 = 11"])
  }

  @Test func `without a point the rule is symbolic`() throws {
    var options = DerivationOptions(backward: true)
    options.functionName = "J"
    let explanation = Explanation(try Derivation(Formulas.seed, options))
    #expect(explanation.point.isEmpty)
    #expect(explanation.gradient.map(\.text) == ["∂J/∂a = 3", "∂J/∂b = 3·c", "∂J/∂c = 3·b"])
    #expect(explanation.backward[1].links[1].text == "∂J/∂u = ∂J/∂v · ∂v/∂u = 3")
  }

  @Test func `without a point the shares of paths are formulas`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let root = graph.apply(.multiply, graph.apply(.sin, x), x)
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let explanation = Explanation(try Derivation(program, DerivationOptions(backward: true)))
    let links = explanation.backward.flatMap(\.links)
    #expect(links.map(\.text) == ["", "along f", "along u: ∂f/∂u · ∂u/∂x = x·cos(x)"])
    #expect(links.compactMap(\.meetingText) == ["∂f/∂x = u + x·cos(x)"])
  }

  @Test func `a constant has derivatives and no way back`() throws {
    var graph = Graph()
    let x = graph.parameter("x")
    let three = graph.constant(Constant(3))
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", three)])
    let explanation = Explanation(try Derivation(program, DerivationOptions(backward: true)))
    #expect(explanation.text.contains("Derivatives\n  ∂f/∂x = 0") && !explanation.text.contains("Backward"))
    #expect(!explanation.markdown.contains("Backward"))
  }

  @Test func `a large function says what it leaves out`() throws {
    let explanation = Explanation(try Derivation(Formulas.chain(5_000), DerivationOptions(at: ["x": 1])))
    #expect(explanation.text.contains("… 4,941 more"))
    #expect(explanation.text.utf8.count < 20_000)
  }

  @Test func `names cannot end a cell of the table`() throws {
    var graph = Graph()
    let x = graph.parameter("a|b`c\n# d")
    let root = graph.apply(.sin, x)
    let program = Program(graph: graph, inputs: [x], roots: [.init("value", root)])
    let markdown = Explanation(try Derivation(program, DerivationOptions(backward: true))).markdown
    #expect(markdown.split(separator: "\n").filter { $0.hasPrefix("#") }.count == 4)
  }
}
