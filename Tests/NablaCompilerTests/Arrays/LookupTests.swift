import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// What is read where integers of arrays say: in any loop, without an array of its own.
@Suite(.needsCompiler)
struct LookupTests {
  private static func gather(_ graph: inout Graph, _ x: NodeID, _ indices: NodeID..., axes: [Int], batch: Int = 0)
    -> NodeID
  {
    graph.append(.gather(Gather(batch: batch, axes: axes)), [x] + indices, type: TensorType())
  }

  private static func sum(_ graph: inout Graph, _ x: NodeID, _ axes: [Int]) -> NodeID {
    graph.append(.reduce(.sum, axes: axes), [x], type: TensorType())
  }

  /// -Σ log softmax(x)[y] and its derivative, with the counts of the classes: what cross-entropy becomes.
  private static func crossEntropy(_ rows: Int, _ classes: Int, _ labels: ElementType) -> Program {
    program([("x", .array(rows, classes, of: .f32)), ("y", .array(rows, of: labels))]) { graph, x in
      func column(_ id: NodeID) -> NodeID {
        graph.append(.reshape, [id], type: .array(rows, 1, of: graph.element(of: id)))
      }
      let most = column(graph.append(.reduce(.max, axes: [1]), [x[0]], type: TensorType()))
      let powers = graph.apply(.exp, graph.apply(.subtract, x[0], most))
      let sums = column(sum(&graph, powers, [1]))
      let place = column(graph.append(.cast, [x[1]], type: TensorType(.i64)))
      let own = gather(&graph, x[0], place, axes: [1], batch: 1)
      let loss = graph.apply(.subtract, graph.apply(.add, most, graph.apply(.log, sums)), own)
      let counted = graph.append(.iota, [], type: .array(classes, of: .i64))
      let named = column(gather(&graph, counted, graph.append(.cast, [x[1]], type: TensorType(.i64)), axes: [0]))
      let one = graph.constant(Constant(1), .f32)
      let isOwn = graph.apply(.select, graph.apply(.equal, named, counted), one, graph.constant(Constant(0), .f32))
      let slope = graph.apply(.subtract, graph.apply(.divide, powers, sums), isOwn)
      let ones = graph.append(.broadcast, [one], type: .array(rows, of: .f32))
      let counts = graph.append(.scatter(Gather(axes: [0])), [ones, x[1]], type: .array(classes, of: .f32))
      return [sum(&graph, loss, [0, 1]), slope, counts]
    }
  }

  @Test(arguments: [[128, 10], [1, 9], [7, 16], [33, 17], [65, 31], [5, 257], [300, 5]])
  func `cross-entropy with its derivative is one kernel`(_ sizes: [Int]) throws {
    for labels in [ElementType.i32, .i64] {
      let f = Self.crossEntropy(sizes[0], sizes[1], labels)
      for seed in [3, 4] as [UInt64] { try expectLabels(f, sizes, seed) }
    }
    let plan = try ArrayPlan(Self.crossEntropy(128, 10, .i32))
    #expect(plan.kernels.count == 1, "\(plan)")
  }

  /// Labels that count from both ends, with one thread and several.
  private func expectLabels(_ f: Program, _ sizes: [Int], _ seed: UInt64) throws {
    let interpreter = try Interpreter(f)
    var inputs = arrayColumns(for: interpreter.signature, points: 1, seed: seed)
    var random = SplitMix64(seed: seed)
    let labels = (0..<sizes[0]).map { _ in Int.random(in: -sizes[1]..<sizes[1], using: &random) }
    inputs[1] = inputs[1].element == .i32 ? Column(labels.map(Int32.init)) : Column(labels.map(Int64.init))
    let expected = try interpreter.evaluate(inputs, points: 1)
    for threads in 1...3 {
      let found = try ThreadTests.sharing().compile(f, threads: threads).evaluate(inputs, points: 1)
      expectClose(expected, found, of: f, precision: 1e-5, "\(sizes), seed \(seed), \(threads) threads")
    }
  }

  @Test func `a listing says where elements lie`() throws {
    let text = try ArrayPlan(Self.crossEntropy(128, 10, .i32)).description
    #expect(text.contains("= x[10 * i0 + y[i0]]"), "\(text)")
    #expect(!text.contains("gather"), "\(text)")
  }

  @Test(arguments: [(1, 1), (5, 3), (16, 8), (17, 31), (64, 2), (100, 129)])
  func `rows of a table, and what is computed from them, are one kernel`(_ count: Int, _ width: Int) throws {
    let f = program([
      ("t", .array(23, width, of: .f32)), ("k", .array(count, of: .i64)), ("b", .array(width, of: .f32)),
    ]) { graph, x in
      let rows = Self.gather(&graph, x[0], x[1], axes: [0])
      return [graph.apply(.tanh, graph.apply(.add, rows, x[2]))]
    }
    try expectArrayAgreement(f, seed: 8)
    #expect(try ArrayPlan(f).kernels.count == 1)
  }

