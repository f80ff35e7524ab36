import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Products of matrices large enough to be packed, at sizes around those of tiles and blocks.
@Suite(.needsCompiler)
struct MatrixProductTests {
  private func product(_ spelling: (left: [Int], right: [Int], to: [Int]), _ a: TensorType, _ b: TensorType) -> Program
  {
    program([("a", a), ("b", b)]) { graph, x in
      [graph.append(.contract(Contraction(spelling.left, spelling.right, to: spelling.to)), x, type: TensorType())]
    }
  }

  @Test(arguments: [
    [4, 64, 33], [6, 256, 32], [7, 257, 31], [13, 31, 65], [64, 5, 513], [33, 300, 530], [5, 512, 8],
  ])
  func `sizes around tiles and blocks`(_ sizes: [Int]) throws {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    for element in [ElementType.f64, .f32, .i64, .i32] {
      let f = product(([0, 1], [1, 2], [0, 2]), .array(m, k, of: element), .array(k, n, of: element))
      #expect(try ArrayPlan(f).kernels.count == 1)
      // Quarters, so that every sum is exact in either precision.
      try expectArrayAgreement(f, points: 1, seed: 3, tolerance: 0, "\(element)")
    }
  }

  @Test(arguments: [
    [1, 40, 33], [1, 7, 300], [2, 33, 16], [3, 128, 10], [11, 17, 10], [13, 64, 48], [32, 128, 10], [37, 29, 47],
    [47, 64, 1], [66, 1031, 19], [25, 2053, 35], [96, 24, 1024], [1, 701, 803],
  ])
  func `skinny, partial and long products, with either operand turned`(_ sizes: [Int]) throws {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    for element in [ElementType.f64, .f32] {
      for (left, right) in [([0, 1], [1, 2]), ([1, 0], [1, 2]), ([0, 1], [2, 1]), ([1, 0], [2, 1])] {
        let extents = [m, k, n]
        let f = product(
          (left, right, [0, 2]), .array(extents[left[0]], extents[left[1]], of: element),
          .array(extents[right[0]], extents[right[1]], of: element))
        try expectArrayAgreement(f, points: 1, seed: 7, tolerance: 0, "\(element) \(left) \(right)")
      }
    }
  }

  @Test func `operands in any order of axes, with a batch`() throws {
    let spellings: [([Int], [Int], [Int], [Int], [Int])] = [
      ([1, 0], [2, 1], [0, 2], [40, 9], [17, 40]), ([0, 1], [2, 1], [2, 0], [9, 40], [17, 40]),
      ([3, 0, 1], [3, 1, 2], [3, 0, 2], [3, 9, 20], [3, 20, 11]),
      ([0, 3, 1], [1, 2, 3], [0, 2, 3], [9, 3, 20], [20, 11, 3]),
      ([0, 1, 4], [4, 1, 2, 5], [5, 0, 2], [9, 5, 7], [7, 5, 11, 2]),
      ([0, 1, 6], [1, 2], [6, 0, 2], [5, 30, 3], [30, 19]),
    ]
    for (left, right, result, a, b) in spellings {
      let f = product(
        (left, right, result), TensorType(.f64, Shape(a.map { Dimension($0) })),
        TensorType(.f64, Shape(b.map { Dimension($0) })))
      try expectArrayAgreement(f, points: 2, seed: 5, tolerance: 0, "\(left),\(right)->\(result)")
    }
  }

  /// Numbers whose products are not exact, so that a fused multiply-add would show.
  @Test(arguments: [[13, 64, 48], [5, 700, 33], [32, 128, 10], [1, 784, 64]])
  func `strictly, every product and every sum is rounded`(_ sizes: [Int]) throws {
    let f = product(([0, 1], [1, 2], [0, 2]), .array(sizes[0], sizes[1]), .array(sizes[1], sizes[2]))
    let numbers = (0..<max(sizes[0], sizes[2]) * sizes[1]).map { Double($0 * 31 % 101) / 101 }
    let inputs = [sizes[0], sizes[2]].map { Column(Array(numbers[..<($0 * sizes[1])])) }
    let expected = try Interpreter(f).evaluate(inputs, points: 1)
    for compiler in Compilers.all {
      let strict = KernelCompiler(
        compiler: compiler, cache: try Compilers.usual().cache, options: CompilerOptions(strict: true))
      #expect(try strict.compile(f).evaluate(inputs, points: 1) == expected, "\(compiler.version)")
    }
  }

