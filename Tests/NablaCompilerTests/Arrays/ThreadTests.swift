import Dispatch
import NablaCompiler
import NablaGraph
import NablaRuntime
import Synchronization
import TestSupport
import Testing

/// Kernels that threads share: every kernel that can be is, however small, and no bit depends on the number of threads.
@Suite(.needsCompiler)
struct ThreadTests {
  /// A compiler that shares whatever can be shared.
  static func sharing() throws -> KernelCompiler {
    let usual = try Compilers.usual()
    var options = CompilerOptions()
    options.grain = 0
    return KernelCompiler(compiler: usual.compiler, cache: usual.cache, options: options)
  }

  /// Numbers that are not exact, so that another order of a sum would show.
  private static func columns(_ signature: NablaRuntime.Signature, seed: UInt64) -> [Column] {
    var random = SplitMix64(seed: seed)
    return signature.inputs.map { port in
      switch port.type.element {
      case .f64: Column((0..<port.count).map { _ in Double.random(in: -1...1, using: &random) })
      case .f32: Column((0..<port.count).map { _ in Float.random(in: -1...1, using: &random) })
      case .i64: Column((0..<port.count).map { _ in Int64.random(in: -4...4, using: &random) })
      case .i32: Column((0..<port.count).map { _ in Int32.random(in: -4...4, using: &random) })
      case .bool: Column((0..<port.count).map { _ in Bool.random(using: &random) })
      }
    }
  }

  private static func bytes(_ column: Column) -> [UInt8] { column.withUnsafeBytes { Array($0) } }

  /// Results, or what a call threw, with each number of threads.
  func expectSameBits(_ program: Program, seed: UInt64, _ comment: String = "") throws {
    let compiler = try ThreadTests.sharing()
    let alone = try compiler.compile(program)
    let inputs = ThreadTests.columns(alone.signature, seed: seed)
    func outcome(_ kernel: CompiledKernel) -> Result<[[UInt8]], ExecutionError> {
      Result { () throws(ExecutionError) in try kernel.evaluate(inputs, points: 1).map(ThreadTests.bytes) }
    }
    let expected = outcome(alone)
    for threads in [2, 3, 5] {
      let shared = try compiler.compile(program, threads: threads)
      for _ in 0..<3 {
        let found = outcome(shared)
        switch (expected, found) {
        case (.success(let x), .success(let y)): #expect(x == y, "\(comment) seed \(seed), \(threads) threads")
        case (.failure(let x), .failure(let y)): #expect("\(x)" == "\(y)", "\(comment) seed \(seed)")
        default: Issue.record("\(comment) seed \(seed), \(threads) threads: \(expected) and \(found)")
        }
      }
    }
  }

  @Test(arguments: 1...16 as ClosedRange<UInt64>)
  func `random programs give the same bits with any number of threads`(_ seed: UInt64) throws {
    try expectSameBits(RandomArrayProgram.program(seed: 900 + seed, size: 40), seed: seed)
  }

  @Test(arguments: [
    [1, 40, 300], [2, 33, 16], [3, 128, 10], [13, 64, 48], [47, 64, 1], [66, 1031, 19], [25, 2053, 35], [96, 24, 1024],
    [300, 20, 30], [1, 701, 803],
  ])
  func `products of matrices give the same bits with any number of threads`(_ sizes: [Int]) throws {
    for element in [ElementType.f64, .f32] {
      for (left, right) in [([0, 1], [1, 2]), ([1, 0], [1, 2]), ([0, 1], [2, 1])] {
        let types = [left, right].map { TensorType.array(sizes[$0[0]], sizes[$0[1]], of: element) }
        let f = program([("a", types[0]), ("b", types[1])]) { graph, x in
          [graph.append(.contract(Contraction(left, right, to: [0, 2])), x, type: TensorType())]
        }
        try expectSameBits(f, seed: 4, "\(element) \(left) \(right) \(sizes)")
      }
    }
  }

  @Test(arguments: [(64, 5), (40, 3), (33, 1), (96, 35)])
  func `sums of what becomes of a convolution give the same bits`(_ outputs: Int, _ examples: Int) throws {
    for element in [ElementType.f64, .f32] {
      func type(_ outputs: Int) -> String { "\(element)[\(examples), 7, 13, 1, \(outputs)]" }
      let f = try Program(
        text: """
          program {
            %0 = parameter "x" : \(type(24))
            %1 = parameter "k" : \(element)[3, 3, 1, 24, \(outputs)]
            %2 = parameter "b" : \(element)[\(outputs)]
            %3 = convolve(stride 1 low 1 high 1 input 1 kernel 1, stride 1 low 1 high 1 input 1 kernel 1) %0, %1 : \(type(outputs))
            %4 = add %2, %3 : \(type(outputs))
            %5 = relu %4 : \(type(outputs))
            %6 = reduce(sum, 0, 1, 2, 3) %5 : \(element)[\(outputs)]
            %7 = multiply %4, %5 : \(type(outputs))
            %8 = reduce(sum, 0, 1, 2, 3, 4) %7 : \(element)
            %9 = reduce(max, 0, 1, 2, 3, 4) %4 : \(element)
            return "y" = %5
            return "columns" = %6
            return "all" = %8
            return "largest" = %9
          }
          """)
      try expectArrayAgreement(f, points: 2, seed: 6, "\(element) \(outputs)")
      try expectSameBits(f, seed: 6, "\(element) \(outputs)")
    }
  }

