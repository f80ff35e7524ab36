import Foundation
import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@Suite(.needsCompiler)
struct JointTests {
  @Test(arguments: [.f64, .f32] as [ElementType])
  func `functions of one operand are computed together`(_ element: ElementType) throws {
    let f = program(2, element) { graph, x in
      let operands = [Elementwise.exp, .expm1, .tanh, .sech, .sin, .cos]
      return operands.map { graph.apply($0, x[0]) } + [graph.apply(.cos, x[1])]
    }
    let source = CKernel(try KernelPlan(f)).source
    let prefix = element == .f64 ? "v" : "vf"
    #expect(source.contains(" = nabla_\(prefix)_sin_cos(x0);"))
    #expect(source.contains(" = nabla_\(prefix)_cos(x1);"), "it has no companion")
    if element == .f64 {
      #expect(source.contains(" = nabla_v_exp_expm1(x0);"))
      #expect(source.contains(" = nabla_v_tanh_sech(x0);"))
    }
    for compiler in Compilers.all {
      let compile = KernelCompiler(compiler: compiler, cache: try KernelCache(directory: Compilers.cacheDirectory))
      // Two ulps of the element type: a float has 29 bits less.
      try expectAgreement(
        try compile.compile(f), try Interpreter(f), points: 300, seed: 8, ulps: element == .f64 ? 3 : 2 << 29)
    }
  }

  /// The slopes of x^n need log x, which is the first half of x^n; not where the exponent is a number, nor of another x.
  @Test func `a logarithm is a part of the power of its operand`() throws {
    let f = program(3) { graph, x in
      let square = graph.apply(.power, x[2], graph.constant(Constant(2)))
      return [graph.apply(.power, x[0], x[1]), square] + [x[0], x[1], x[2]].map { graph.apply(.log, $0) }
    }
    let source = CKernel(try KernelPlan(f)).source
    #expect(source.contains(" = nabla_v_log_of_base(x0);"))
    #expect(source.contains(" = nabla_v_log(x1);") && source.contains(" = nabla_v_log(x2);"))
    let bases: [Double] = [
      0, -0.0, 1, -1, -2.5, 0x1p-1074, 0x1p-1030, .infinity, -.infinity, .nan, 1.7e308, 2, 0.5, 10, 1 - 0x1p-53,
      1 + 0x1p-52,
    ]
    let others = bases.indices.map { Double($0) - 3.5 }
    let results = try Compilers.usual().compile(f).evaluate([bases, others, others].map { Column($0) })
    for (x, y) in zip(bases, results[2].doubles) {
      let expected = log(x)
      #expect(same(y, expected) || abs(y - expected) <= expected.ulp, "log \(x) is \(expected), not \(y)")
    }
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 300, seed: 8, ulps: 3)
  }

  /// An input of one number is a column of it, in blocks of any length.
  @Test(arguments: [.f64, .f32] as [ElementType], [7, 64, 255, 256, 257, 3000])
  func `one number holds for all points`(_ element: ElementType, _ points: Int) throws {
    let f = program([("c", TensorType(.bool)), ("x", TensorType(element)), ("y", TensorType(element))]) { graph, x in
      let product = graph.apply(.multiply, x[1], x[2])
      return [graph.apply(.select, x[0], product, x[2]), graph.apply(.sin, product)]
    }
    let kernel = try Compilers.usual().compile(f)
    let all = columns(for: kernel.signature, points: points, seed: 4)
    for single in 0..<3 {
      var some = all
      some[single] = try #require(Column(converting: [all[single].doubles[0]], to: all[single].element))
      var whole = all
      let repeated = Array(repeating: all[single].doubles[0], count: points)
      whole[single] = try #require(Column(converting: repeated, to: all[single].element))
      for (x, y) in zip(try kernel.evaluate(some), try kernel.evaluate(whole)) {
        #expect(zip(x.doubles, y.doubles).allSatisfy { same($0, $1) })
      }
    }
  }
}
