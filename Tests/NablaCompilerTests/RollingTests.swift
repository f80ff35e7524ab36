import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Long bodies, which become loops: the same bits as the interpreter's.
@Suite(.needsCompiler)
struct RollingTests {
  /// Programs of a few hundred terms each, of operations whose results are fixed to the bit.
  static let programs: [(name: String, program: Program)] = [
    (
      "sum of equal terms",
      // Sums of fewer than 64 operands are added in the order of the text.
      program(60) { graph, x in
        var sum = graph.constant(Constant(0))
        for (a, b) in zip(x, x.dropFirst()) {
          let square = graph.apply(.multiply, a, a)
          let rest = graph.apply(.subtract, b, square)
          let scaled = graph.apply(.multiply, graph.constant(Constant(100)), graph.apply(.multiply, rest, rest))
          // Many statements a term, so that few terms are a long body.
          let roots = (0..<8).reduce(scaled) { root, _ in graph.apply(.sqrt, graph.apply(.abs, root)) }
          let term = graph.apply(.subtract, scaled, roots)
          sum = graph.apply(.add, sum, term)
        }
        return [sum]
      }
    ),
    (
      "sums and differences, literals that vary, and constants as results",
      program(55) { graph, x in
        var sum = x[0]
        for (index, a) in x.enumerated() {
          let weight = graph.constant(Constant(index + 1))
          let product = graph.apply(.multiply, weight, a)
          let term = (0..<6).reduce(product) { root, _ in graph.apply(.sqrt, graph.apply(.abs, root)) }
          sum = graph.apply(index % 3 == 0 ? .subtract : .add, sum, term)
          if index % 50 == 7 { sum = graph.apply(.add, weight, sum) }
        }
        return [sum, graph.constant(.pi), x[5], sum]
      }
    ),
    (
      "products with every partial product",
      program(400) { graph, x in
        var products = [x[0]]
        for a in x.dropFirst() { products.append(graph.apply(.multiply, products[products.count - 1], a)) }
        var back = x[x.count - 1]
        var results = [products[products.count - 1]]
        for index in stride(from: x.count - 2, through: 1, by: -1) {
          results.append(graph.apply(.multiply, products[index - 1], back))
          back = graph.apply(.multiply, back, x[index])
        }
        return results + [products[products.count - 2], back]
      }
    ),
    (
      "pairs with choices",
      program(90) { graph, x in
        var forces = x
        for i in stride(from: 0, to: 90, by: 3) {
          for j in stride(from: 0, to: i, by: 3) {
            let d = (0..<3).map { graph.apply(.subtract, x[i + $0], x[j + $0]) }
            let squares = d.map { graph.apply(.multiply, $0, $0) }
            let r = graph.apply(.add, graph.apply(.add, squares[0], squares[1]), squares[2])
            let near = graph.apply(.less, r, graph.constant(Constant(4)))
            let f = graph.apply(.select, near, graph.apply(.divide, graph.constant(Constant(1)), r), d[0])
            for axis in 0..<3 {
              let part = graph.apply(.multiply, f, d[axis])
              forces[i + axis] = graph.apply(.add, forces[i + axis], part)
              forces[j + axis] = graph.apply(.subtract, forces[j + axis], part)
            }
          }
        }
        return forces
      }
    ),
  ]

  @Test(arguments: programs.indices, [1, 3, 4, 21])
  func `a rolled body has the interpreter's bits`(_ index: Int, _ points: Int) throws {
    let (name, program) = RollingTests.programs[index]
    let kernel = try Compilers.usual().compile(program)
    #expect(kernel.workspaceSize > 0, "\(name) is rolled")
    try expectAgreement(kernel, try Interpreter(program), points: points, seed: 8, name)
  }

