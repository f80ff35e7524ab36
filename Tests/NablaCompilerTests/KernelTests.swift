import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@Suite(.needsCompiler)
struct KernelTests {
  @Test func `compiles the seed's formula with its gradient`() throws {
    let f = program([("a", TensorType()), ("b", TensorType()), ("c", TensorType())]) { graph, x in
      let three = graph.constant(Constant(3))
      let v = graph.apply(.add, x[0], graph.apply(.multiply, x[1], x[2]))
      return [
        graph.apply(.multiply, three, v), three, graph.apply(.multiply, three, x[2]),
        graph.apply(.multiply, three, x[1]),
      ]
    }
    let kernel = try Compilers.usual().compile(f)
    #expect(kernel.workspaceSize == 0)
    #expect(try kernel.evaluate(["a": [5], "b": [3], "c": [2]]) == [[33], [3], [6], [9]])
    let call = try #require(PointCall(kernel))
    #expect(try call([5, 3, 2]) == [33, 3, 6, 9])
  }

  /// Every operation of the table, on every element type it takes, all in one kernel.
  @Test(arguments: Compilers.all)
  func `every operation is what the interpreter computes`(_ compiler: CCompiler) throws {
    let compile = KernelCompiler(compiler: compiler, cache: try KernelCache(directory: Compilers.cacheDirectory))
    for element in ElementType.allCases {
      var names: [String] = []
      let all = program([("c", TensorType(.bool))] + (0..<3).map { ("x\($0)", TensorType(element)) }) { graph, x in
        var roots: [NodeID] = []
        for f in Elementwise.allCases {
          let operands = f == .select ? [x[0], x[1], x[2]] : Array(x[1...].prefix(f.arity))
          guard (try? f.resultType(operands.map { graph.type(of: $0) })) != nil else { continue }
          roots.append(graph.apply(f, operands))
          names.append(f.name)
        }
        return roots
      }
      let kernel = try compile.compile(all)
      let interpreter = try Interpreter(all)
      let inputs = columns(for: kernel.signature, points: 2000, seed: 11)
      let compiled = try kernel.evaluate(inputs)
      let interpreted = try interpreter.evaluate(inputs)
      for (name, (x, y)) in zip(names, zip(compiled, interpreted)) {
        #expect(x.integers == y.integers, "\(name) of \(element)")
        let tolerance = exact.contains(name) ? 0 : 2 * unit(of: element)
        for (point, (p, q)) in zip(x.doubles, y.doubles).enumerated() where ulps(p, q) > tolerance {
          Issue.record(
            "\(name) of \(element) at \(inputs.map { $0.doubles[point] }): \(p), interpreted \(q), \(ulps(p, q)) ulps")
        }
      }
    }
  }

  /// The doubles from one number of an element type to the next.
  private func unit(of element: ElementType) -> UInt64 {
    switch element {
    case .f64: 1
    // A subnormal float has fewer digits.
    case .f32: 1 << 29
    case .i32, .i64, .bool: 0
    }
  }

  /// Operations that IEEE 754 defines to the bit, or that are made of comparisons.
  private let exact: Set<String> = [
    "negate", "add", "subtract", "multiply", "divide", "sqrt", "abs", "sign", "floor", "ceil", "round", "trunc", "min",
    "max", "clamp", "step", "relu", "equal", "not_equal", "less", "less_equal", "and", "or", "not", "where", "identity",
    "strong_multiply",
  ]

