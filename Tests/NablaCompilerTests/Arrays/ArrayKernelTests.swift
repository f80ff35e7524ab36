import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// What the C backend computes of arrays, by hand.
@Suite(.needsCompiler)
struct ArrayKernelTests {
  private func evaluate(_ program: Program, _ inputs: [String: [Double]]) throws -> [[Double]] {
    try Compilers.usual().compile(program).evaluate(inputs)
  }

  @Test func `a chain of elementwise operations`() throws {
    let f = program([("x", .array(2, 3)), ("y", .array(3))]) { graph, x in
      let sum = graph.apply(.add, x[0], x[1])
      return [graph.apply(.multiply, sum, sum)]
    }
    #expect(try evaluate(f, ["x": [1, 2, 3, 4, 5, 6], "y": [1, 0, -1]]) == [[4, 4, 4, 25, 25, 25]])
  }

  @Test func `sums over each axis, and over both`() throws {
    let f = program([("x", .array(2, 3))]) { graph, x in
      [[0], [1], [0, 1]].map { graph.append(.reduce(.sum, axes: $0), [x[0]], type: TensorType()) }
    }
    #expect(try evaluate(f, ["x": [1, 2, 3, 4, 5, 6]]) == [[5, 7, 9], [6, 15], [21]])
  }

  @Test func `a product of matrices, also of a transpose`() throws {
    let f = program([("a", .array(2, 3)), ("b", .array(2, 3))]) { graph, x in
      let turned = graph.append(.transpose([1, 0]), [x[1]], type: TensorType())
      let product = Contraction([0, 1], [1, 2], to: [0, 2])
      return [graph.append(.contract(product), [x[0], turned], type: TensorType())]
    }
    #expect(try evaluate(f, ["a": [1, 2, 3, 4, 5, 6], "b": [1, 0, 1, 0, 2, 0]]) == [[4, 4, 10, 10]])
  }

  @Test func `an input, a constant and one value twice as results`() throws {
    let f = program([("x", .array(3)), ("b", .array(2, of: .bool))]) { graph, x in
      let double = graph.apply(.add, x[0], x[0])
      let many = graph.append(.broadcast, [graph.constant(.infinity)], type: .array(2, 2))
      return [x[0], double, double, many, x[1]]
    }
    let found = try evaluate(f, ["x": [1, 2, 3], "b": [1, 0]])
    #expect(found[0] == [1, 2, 3] && found[1] == [2, 4, 6] && found[2] == found[1])
    #expect(found[3] == Array(repeating: .infinity, count: 4) && found[4] == [1, 0])
  }

  /// Three passes over each row: the greatest element, the exponentials with their sum, the quotients.
  @Test func `a softmax is one kernel, and what only it reads is not stored`() throws {
    let f = program([("x", .array(5, 7))]) { graph, x in
      func column(_ reduction: NablaGraph.Operation.Reduction, _ id: NodeID) -> NodeID {
        let values = graph.append(.reduce(reduction, axes: [1]), [id], type: TensorType())
        return graph.append(.reshape, [values], type: .array(5, 1))
      }
      let powers = graph.apply(.exp, graph.apply(.subtract, x[0], column(.max, x[0])))
      return [graph.apply(.divide, powers, column(.sum, powers))]
    }
    let plan = try ArrayPlan(f)
    #expect(plan.kernels.count == 1 && plan.workspaceSize == 0)
    #expect(plan.description.contains("reduce 7 of 5 × 7"))
    #expect(plan.memoryDescription.contains("→ output 0"))
    try expectArrayAgreement(f, seed: 4)
  }

  @Test func `an elementwise chain of two values of one shape is one kernel without a workspace`() throws {
    let f = program([("x", .array(30))]) { graph, x in
      let power = graph.apply(.exp, x[0])
      return [graph.apply(.sin, power), graph.apply(.cos, power)]
    }
    let plan = try ArrayPlan(f)
    #expect(plan.kernels.count == 1 && plan.workspaceSize == 0)
    try expectArrayAgreement(f, seed: 5)
  }

  @Test func `a chain of a hundred thousand steps is planned on a small stack`() async throws {
    let f = program([("x", .array(3))]) { graph, x in
      var value = x[0]
      for step in 0..<100_000 { value = graph.apply(step % 2 == 0 ? .tanh : .negate, value) }
      return [value]
    }
    let count = try await withCheckedThrowingContinuation { continuation in
      let thread = Thread { continuation.resume(with: Result { try ArrayPlan(f).kernels.count }) }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(count > 100)
  }

  @Test func `several points, and columns with gaps`() throws {
    let f = program([("x", .array(2))]) { graph, x in
      [graph.append(.reduce(.product, axes: [0]), [x[0]], type: TensorType())]
    }
    let kernel = try Compilers.usual().compile(f)
    #expect(try kernel.evaluate(["x": [1, 2, 3, 4, 5, 6]]) == [[2, 12, 30]])
    let source: [Double] = [1, 2, 9, 3, 4, 9]
    var target: [Double] = [0, 0, 0]
    try source.withUnsafeBytes { source in
      try target.withUnsafeMutableBytes { target in
        let from = try #require(source.baseAddress)
        let to = try #require(target.baseAddress)
        try kernel.run(
          points: 2, inputs: [InputColumn(from, stride: 3)], outputs: [OutputColumn(to, stride: 2)])
      }
    }
    #expect(target == [2, 0, 12])
  }

  @Test func `results change places with the inputs that lend them memory`() throws {
    var f = program([("x", .array(3)), ("y", .array(3))]) { graph, x in
      [x[1], x[0], graph.apply(.add, x[0], x[1])]
    }
    f.aliases = [0: 0, 1: 1]
    let kernel = try Compilers.usual().compile(f)
    var x: [Double] = [1, 2, 3]
    var y: [Double] = [10, 20, 30]
    var sum: [Double] = [0, 0, 0]
    try x.withUnsafeMutableBytes { x in
      try y.withUnsafeMutableBytes { y in
        try sum.withUnsafeMutableBytes { sum in
          let (a, b, c) = (try #require(x.baseAddress), try #require(y.baseAddress), try #require(sum.baseAddress))
          try kernel.run(
            points: 1, inputs: [InputColumn(a, stride: 3), InputColumn(b, stride: 3)],
            outputs: [a, b, c].map { OutputColumn($0, stride: 3) })
        }
      }
    }
    #expect(x == [10, 20, 30] && y == [1, 2, 3] && sum == [11, 22, 33])
  }

  @Test(arguments: [1, 2])
  func `a step that updates floats takes subnormal numbers for zeros, and leaves the caller's mode`(
    threads: Int
  ) throws {
    var f = program([("x", .array(3, of: .f32))]) { graph, x in [graph.apply(.multiply, x[0], x[0])] }
    let tiny: [Float] = [1e-20, 2, 1e-10]
    let kept = try Compilers.usual().compile(f, threads: threads).evaluate([Column(tiny)], points: 1)
    #expect(kept == [Column(tiny.map { $0 * $0 })])
    f.aliases = [0: 0]
    let flushed = try Compilers.usual().compile(f, threads: threads).evaluate([Column(tiny)], points: 1)
    #expect(flushed == [Column([0, 4, tiny[2] * tiny[2]])])
    #expect((tiny[0] * tiny[0]).isSubnormal)
  }
}