  /// Results lie where arguments did, of which some are needed until the last result.
  @Test(arguments: programs.indices, [(1, 1), (3, 1), (16, 1), (21, 1), (21, 2)])
  func `a rolled body writes over what it has read`(_ index: Int, _ columns: (points: Int, stride: Int)) throws {
    let (name, program) = RollingTests.programs[index]
    let (points, stride) = columns
    let kernel = try Compilers.usual().compile(program)
    let inputs = NablaCompilerTests.columns(for: kernel.signature, points: points, seed: 31)
    let expected = try Interpreter(program).evaluate(inputs)
    let width = max(inputs.count, expected.count)
    var memory = Array(repeating: 7.0, count: width * points * stride)
    for (column, input) in inputs.enumerated() {
      for point in 0..<points { memory[(column * points + point) * stride] = input.doubles[point] }
    }
    let bytes = points * stride * 8
    try memory.withUnsafeMutableBytes { memory in
      guard let start = memory.baseAddress else { return }
      try kernel.run(
        points: points, inputs: inputs.indices.map { InputColumn(start + $0 * bytes, stride: stride) },
        outputs: expected.indices.map { OutputColumn(start + $0 * bytes, stride: stride) })
    }
    for (column, values) in expected.enumerated() {
      for point in 0..<points {
        let place = (column * points + point) * stride
        #expect(same(memory[place], values.doubles[point]), "\(name): result \(column) of point \(point)")
        if stride > 1 { #expect(memory[place + 1] == 7) }
      }
    }
  }

  @Test func `products from both ends are one loop, and the plan says so`() throws {
    let plan = try KernelPlan(RollingTests.programs[2].program)
    #expect(CKernel(plan).source.contains("    const nabla_v t0 = "))
    let loops = plan.memoryDescription.split(separator: "step ").dropFirst()
    let chains = try #require(loops.first { $0.contains("loop of") })
    #expect(chains.split(separator: "\n").count { $0.contains("multiply") } == 2, "\(plan.memoryDescription)")
  }

  @Test func `a long sum of equal terms is a short text`() throws {
    let plan = try KernelPlan(
      program(5000) { graph, x in
        var sum = x[0]
        for a in x { sum = graph.apply(.add, sum, graph.apply(.multiply, a, graph.apply(.sqrt, a))) }
        return [sum]
      })
    #expect(plan.statements.count > 10_000)
    #expect(CKernel(plan).statementCount < 20)
  }

  @Test(arguments: [1, 9])
  func `a long sum is right but for rounding, the same alone and among others`(_ points: Int) throws {
    let f = program(1000) { graph, x in
      var sum = x[0]
      for (index, a) in x.enumerated() {
        sum = graph.apply(index % 5 == 0 ? .subtract : .add, sum, graph.apply(.multiply, a, x[999 - index]))
      }
      return [sum]
    }
    let kernel = try Compilers.usual().compile(f)
    var random = SplitMix64(seed: 23)
    let inputs = (0..<1000).map { _ in
      Column((0..<points).map { _ in Double.random(in: -4...4, using: &random) })
    }
    let sums = try kernel.evaluate(inputs)[0].doubles
    for (sum, expected) in zip(sums, try Interpreter(f).evaluate(inputs)[0].doubles) {
      // At most a thousand roundings of sums of at most sixteen thousand.
      #expect(abs(sum - expected) <= 1000 * 16_000 * 0x1p-53)
    }
    for point in 0..<points {
      #expect(try kernel.evaluate(inputs.map { Column([$0.doubles[point]]) })[0].doubles == [sums[point]])
    }
  }

  /// Inlined, these functions would be two hundred thousand instructions.
  @Test func `long texts call the functions`() throws {
    let f = program(3) { graph, x in
      var random = SplitMix64(seed: 4)
      let functions: [Elementwise] = [.sin, .cos, .tanh, .atan, .sigmoid, .erf]
      let chain = (0..<2000).reduce(x[0]) { value, _ in
        graph.apply(functions.randomElement(using: &random) ?? .sin, graph.apply(.subtract, value, x[1]))
      }
      return [chain, graph.apply(.power, chain, x[2])]
    }
    #expect(CKernel(try KernelPlan(f)).source.contains("#define nabla_v_sin called_nabla_v_sin"))
    let points: [[Double]] = [[0.5, -1, 3], [0.25, 2, -0.125], [2, 3, 4]]
    let inputs = points.map { Column($0) }
    let results = try Compilers.usual().compile(f).evaluate(inputs)
    for (column, expected) in zip(results, try Interpreter(f).evaluate(inputs)) {
      // No function has a slope above 1.2, and most are flat where they lead: roundings do not grow.
      for (a, b) in zip(column.doubles, expected.doubles) { #expect(abs(a - b) <= 1e-13) }
    }
  }

  /// Random programs: nothing repeats itself but by chance.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `random programs agree to the bit`(_ seed: UInt64) throws {
    let f = program(7) { graph, x in
      var random = SplitMix64(seed: seed)
      var numbers = x
      var tests = [graph.apply(.less, x[0], x[1])]
      let operations: [Elementwise] = [.add, .subtract, .multiply, .divide, .max, .negate, .sqrt, .select, .less, .and]
      while numbers.count < 4000 {
        let f = operations.randomElement(using: &random) ?? .add
        func number() -> NodeID {
          let reach = min(numbers.count, Bool.random(using: &random) ? 20 : 4000)
          return numbers[numbers.count - 1 - Int.random(in: 0..<reach, using: &random)]
        }
        func test() -> NodeID { tests.randomElement(using: &random) ?? tests[0] }
        switch f {
        case .less: tests.append(graph.apply(f, number(), number()))
        case .and: tests.append(graph.apply(f, test(), test()))
        case .select: numbers.append(graph.apply(f, test(), number(), number()))
        case .negate, .sqrt: numbers.append(graph.apply(f, number()))
        default: numbers.append(graph.apply(f, number(), number()))
        }
      }
      return Array(numbers.suffix(40)) + (0..<40).map { _ in numbers.randomElement(using: &random) ?? x[0] }
    }
    for points in [1, 19] {
      try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: points, seed: seed)
    }
  }
}