  @Test(arguments: [0, 1, 255, 256, 257, 1000])
  func `evaluates any number of points`(_ points: Int) throws {
    let f = program(2) { graph, x in [graph.apply(.exp, x[0]), graph.apply(.subtract, x[0], x[1]), x[1]] }
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: points, seed: 5, ulps: 2)
  }

  /// Scalars, vectors, and vectors through buffers: the bits of a point do not depend on its neighbours.
  @Test(arguments: [.f64, .f32, .bool] as [ElementType])
  func `a point has the same bits wherever it stands`(_ element: ElementType) throws {
    let inputs = [("c", TensorType(.bool)), ("x", TensorType(element)), ("y", TensorType(element))]
    for transcendental in [true, false] {
      let f = program(inputs) { graph, x in
        let choice = graph.apply(.select, x[0], x[1], x[2])
        if element == .bool { return [choice, graph.apply(.and, x[1], x[2])] }
        let product = graph.apply(.multiply, choice, x[2])
        return [product, transcendental ? graph.apply(.exp, product) : x[1], graph.apply(.less, x[1], product)]
      }
      let kernel = try Compilers.usual().compile(f)
      let all = columns(for: kernel.signature, points: 37, seed: 3)
      let together = try kernel.evaluate(all)
      for point in 0..<37 {
        let one = all.compactMap { Column(converting: [$0.doubles[point]], to: $0.element) }
        for (many, alone) in zip(together, try kernel.evaluate(one)) {
          #expect(same(many.doubles[point], alone.doubles[0]))
        }
      }
    }
  }

  @Test func `a result may lie where an input does`() throws {
    let kernel = try Compilers.usual().compile(
      program(2) { graph, x in [graph.apply(.add, x[0], x[1]), graph.apply(.subtract, x[0], x[1])] })
    var x = (0..<21).map(Double.init)
    var y = Array(repeating: 1.0, count: 21)
    try x.withUnsafeMutableBytes { x in
      try y.withUnsafeMutableBytes { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        try kernel.run(
          points: 21, inputs: [InputColumn(x, stride: 1), InputColumn(y, stride: 1)],
          outputs: [OutputColumn(x, stride: 1), OutputColumn(y, stride: 1)])
      }
    }
    #expect(x == (0..<21).map { Double($0) + 1 })
    #expect(y == (0..<21).map { Double($0) - 1 })
  }

  @Test(arguments: [false, true])
  func `reads and writes with strides`(_ transcendental: Bool) throws {
    let kernel = try Compilers.usual().compile(
      program(2) { graph, x in
        // exp(0) = 1 changes nothing, but there is no scalar loop for it.
        let zero = graph.apply(.subtract, x[1], x[1])
        let product = graph.apply(.multiply, x[0], x[1])
        return [transcendental ? graph.apply(.multiply, product, graph.apply(.exp, zero)) : product]
      })
    let pairs: [Double] = (0..<20).map(Double.init)
    var target = Array(repeating: -1.0, count: 30)
    try pairs.withUnsafeBytes { source in
      try target.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        try kernel.run(
          points: 10, inputs: [InputColumn(from, stride: 2), InputColumn(from + 24, stride: 0)],
          outputs: [OutputColumn(to + 8, stride: 3)])
      }
    }
    for point in 0..<10 {
      #expect(target[3 * point + 1] == Double(6 * point))
      #expect(target[3 * point] == -1)
    }
  }

  @Test(arguments: ElementType.allCases, ElementType.allCases)
  func `casts as the interpreter does`(_ from: ElementType, _ to: ElementType) throws {
    let f = program(1, from) { graph, x in [graph.append(.cast, [x[0]], type: TensorType(to))] }
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 500, seed: 2)
  }

  @Test func `several roots, a root twice, inputs and constants as roots`() throws {
    let f = program([("x", TensorType()), ("b", TensorType(.bool)), ("n", TensorType(.i32))]) { graph, x in
      let sum = graph.apply(.add, x[0], x[0])
      return [
        sum, x[0], sum, x[1], x[2], graph.constant(.infinity), graph.constant(.nan), graph.constant(Constant(-7), .i64),
        graph.constant(.boolean(true), .bool), graph.constant(Constant(exactly: -0.0)), graph.constant(.pi, .f32),
      ]
    }
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 20, seed: 9)
  }

  @Test func `a program of arrays is refused with the type`() throws {
    let type = TensorType(.f64, Shape([2]))
    let f = program([("x", type)]) { graph, x in [graph.apply(.sin, x[0])] }
    #expect(throws: CompilerError.array(type, Origin())) { try KernelPlan(f) }
  }

  @Test func `inputs that nothing reads, and no inputs at all`() throws {
    let unused = program(3) { graph, x in [graph.apply(.sin, x[1])] }
    try expectAgreement(try Compilers.usual().compile(unused), try Interpreter(unused), points: 3, seed: 1, ulps: 1)
    let none = program(0) { graph, _ in [graph.constant(.pi)] }
    #expect(try Compilers.usual().compile(none).evaluate([String: [Double]]()) == [[Double.pi]])
  }
}
