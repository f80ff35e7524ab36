import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// A softmax along an axis that no near cache holds: what is subtracted from the elements is guessed, and done anew where
/// that was bad.
@Suite(.needsCompiler)
struct GuessedMaximumTests {
  private static let count = 70_001

  /// Exponentials over their sum, as the stable form of the library has it, and perhaps something else of them.
  private static func softmax(
    _ element: ElementType,
    also other: (inout Graph, _ powers: NodeID, _ sum: NodeID, _ value: NodeID) -> NodeID? = {
      _, _, _, _ in nil
    }
  ) -> Program {
    program([("x", .array(count, of: element))]) { graph, x in
      let greatest = graph.append(.reduce(.max, axes: [0]), [x[0]], type: TensorType())
      let isFinite = graph.apply(.less, graph.apply(.abs, greatest), graph.constant(.infinity, element))
      let shift = graph.apply(.select, isFinite, greatest, graph.constant(Constant(0), element))
      let powers = graph.apply(.exp, graph.apply(.subtract, x[0], shift))
      let sum = graph.append(.reduce(.sum, axes: [0]), [powers], type: TensorType())
      let value = graph.apply(.divide, powers, sum)
      return [value] + (other(&graph, powers, sum, value).map { [$0] } ?? [])
    }
  }

  /// Numbers between -1 and 1, and what makes a guess good or bad.
  private static let cases: [(String, @Sendable (inout [Double]) -> Void)] = [
    ("numbers of one size", { _ in }),
    ("a larger number", { $0[5_000] = 7 }),
    ("a much larger number", { $0[5_000] = 900 }),
    ("NaN", { $0[69_999] = .nan }),
    ("infinity", { $0[40] = .infinity }),
    (
      "infinity, and numbers too large for an exponential",
      {
        $0[40] = .infinity; $0[41] = 800; $0[50_000] = 900
      }
    ),
    ("minus infinity", { for place in stride(from: 0, to: count, by: 3) { $0[place] = -.infinity } }),
    ("minus infinity alone", { x in for place in x.indices { x[place] = -.infinity } }),
    (
      "minus infinity wherever a guess looks",
      { x in
        for place in x.indices { x[place] = place % (count / 64) < 16 ? -.infinity : -900 }
      }
    ),
    ("numbers that grow", { x in for place in x.indices { x[place] = Double(place) / 20 } }),
    ("numbers that shrink", { x in for place in x.indices { x[place] = -Double(place) / 20 } }),
  ]

  private static func inputs(_ element: ElementType, _ change: (inout [Double]) -> Void) -> Column {
    var random = SplitMix64(seed: 3)
    var numbers = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
    change(&numbers)
    return element == .f32 ? Column(numbers.map { Float($0) }) : Column(numbers)
  }

  @Test(arguments: [ElementType.f32, .f64])
  func `the array is read once before the division`(_ element: ElementType) throws {
    #expect(try ArrayPlan(Self.softmax(element)).kernels.count == 2)
    #expect(try ArrayPlan(Self.softmax(element), strict: true).kernels.count == 3)
  }

  @Test(arguments: [ElementType.f32, .f64], cases.indices)
  func `values are those of the interpreter`(_ element: ElementType, _ number: Int) throws {
    let program = Self.softmax(element)
    let (name, change) = Self.cases[number]
    let x = [Self.inputs(element, change)]
    let expected = try Interpreter(program).evaluate(x, points: 1)[0].doubles
    for compiler in Compilers.all {
      let found = try KernelCompiler(compiler: compiler, cache: try Compilers.usual().cache).compile(program).evaluate(
        x, points: 1)[0].doubles
      let precision = element == .f32 ? 3e-5 : 1e-13
      let tiny = element == .f32 ? 1e-37 : 1e-307
      let wrong = zip(expected, found).enumerated().first { _, pair in
        let (p, q) = pair
        return !(p == q || (p.isNaN && q.isNaN) || abs(p - q) <= precision * abs(p) + tiny)
      }
      #expect(wrong == nil, "\(name), \(element): \(wrong.map { "\($0)" } ?? "")")
    }
  }

  /// What does not cancel needs the largest element itself.
  @Test func `sums and exponentials that are results are exact`() throws {
    let others: [(inout Graph, NodeID, NodeID, NodeID) -> NodeID?] = [
      { _, powers, _, _ in powers }, { _, _, sum, _ in sum },
      { graph, powers, sum, _ in graph.apply(.divide, graph.apply(.multiply, powers, powers), sum) },
      { graph, powers, _, value in
        graph.append(.reduce(.sum, axes: [0]), [graph.apply(.add, powers, value)], type: TensorType())
      },
    ]
    for other in others {
      let program = Self.softmax(.f64, also: other)
      let x = [Self.inputs(.f64) { $0[5_000] = 5 }]
      let expected = try Interpreter(program).evaluate(x, points: 1)
      let found = try Compilers.usual().compile(program).evaluate(x, points: 1)
      expectClose(expected, found, of: program, precision: 1e-12, "")
    }
  }

  /// The derivative of a sum of squares: the sums in it cancel too.
  @Test func `sums of what cancels may be guessed for`() throws {
    let program = Self.softmax(.f64) { graph, powers, sum, value in
      let total = graph.append(.reduce(.sum, axes: [0]), [graph.apply(.multiply, powers, value)], type: TensorType())
      return graph.apply(.multiply, value, graph.apply(.subtract, value, graph.apply(.divide, total, sum)))
    }
    #expect(try !ArrayPlan(program).description.contains("max "))
    let x = [Self.inputs(.f64) { $0[5_000] = 5 }]
    let expected = try Interpreter(program).evaluate(x, points: 1)
    expectClose(
      expected, try Compilers.usual().compile(program).evaluate(x, points: 1), of: program, precision: 1e-15, "")
  }

  @Test func `threads change no bit`() throws {
    for (name, change) in Self.cases {
      let usual = try Compilers.usual()
      var options = CompilerOptions()
      options.grain = 0
      let compiler = KernelCompiler(compiler: usual.compiler, cache: usual.cache, options: options)
      let program = Self.softmax(.f64)
      let x = [Self.inputs(.f64, change)]
      let bits = try [1, 2, 3].map { threads in
        try compiler.compile(program, threads: threads).evaluate(x, points: 1)[0].doubles.map(\.bitPattern)
      }
      #expect(bits[0] == bits[1] && bits[0] == bits[2], "\(name)")
    }
  }
}
