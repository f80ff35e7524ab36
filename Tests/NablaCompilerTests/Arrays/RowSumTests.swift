import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Rows that are walked along as seldom as their sums allow.
@Suite(.needsCompiler)
struct RowSumTests {
  private static func column(
    _ reduction: NablaGraph.Operation.Reduction, _ id: NodeID, _ graph: inout Graph, rows: Int, _ element: ElementType
  ) -> NodeID {
    let values = graph.append(.reduce(reduction, axes: [1]), [id], type: TensorType())
    return graph.append(.reshape, [values], type: .array(rows, 1, of: element))
  }

  /// The mean square of a softmax and its derivative, as they come out of the calculus: with a factor for every element
  /// that is the same all along its row.
  private func softmax(_ rows: Int, _ columns: Int, of element: ElementType) -> Program {
    program([("x", .array(rows, columns, of: element))]) { graph, x in
      let greatest = RowSumTests.column(.max, x[0], &graph, rows: rows, element)
      let powers = graph.apply(.exp, graph.apply(.subtract, x[0], greatest))
      let sum = RowSumTests.column(.sum, powers, &graph, rows: rows, element)
      let inverse = graph.apply(.divide, graph.constant(Constant(1), element), sum)
      let value = graph.apply(.multiply, powers, inverse)
      let slope = graph.apply(.multiply, graph.constant(Constant(3), element), graph.apply(.multiply, value, inverse))
      let mean = RowSumTests.column(.sum, graph.apply(.multiply, slope, value), &graph, rows: rows, element)
      let square = graph.apply(.multiply, value, value)
      return [
        graph.apply(.multiply, powers, graph.apply(.subtract, slope, mean)),
        graph.append(.reduce(.sum, axes: [0, 1]), [square], type: TensorType()),
      ]
    }
  }

  /// How many loops along a row the kernels of rows have.
  private func walks(_ plan: ArrayPlan) -> [Int] {
    plan.kernels.compactMap { kernel in
      guard case .rows(let rows) = kernel else { return nil }
      return rows.parts.count { $0.extents.count > rows.rows.count }
    }
  }

  @Test func `a softmax and its derivative walk along a row three times`() throws {
    #expect(try walks(ArrayPlan(softmax(64, 100, of: .f32))) == [3])
    #expect(try walks(ArrayPlan(softmax(64, 100, of: .f32), strict: true)) == [4])
  }

  @Test(arguments: [[1, 1], [1, 40], [3, 16], [17, 33], [40, 100], [9, 1031], [130, 7], [2, 5000]])
  func `sums without steady factors`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      try expectArrayAgreement(
        softmax(sizes[0], sizes[1], of: element), seed: 4, tolerance: 1e-12, "\(element) \(sizes)")
    }
  }

  /// The square of the sum's reciprocal is too large for a float.
  @Test func `factors that would overflow together stay apart`() throws {
    let (rows, columns) = (3, 40)
    let f = program([("x", .array(rows, columns, of: .f32))]) { graph, x in
      let sum = RowSumTests.column(.sum, x[0], &graph, rows: rows, .f32)
      let value = graph.apply(.multiply, x[0], graph.apply(.divide, graph.constant(Constant(1), .f32), sum))
      let square = RowSumTests.column(.sum, graph.apply(.multiply, value, value), &graph, rows: rows, .f32)
      return [graph.apply(.subtract, value, square)]
    }
    let x = Column((0..<rows * columns).map { Float($0 % 7 + 1) * 1e-25 })
    let expected = try Interpreter(f).evaluate([x], points: 1)
    let found = try Compilers.usual().compile(f).evaluate([x], points: 1)
    expectClose(expected, found, of: f, precision: 1e-6, "tiny")
  }

  /// A sum of a row would find what the row has become.
  @Test func `what is written over what is read stays one loop`() throws {
    var f = program([("c", .array(30, 20)), ("a", .array(30, 20))]) { graph, x in
      let sum = graph.apply(.add, x[0], x[1])
      return [sum, graph.apply(.divide, sum, RowSumTests.column(.sum, sum, &graph, rows: 30, .f64))]
    }
    f.aliases = [0: 0]
    let plan = try ArrayPlan(f)
    for case .rows(let rows) in plan.kernels {
      var isWritten = false
      for part in rows.parts {
        let isRead = part.sources.contains { source in
          if case .element(let buffer, _) = source { plan.buffers[buffer].place == .input(0) } else { false }
        }
        #expect(!(isWritten && isRead), "\(plan)")
        isWritten = isWritten || part.results.contains { plan.buffers[$0.buffer].place == .output(0) }
      }
    }
    #expect(plan.kernels.contains { if case .rows = $0 { true } else { false } }, "\(plan)")
  }

  @Test func `a normal distribution and its density are one call`() throws {
    let f = program([("x", .array(8, 40, of: .f32))]) { graph, x in
      let integral = graph.apply(.erfc, graph.apply(.negate, x[0]))
      let density = graph.apply(.exp, graph.apply(.negate, graph.apply(.multiply, x[0], x[0])))
      return [graph.apply(.multiply, integral, density)]
    }
    #expect(try CKernel(f).source.contains("= nabla_vf_erfc_gauss("))
    try expectArrayAgreement(f, seed: 5, tolerance: 1e-6)
  }
}
