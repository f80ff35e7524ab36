import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// What the C backend makes of operations that are no loops of one statement.
@Suite(.needsCompiler)
struct ArrayOperationTests {
  private func evaluate(_ program: Program, _ inputs: [String: [Double]]) throws -> [[Double]] {
    try Compilers.usual().compile(program).evaluate(inputs)
  }

  @Test func `rows by number, also from the end`() throws {
    let f = program([("x", .array(3, 2)), ("k", .array(4, of: .i64))]) { graph, x in
      [graph.append(.gather(Gather(axes: [0])), x, type: TensorType())]
    }
    #expect(try evaluate(f, ["x": [1, 2, 3, 4, 5, 6], "k": [2, 0, -1, -3]]) == [[5, 6, 1, 2, 5, 6, 1, 2]])
  }

  @Test func `equal numbers add up in a scatter`() throws {
    let f = program([("u", .array(3)), ("k", .array(3, of: .i32))]) { graph, x in
      [graph.append(.scatter(Gather(axes: [0])), x, type: .array(4))]
    }
    #expect(try evaluate(f, ["u": [1, 2, 4], "k": [1, 3, -3]]) == [[0, 5, 0, 2]])
  }

  @Test func `an index that the axis does not have is an error with its particulars`() throws {
    let f = program([("x", .array(3)), ("k", .array(2, of: .i64))]) { graph, x in
      [graph.append(.gather(Gather(axes: [0])), x, type: TensorType())]
    }
    let kernel = try Compilers.usual().compile(f)
    let expected = ExecutionError.indexOutOfRange(IndexOutOfRange(value: -4, extent: 3, axis: 0, point: 1))
    for executable in [kernel, try Interpreter(f)] as [any Executable] {
      #expect(throws: expected) { try executable.evaluate(["x": [1, 2, 3], "k": [0, 2, 1, -4]]) }
    }
    // The next call has nothing of it.
    #expect(try kernel.evaluate(["x": [1, 2, 3], "k": [0, 2]]) == [[1, 3]])
  }

  @Test func `places of extremes and orders with ties and not-a-number`() throws {
    let f = program([("x", .array(5))]) { graph, x in
      [
        graph.append(.argReduce(.max, axis: 0), x, type: TensorType()),
        graph.append(.argReduce(.min, axis: 0), x, type: TensorType()),
        graph.append(.argsort(axis: 0), x, type: TensorType()),
      ]
    }
    #expect(try evaluate(f, ["x": [1, 3, 3, 0, 0]]) == [[1], [3], [3, 4, 0, 1, 2]])
    #expect(try evaluate(f, ["x": [1, .nan, -0.0, 0, -.infinity]]) == [[1], [1], [4, 2, 3, 0, 1]])
  }

  @Test(arguments: [ElementType.f64, .f32, .i64, .bool])
  func `places of extremes along an axis that others follow`(_ element: ElementType) throws {
    for extents in [(2, 17, 1), (3, 40, 5), (1, 19, 64), (2, 23, 131), (3, 16, 9), (2, 1, 70)] {
      let f = program([("x", .array(extents.0, extents.1, extents.2, of: element))]) { graph, x in
        [Operation.Extremum.max, .min].map { graph.append(.argReduce($0, axis: 1), x, type: TensorType()) }
      }
      try expectArrayAgreement(f, seed: 12, tolerance: 0, "\(element) \(extents)")
    }
  }

  @Test(arguments: [1, 7, 64, 1000]) func `a long order is that of the interpreter`(_ count: Int) throws {
    let f = program([("x", .array(2, count, 2, of: .i64))]) { graph, x in
      [graph.append(.argsort(axis: 1), x, type: TensorType())]
    }
    try expectArrayAgreement(f, seed: UInt64(count))
  }

  @Test func `running sums from both ends`() throws {
    let f = program([("x", .array(2, 3))]) { graph, x in
      [
        graph.append(.cumulative(.sum, axis: 1, isReversed: false), x, type: TensorType()),
        graph.append(.cumulative(.product, axis: 0, isReversed: true), x, type: TensorType()),
      ]
    }
    #expect(try evaluate(f, ["x": [1, 2, 3, 4, 5, 6]]) == [[1, 3, 6, 4, 9, 15], [4, 10, 18, 4, 5, 6]])
  }

  /// A moving state: s ← s/2 + x, with every s as an output.
  private func smoothing(isReversed: Bool) -> Program {
    var body = Graph()
    let s = body.parameter("s", TensorType())
    let x = body.parameter("x", TensorType())
    let half = body.parameter("half", TensorType())
    let next = body.apply(.add, body.apply(.multiply, s, half), x)
    let step = Program(graph: body, inputs: [s, x, half], roots: [.init("s", next), .init("y", next)])
    return program([("start", TensorType()), ("x", .array(3)), ("half", TensorType())]) { graph, x in
      let function = graph.intern(Function(name: "step", body: step))
      let scan = Scan(function, carried: 1, sequences: 1, length: 3, isReversed: isReversed)
      let node = graph.append(.scan(scan), x, type: TensorType())
      return [0, 1].map { graph.append(.result($0), [node], type: TensorType()) }
    }
  }

  @Test func `a scan hands its state on and stacks its outputs`() throws {
    let point = ["start": [8.0], "x": [1, 2, 3], "half": [0.5]]
    #expect(try evaluate(smoothing(isReversed: false), point) == [[5.25], [5, 4.5, 5.25]])
    // 8/2 + 3 = 7, 7/2 + 2 = 5.5, 5.5/2 + 1 = 3.75
    #expect(try evaluate(smoothing(isReversed: true), point) == [[3.75], [3.75, 5.5, 7]])
  }
}
