import NablaCalculus
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Below a selection, what was not taken contributes exactly zero, also through operations that sum products.
struct StructuralMaskingTests {
  /// A selection by rows of `log(x) @ W`, summed, with its gradients by `x` and `W`.
  private static let masked: Program = {
    var graph = Graph()
    let x = graph.parameter("x", .array(2, 3))
    let w = graph.parameter("W", .array(3, 2))
    let isTaken = graph.parameter("c", .array(2, 1, of: .bool))
    let product = graph.append(
      .contract(Contraction(["i", "j"], ["j", "k"], to: ["i", "k"])), [graph.apply(.log, x), w], type: TensorType())
    let zero = graph.constant(.zero)
    let chosen = graph.apply(.select, isTaken, product, zero)
    let sum = graph.append(.reduce(.sum, axes: [0, 1]), [chosen], type: .array(2, 2))
    let gradient = graph.gradient(of: sum, by: [x, w])
    return Program(
      graph: graph, inputs: [x, w, isTaken], roots: zip(["x", "W"], gradient).map { Program.Root($0, $1) })
  }()

  private func gradients(_ x: [Double], _ w: [Double], _ isTaken: [Bool]) throws -> (x: [Double], w: [Double]) {
    let run = try Interpreter(Self.masked)
    let results = try run.evaluate([Column(x), Column(w), Column(isTaken)], points: 1).map(\.doubles)
    return (results[0], results[1])
  }

  @Test func `an infinite factor of a row not taken does not leak into a sum of products`() throws {
    let e = 2.718281828459045
    let (x, w) = try gradients([0, 0, 0, 1, e, 1], [1, 2, 3, 4, 5, 6], [false, true])
    #expect(zip(x, [0, 0, 0, 3, 7 / e, 11]).allSatisfy { difference($0, $1) < 1e-14 })
    #expect(w == [0, 0, 1, 1, 0, 0])
    let (none, nothing) = try gradients([0, -1, .nan, 0, 0, .infinity], [1, 2, 3, 4, 5, 6], [false, false])
    #expect(none.allSatisfy { $0 == 0 } && nothing.allSatisfy { $0 == 0 })
  }

  @Test func `an infinite factor of a row that is taken is not hidden`() throws {
    let (_, w) = try gradients([0, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], [true, true])
    #expect(w[0] == -.infinity && w[1] == -.infinity)
    #expect(w[2...] == [0, 0, 0, 0])
    let (_, leaking) = try gradients([0, 1, 1, 0, 1, 1], [1, 2, 3, 4, 5, 6], [false, true])
    #expect(!leaking[0].isFinite)
  }

  @Test(arguments: [
    NablaGraph.Operation.reduce(.product, axes: [0]), .cumulative(.product, axis: 0, isReversed: false),
    .cumulative(.product, axis: 0, isReversed: true),
  ])
  func `infinite factors of a product not taken do not leak`(_ operation: NablaGraph.Operation) throws {
    for count in [4, 40] {
      var graph = Graph()
      let x = graph.parameter("x", .array(count))
      let isTaken = graph.parameter("c", TensorType(.bool))
      let product = graph.append(operation, [graph.apply(.divide, graph.constant(.one), x)], type: TensorType())
      let chosen = graph.apply(.select, isTaken, product, graph.constant(.zero))
      let sum = graph.append(
        .reduce(.sum, axes: Array(0..<graph.type(of: chosen).shape.rank)), [chosen], type: TensorType())
      let gradient = graph.gradient(of: sum, by: [x])
      let second = graph.gradient(
        of: graph.append(.reduce(.sum, axes: [0]), gradient, type: TensorType()), by: [x])
      let program = Program(
        graph: graph, inputs: [x, isTaken],
        roots: [.init("first", gradient[0]), .init("second", second[0])])
      let column = Column([0] + Array(repeating: 1.0, count: count - 1))
      let results = try Interpreter(program).evaluate([column, Column([false])], points: 1)
      #expect(results.allSatisfy { $0.doubles.allSatisfy { $0 == 0 } })
    }
  }

  /// Contractions of the gradient by everything, below a kink or a selection.
  private func contractions(_ build: (inout Graph, _ x: NodeID, _ w: NodeID) -> NodeID) -> Int {
    var graph = Graph()
    let (x, w) = (graph.parameter("x", .array(4, 3)), graph.parameter("W", .array(3, 5)))
    let result = build(&graph, x, w)
    let sum = graph.append(.reduce(.sum, axes: [0, 1]), [result], type: TensorType())
    let gradient = graph.gradient(of: sum, by: [x, w])
    let live = graph.live(from: [sum] + gradient)
    return graph.ids.filter { id in
      if case .contract = graph.operation(of: id) { live[id.index] } else { false }
    }.count
  }

  private func product(_ graph: inout Graph, _ x: NodeID, _ w: NodeID) -> NodeID {
    graph.append(
      .contract(Contraction(["i", "j"], ["j", "k"], to: ["i", "k"])), [x, w], type: TensorType())
  }

  @Test func `what is known to be finite costs nothing`() {
    // A dense layer: one contraction forward, two backward.
    #expect(contractions { graph, x, w in graph.apply(.relu, product(&graph, x, w)) } == 3)
    let mask = { (graph: inout Graph, value: NodeID) in
      graph.apply(
        .select, graph.apply(.less, graph.constant(.zero), value), value, graph.constant(.zero))
    }
    #expect(contractions { graph, x, w in mask(&graph, product(&graph, x, w)) } == 3)
    // A normalised operand: x / sqrt(mean(x^2) + 1/100000).
    let normalised = contractions { graph, x, w in
      let square = graph.apply(.multiply, x, x)
      let sum = graph.append(.reduce(.sum, axes: [1]), [square], type: TensorType())
      let row = graph.append(.reshape, [sum], type: .array(4, 1))
      let root = graph.apply(.sqrt, graph.apply(.add, row, graph.constant(.rational(Rational(1, 100_000)))))
      return mask(&graph, product(&graph, graph.apply(.divide, x, root), w))
    }
    #expect(normalised == 3)
    // An unknown operand is guarded on its side only.
    #expect(contractions { graph, x, w in mask(&graph, product(&graph, graph.apply(.log, x), w)) } == 5)
  }
}
