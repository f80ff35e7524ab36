import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Kernels that have become one: products with what becomes of their tiles, and loops over the same rows.
@Suite(.needsCompiler)
struct FusionTests {
  private static func matrix(_ graph: inout Graph, _ a: NodeID, _ b: NodeID, _ left: [Int], _ right: [Int]) -> NodeID {
    graph.append(.contract(Contraction(left, right, to: [0, 2])), [a, b], type: TensorType())
  }

  /// A layer with its backward step: bias and activation, the derivative's factor with the sum over the rows, and an
  /// update of the weights, each in the product that it follows.
  private func layer(_ m: Int, _ k: Int, _ n: Int, of element: ElementType) -> Program {
    program([
      ("x", .array(m, k, of: element)), ("W", .array(k, n, of: element)), ("b", .array(n, of: element)),
      ("V", .array(n, k, of: element)), ("g", .array(m, k, of: element)),
    ]) { graph, x in
      let sum = graph.apply(.add, FusionTests.matrix(&graph, x[0], x[1], [0, 1], [1, 2]), x[2])
      let back = FusionTests.matrix(&graph, x[4], x[3], [0, 1], [2, 1])
      let slope = graph.apply(.multiply, back, graph.apply(.step, sum))
      let change = FusionTests.matrix(&graph, x[0], slope, [1, 0], [1, 2])
      let rows = graph.append(.reduce(.sum, axes: [0]), [slope], type: TensorType())
      let weights = graph.apply(.subtract, x[1], change)
      return [graph.apply(.relu, sum), weights, graph.apply(.subtract, x[2], rows)]
    }
  }

  @Test(arguments: [
    [16, 40, 33], [13, 64, 48], [32, 31, 17], [5, 2053, 64], [1, 784, 256], [67, 8, 128], [12, 300, 16], [37, 29, 47],
  ])
  func `a layer and its derivatives`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      let f = layer(sizes[0], sizes[1], sizes[2], of: element)
      try expectArrayAgreement(f, points: 2, seed: 6, tolerance: 1e-9, "\(element) \(sizes)")
    }
  }

  @Test func `a layer is three products, and what follows its sums`() throws {
    #expect(try ArrayPlan(layer(64, 128, 48, of: .f32)).kernels.count == 4)
  }

  @Test(arguments: [[4, 1], [1, 9], [3, 16], [5, 17], [33, 100], [2, 1031], [7, 8]])
  func `loops over rows`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      let f = program([("x", .array(sizes[0], sizes[1], of: element))]) { graph, x in
        func column(_ reduction: NablaGraph.Operation.Reduction, _ id: NodeID) -> NodeID {
          let values = graph.append(.reduce(reduction, axes: [1]), [id], type: TensorType())
          return graph.append(.reshape, [values], type: .array(sizes[0], 1, of: element))
        }
        let powers = graph.apply(.exp, graph.apply(.subtract, x[0], column(.max, x[0])))
        let softmax = graph.apply(.divide, powers, column(.sum, powers))
        let squares = graph.apply(.multiply, softmax, x[0])
        let centred = graph.apply(.subtract, squares, column(.sum, squares))
        return [
          graph.apply(.multiply, centred, softmax),
          graph.append(.reduce(.sum, axes: [0]), [centred], type: TensorType()),
        ]
      }
      try expectArrayAgreement(f, points: 2, seed: 9, tolerance: 1e-9, "\(element) \(sizes)")
    }
  }

  /// Three chains of arrays that die one after the other, of which the last is the result.
  @Test(arguments: [1, 7, 16, 1_003])
  func `what a result is made of lies where the result does`(_ count: Int) throws {
    let f = program([("x", .array(count))]) { graph, x in
      func share(_ id: NodeID) -> NodeID {
        let sum = graph.append(.reduce(.sum, axes: [0]), [id], type: TensorType())
        return graph.apply(.divide, id, graph.apply(.add, sum, graph.constant(Constant(100))))
      }
      let powers = share(graph.apply(.exp, x[0]))
      return [share(graph.apply(.sin, powers)), graph.append(.reduce(.max, axes: [0]), [powers], type: TensorType())]
    }
    try expectArrayAgreement(f, points: 3, seed: 11, tolerance: 1e-13, "\(count)")
    if count < 1_000 { return }
    let plan = try ArrayPlan(f)
    #expect(plan.workspaceSize < 8 * count, "\(plan.memoryDescription)")
  }

  @Test func `an array is multiplied by the reciprocal of a number`() throws {
    for count in [3, 17, 40] {
      let f = program([("x", .array(9, count)), ("s", TensorType())]) { graph, x in
        [
          graph.apply(.divide, x[0], graph.apply(.add, x[1], graph.constant(Constant(5)))),
          graph.apply(.divide, x[1], x[0]),
        ]
      }
      try expectArrayAgreement(f, seed: 12, tolerance: 1e-14, "\(count)")
      func products(_ plan: ArrayPlan) -> Int {
        plan.kernels.reduce(0) { sum, kernel in
          guard case .loop(let loop) = kernel else { return sum }
          return sum + loop.body.statements.count { if case .apply(.multiply) = $0.action { true } else { false } }
        }
      }
      #expect(try products(ArrayPlan(f)) == 1)
      #expect(try products(ArrayPlan(f, strict: true)) == 0)
    }
  }
}