  @Test(arguments: [ElementType.f64, .f32])
  func `sums over long axes and over rows give the same bits`(_ element: ElementType) throws {
    let f = program([("x", .array(1_201, 37, of: element)), ("y", .array(30_001, of: element))]) { graph, x in
      let powers = graph.apply(.exp, x[0])
      let rows = graph.append(.reduce(.sum, axes: [1]), [powers], type: TensorType())
      let column = graph.append(.reshape, [rows], type: .array(1_201, 1, of: element))
      let parts = graph.apply(.divide, powers, column)
      return [[0], [0, 1]].map { graph.append(.reduce(.sum, axes: $0), [parts], type: TensorType()) }
        + [graph.append(.reduce(.sum, axes: [0]), [graph.apply(.sin, x[1])], type: TensorType())]
    }
    try expectSameBits(f, seed: 5, "\(element)")
  }

  @Test(arguments: [[1_031, 3], [2_053, 30], [20_011, 17], [4_096, 128]])
  func `a regression gives the same bits with any number of threads`(_ sizes: [Int]) throws {
    for element in [ElementType.f64, .f32] {
      try expectSameBits(RowTeamTests.regression(sizes[0], sizes[1], of: element), seed: 7, "\(element) \(sizes)")
    }
  }

  @Test func `a batch of products, and parts of arrays, give the same bits`() throws {
    let f = program([("a", .array(5, 20, 30)), ("b", .array(5, 30, 17))]) { graph, x in
      let c = graph.append(.contract(Contraction([0, 1, 2], [0, 2, 3], to: [0, 1, 3])), x, type: TensorType())
      return [c, graph.append(.reduce(.sum, axes: [1]), [c], type: TensorType())]
    }
    try expectSameBits(f, seed: 6)
  }

  /// The first thread finds out that an index is wrong, while the others are at work on what does not need it.
  @Test(arguments: [0, 3, 64] as [Int32])
  func `a call fails on every thread, and nothing of its results that threads share is written`(_ index: Int32) throws {
    let f = program([
      ("a", .array(64, 96, of: .f32)), ("x", .array(64, of: .f32)), ("t", .array(64, of: .f32)),
      ("i", .array(1, of: .i32)),
    ]) { graph, x in
      let product = graph.append(.contract(Contraction([0, 1], [0], to: [1])), [x[0], x[1]], type: TensorType())
      let taken = graph.append(.gather(Gather(axes: [0])), [x[2], x[3]], type: TensorType())
      let again = graph.append(.gather(Gather(axes: [0])), [product, x[3]], type: TensorType())
      let both = graph.apply(.multiply, taken, again)
      let wide = graph.append(
        .broadcast, [graph.append(.reshape, [both], type: .array(1, 1, of: .f32))],
        type: .array(64, 96, of: .f32))
      return [graph.apply(.multiply, x[0], wide), both, graph.apply(.exp, x[0])]
    }
    let compiler = try ThreadTests.sharing()
    for threads in [1, 2, 3, 5] {
      let kernel = try compiler.compile(f, threads: threads)
      var inputs = ThreadTests.columns(kernel.signature, seed: 11)
      inputs[3] = Column([index])
      for _ in 0..<20 {
        if index < 64 {
          _ = try kernel.evaluate(inputs, points: 1)
        } else {
          #expect(throws: ExecutionError.self) { try kernel.evaluate(inputs, points: 1) }
        }
      }
    }
    try expectSameBits(f, seed: 12)
  }

  @Test(arguments: [[784, 256], [129, 128], [256, 129], [1_000, 17], [512, 512]])
  func `rows of a matrix that one row is multiplied with give the same bits`(_ sizes: [Int]) throws {
    for element in [ElementType.f64, .f32] {
      let f = program([
        ("x", .array(1, sizes[0], of: element)), ("w", .array(sizes[0], sizes[1], of: element)),
        ("b", .array(sizes[1], of: element)),
      ]) { graph, x in
        let z = graph.append(.contract(Contraction([0, 1], [1, 2], to: [0, 2])), [x[0], x[1]], type: TensorType())
        let bias = graph.append(.broadcast, [x[2]], type: .array(1, sizes[1], of: element))
        let y = graph.apply(.relu, graph.apply(.add, z, bias))
        // What follows from the columns alone is computed once.
        let slope = graph.append(.reshape, [graph.apply(.multiply, y, y)], type: .array(sizes[1], of: element))
        let across = graph.append(.broadcast, [slope], type: .array(sizes[0], sizes[1], of: element))
        let column = graph.append(.transpose([1, 0]), [x[0]], type: TensorType())
        let down = graph.append(.broadcast, [column], type: .array(sizes[0], sizes[1], of: element))
        return [y, graph.apply(.subtract, x[1], graph.apply(.multiply, down, across))]
      }
      try expectSameBits(f, seed: 13, "\(element) \(sizes)")
      try expectArrayAgreement(f, seed: 14)
    }
  }

  @Test func `threads of a host run their calls alone and at once`() throws {
    let f = program([("a", .array(64, 64)), ("b", .array(64, 64))]) { graph, x in
      [graph.append(.contract(Contraction([0, 1], [1, 2], to: [0, 2])), x, type: TensorType())]
    }
    let compiler = try ThreadTests.sharing()
    let kernel = try compiler.compile(f, threads: 2)
    let inputs = ThreadTests.columns(kernel.signature, seed: 9)
    let expected = try kernel.evaluate(inputs, points: 1).map(ThreadTests.bytes)
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<50 where (try? kernel.evaluate(inputs, points: 1).map(ThreadTests.bytes)) != expected {
        wrong.withLock { $0 += 1 }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
  }
}
