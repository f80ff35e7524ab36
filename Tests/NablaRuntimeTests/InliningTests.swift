import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct InliningTests {
  /// `sumAndProduct(x, y)`.
  private let pair = Function(
    name: "sumAndProduct",
    body: program(2) { graph, x in [graph.apply(.add, x[0], x[1]), graph.apply(.multiply, x[0], x[1])] })

  private func call(_ function: Function, _ operands: [NodeID], _ index: Int, _ graph: inout Graph) -> NodeID {
    let call = graph.append(.call(graph.intern(function)), operands, type: TensorType())
    return graph.append(.result(index), [call], type: TensorType())
  }

  @Test func `opens calls`() throws {
    let f = program(2) { graph, x in
      let sum = call(pair, x, 0, &graph)
      let product = call(pair, x, 1, &graph)
      return [graph.apply(.subtract, sum, product), call(pair, [sum, product], 1, &graph)]
    }
    #expect(try Interpreter(f).evaluate(["x0": [2, 3], "x1": [5, 7]]) == [[-3, -11], [70, 210]])
  }

  @Test func `opens calls in bodies of calls`() throws {
    var inner = pair
    for depth in 0..<20 {
      inner = Function(
        name: "level\(depth)",
        body: program(2) { graph, x in
          let sum = call(inner, x, 0, &graph)
          return [graph.apply(.add, sum, graph.constant(.one)), x[1]]
        })
    }
    let f = program(2) { graph, x in [call(inner, x, 0, &graph)] }
    #expect(try Interpreter(f).evaluate(["x0": [2], "x1": [5]]) == [[27]])
  }

  @Test func `a program without calls stays as it is`() {
    let f = program(2) { graph, x in [graph.apply(.add, x[0], x[1])] }
    #expect(f.inlined().graph.count == f.graph.count)
  }
}