  @Test func `an index of an index is looked up twice`() throws {
    let f = program([("x", .array(6)), ("j", .array(4, of: .i32)), ("k", .array(5, of: .i64))]) { graph, x in
      [Self.gather(&graph, x[0], Self.gather(&graph, x[1], x[2], axes: [0]), axes: [0])]
    }
    let kernel = try Compilers.usual().compile(f)
    let inputs: [String: [Double]] = [
      "x": [10, 11, 12, 13, 14, 15], "j": [5, -6, 2, -1], "k": [0, 1, -1, -2, 3],
    ]
    #expect(try kernel.evaluate(inputs) == [[15, 10, 15, 12, 15]])
    for wrong in [["j": [5, 6, 2, -1]], ["k": [0, 1, 4, -2, 3]]] as [[String: [Double]]] {
      let inputs = inputs.merging(wrong) { $1 }
      #expect(throws: ExecutionError.self) { try kernel.evaluate(inputs) }
      #expect(throws: ExecutionError.self) { try Interpreter(f).evaluate(inputs) }
    }
  }

  /// The first wrong index is named, of the axis where it is wrong, whatever the loop.
  @Test func `an index outside is an error with its particulars in any loop`() throws {
    let f = program([
      ("x", .array(3, 40, of: .f32)), ("i", .array(50, of: .i32)), ("j", .array(50, of: .i64)),
    ]) { graph, x in
      let chosen = Self.gather(&graph, x[0], x[1], x[2], axes: [0, 1])
      return [Self.sum(&graph, graph.apply(.exp, chosen), [0])]
    }
    let (i, j) = (Array(repeating: -3.0, count: 50), Array(repeating: 39.0, count: 50))
    let x = (0..<120).map { Double($0) / 16 }
    func with(_ value: Double, at place: Int, in array: [Double]) -> [Double] {
      var array = array
      array[place] = value
      return array
    }
    for threads in [1, 2] {
      let kernel = try Compilers.usual().compile(f, threads: threads)
      for executable in [kernel, try Interpreter(f)] as [any Executable] {
        #expect(throws: ExecutionError.indexOutOfRange(.init(value: 3, extent: 3, axis: 0, point: 0))) {
          try executable.evaluate(["x": x, "i": with(3, at: 49, in: i), "j": j])
        }
        #expect(throws: ExecutionError.indexOutOfRange(.init(value: -41, extent: 40, axis: 1, point: 0))) {
          try executable.evaluate(["x": x, "i": i, "j": with(-41, at: 17, in: j)])
        }
        #expect(throws: Never.self) { try executable.evaluate(["x": x, "i": i, "j": with(-40, at: 17, in: j)]) }
      }
    }
  }

  /// Only what is chosen with is looked at.
  @Test func `an index that is not used may be anything`() throws {
    let f = program([("x", .array(3)), ("k", .array(4, of: .i64))]) { graph, x in
      let half = graph.append(
        .slice([.init(start: 1, step: 2, count: 2)]), [x[1]], type: .array(2, of: .i64))
      return [Self.gather(&graph, x[0], half, axes: [0])]
    }
    let kernel = try Compilers.usual().compile(f)
    #expect(try kernel.evaluate(["x": [1, 2, 3], "k": [99, 2, -99, -3]]) == [[3, 1]])
    #expect(throws: ExecutionError.self) { try kernel.evaluate(["x": [1, 2, 3], "k": [0, 2, 0, 3]]) }
  }

  @Test func `what is chosen of a constant is still an error outside`() throws {
    let f = program([("k", .array(2, of: .i64))]) { graph, x in
      let same = graph.append(.broadcast, [graph.constant(Constant(2), .f64)], type: .array(3))
      let counted = graph.append(.iota, [], type: .array(4, of: .i64))
      return [Self.gather(&graph, same, x[0], axes: [0]), Self.gather(&graph, counted, x[0], axes: [0])]
    }
    let kernel = try Compilers.usual().compile(f)
    #expect(try kernel.evaluate(["k": [-3, 2]]) == [[2, 2], [1, 2]])
    #expect(throws: ExecutionError.self) { try kernel.evaluate(["k": [0, 3]]) }
  }

  @Test func `a state is chosen from before it is written over`() throws {
    let f = program([("s", .array(40)), ("k", .array(40, of: .i64)), ("x", .array(40))]) { graph, x in
      let next = graph.apply(.add, Self.gather(&graph, x[0], x[1], axes: [0]), x[2])
      return [next]
    }
    let inPlace = Program(graph: f.graph, inputs: f.inputs, roots: f.roots, aliases: [0: 0])
    let kernel = try Compilers.usual().compile(inPlace)
    var state = (0..<40).map(Double.init)
    let (places, x) = ((0..<40).map { Int64(39 - $0) }, Array(repeating: 0.5, count: 40))
    let expected = state.reversed().map { $0 + 0.5 }
    try state.withUnsafeMutableBytes { state in
      try places.withUnsafeBytes { places in
        try x.withUnsafeBytes { x in
          guard let s = state.baseAddress, let k = places.baseAddress, let x = x.baseAddress else { return }
          try kernel.run(
            points: 1,
            inputs: [InputColumn(s, stride: 40), InputColumn(k, stride: 40), InputColumn(x, stride: 40)],
            outputs: [OutputColumn(s, stride: 40)])
        }
      }
    }
    #expect(state == expected)
  }
}
