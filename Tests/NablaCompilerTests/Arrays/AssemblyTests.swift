import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Arrays that are put together of parts, products for every element, and results that are turned after a product.
@Suite(.needsCompiler)
struct AssemblyTests {
  /// An array of zeros with some elements within.
  private static func within(
    _ graph: inout Graph, _ x: NodeID, low: Int, high: Int, _ rows: (low: Int, high: Int) = (0, 0)
  ) -> NodeID {
    graph.append(
      .pad([
        .init(low: Dimension(rows.low), high: Dimension(rows.high)), .init(low: Dimension(low), high: Dimension(high)),
      ]), [x], type: TensorType())
  }

  private static func sum(element: ElementType, gap: Int, turns: Bool) -> Program {
    program([
      ("a", .array(5, 4, of: element)), ("b", .array(5, 7, of: element)), ("c", .array(5, 3, of: element)),
    ]) { graph, x in
      let parts = [
        within(&graph, x[0], low: 0, high: 10 + gap),
        within(&graph, graph.apply(.exp, x[1]), low: 4 + gap, high: 3),
        within(&graph, graph.apply(.tanh, x[2]), low: 11 + gap, high: 0),
      ]
      let three = graph.constant(Constant(3), element)
      let sum = graph.apply(
        .subtract, graph.apply(.add, parts[0], graph.apply(.multiply, three, graph.apply(.negate, parts[1]))), parts[2])
      guard turns else { return [sum, graph.append(.reduce(.sum, axes: [0]), [sum], type: TensorType())] }
      let turned = graph.append(.transpose([1, 0]), [sum], type: TensorType())
      return [graph.append(.reshape, [turned], type: .array((14 + gap) * 5, of: element))]
    }
  }

  @Test(arguments: [ElementType.f64, .f32], [0, 2])
  func `a sum of arrays within zeros is put together of its parts`(_ element: ElementType, _ gap: Int) throws {
    for turns in [false, true] {
      try expectArrayAgreement(
        AssemblyTests.sum(element: element, gap: gap, turns: turns), seed: 5, "\(element) \(gap) \(turns)")
    }
  }

  @Test func `parts that overlap are added`() throws {
    let f = program([("a", .array(5, 4)), ("b", .array(3, 4))]) { graph, x in
      [
        graph.apply(
          .add, AssemblyTests.within(&graph, x[0], low: 0, high: 3),
          AssemblyTests.within(&graph, x[1], low: 3, high: 0, (2, 0)))
      ]
    }
    try expectArrayAgreement(f, seed: 6)
  }

  @Test func `no zeros are written where parts have all places`() throws {
    let plan = try ArrayPlan(AssemblyTests.sum(element: .f32, gap: 0, turns: true))
    // A kernel for each part.
    #expect(plan.kernels.count == 3)
  }

  @Test(arguments: [1, 17, 40])
  func `an outer product is no sum`(_ count: Int) throws {
    let f = program([("a", .array(count, 1)), ("b", .array(1, 33)), ("w", .array(count, 33))]) { graph, x in
      let product = graph.append(
        .contract(Contraction([0, 1], [1, 2], to: [0, 2])), [x[0], x[1]], type: TensorType())
      return [graph.apply(.subtract, x[2], product)]
    }
    try expectArrayAgreement(f, seed: 7)
    #expect(try ArrayPlan(f).kernels.count == 1)
  }

  @Test(arguments: [ElementType.f64, .f32])
  func `a product is written in another order, and as fewer axes`(_ element: ElementType) throws {
    let f = program([("x", .array(6, 5, 40, of: element)), ("w", .array(40, 24, of: element))]) { graph, x in
      let product = graph.append(.contract(Contraction([0, 1, 2], [2, 3], to: [0, 1, 3])), x, type: TensorType())
      let turned = graph.append(.transpose([1, 0, 2]), [product], type: TensorType())
      return [
        graph.apply(.tanh, turned), graph.append(.reshape, [product], type: .array(720, of: element)),
        graph.append(.transpose([2, 0, 1]), [product], type: TensorType()),
      ]
    }
    try expectArrayAgreement(f, seed: 8, tolerance: 1e-9)
  }

  @Test(arguments: [ElementType.f64, .f32, .i64])
  func `long sums are made in parts`(_ element: ElementType) throws {
    let f = program([("x", .array(20_011, of: element)), ("y", .array(20_011, 3, of: element))]) { graph, x in
      let sums = [x[0], x[1]].map { graph.append(.reduce(.sum, axes: [0]), [$0], type: TensorType()) }
      return sums + [graph.append(.reduce(.max, axes: [0, 1]), [x[1]], type: TensorType())]
    }
    try expectArrayAgreement(f, seed: 9, tolerance: 1e-9)
  }
}