  @Test func `parts and transposes of operands are packed as they are`() throws {
    let f = program([("a", .array(40, 20)), ("b", .array(60, 20))]) { graph, x in
      let rows = Operation.Slice(start: 59, step: -2, count: 30)
      let part = graph.append(
        .slice([rows, .init(start: 0, count: 20)]), [x[1]], type: TensorType())
      let turned = graph.append(.transpose([1, 0]), [part], type: TensorType())
      return [graph.append(.contract(Contraction([0, 1], [1, 2], to: [0, 2])), [x[0], turned], type: TensorType())]
    }
    #expect(try ArrayPlan(f).kernels.count == 1)
    try expectArrayAgreement(f, points: 1, seed: 8, tolerance: 0)
  }

  /// An update of a matrix by a product whose sum is longer than a walk along it: `W - 2 (x^T y) / 3`, where `W` lies.
  private static func update(_ rows: Int, _ columns: Int, over depth: Int, of element: ElementType) -> Program {
    let types: [(String, TensorType)] = [
      ("w", .array(rows, columns, of: element)), ("x", .array(depth, rows, of: element)),
      ("y", .array(depth, columns, of: element)),
    ]
    var f = program(types) { graph, x in
      let product = graph.append(
        .contract(Contraction([0, 1], [0, 2], to: [1, 2])), [x[1], x[2]], type: TensorType())
      let scaled = graph.apply(.multiply, product, graph.constant(Constant(2), element))
      let part = graph.apply(.divide, scaled, graph.constant(Constant(3), element))
      return [graph.apply(.subtract, x[0], part)]
    }
    f.aliases = [0: 0]
    return f
  }

  @Test(arguments: [[12, 32, 1_600], [25, 40, 3_100], [130, 70, 2_048], [7, 5, 5_000]])
  func `parts of a long sum are added to what lies where the result does`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      let f = MatrixProductTests.update(sizes[0], sizes[1], over: sizes[2], of: element)
      let plan = try ArrayPlan(f)
      #expect(plan.kernels.count == 1, "\(plan)")
      // Packed operands are all that it needs memory for.
      let packed = (sizes[0] + 128) * 1_536 * 4 + 4_096
      #expect(plan.workspaceSize <= packed, "\(sizes): \(plan.workspaceSize)")
      for compiler in Compilers.all {
        try expectArrayAgreement(
          f, points: 1, seed: 11, tolerance: 1e-12, "\(element) \(sizes)",
          compiler: KernelCompiler(compiler: compiler, cache: try Compilers.usual().cache))
      }
    }
  }

  /// What packing takes for both operands is no more than the left one, where that is large.
  @Test func `packed operands take no more memory than the left one`() throws {
    for (rows, columns, depth) in [(1_024, 1_024, 1_024), (960, 600, 1_024), (1_003, 1_040, 1_024)] {
      let f = product(
        ([0, 1], [1, 2], [0, 2]), .array(rows, depth, of: .f32), .array(depth, columns, of: .f32))
      for threads in [1, 2] {
        let plan = try ArrayPlan(f, unit: VectorUnit(bytes: 64, registers: 32), threads: threads)
        #expect(plan.workspaceSize <= rows * depth * 4 + 64, "\(rows) \(threads) \(plan.workspaceSize)")
      }
    }
    let f = product(([0, 1], [1, 2], [0, 2]), .array(1_003, 1_024, of: .f32), .array(1_024, 600, of: .f32))
    try expectArrayAgreement(f, points: 1, seed: 2, "tiles that read the left operand where it lies")
  }
}
