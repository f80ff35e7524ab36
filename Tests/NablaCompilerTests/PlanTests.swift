import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct PlanTests {
  @Test func `reads as a list of statements`() throws {
    let f = program([("a", TensorType()), ("b", TensorType()), ("n", TensorType(.i32))]) { graph, x in
      let product = graph.apply(.multiply, x[0], x[1])
      let wide = graph.append(.cast, [x[2]], type: TensorType())
      let half = graph.constant(.rational(.half))
      return [graph.apply(.add, product, wide), graph.apply(.multiply, product, half), half]
    }
    #expect(
      try KernelPlan(f).description == """
        kernel map: 4 statements
          x0: f64  # a
          x1: f64  # b
          x2: i32  # n
          t0: f64 = multiply x0, x1
          t1: f64 = cast x2
          t2: f64 = add t0, t1
          t3: f64 = multiply t0, 0.5
          r0: f64 = t2  # r0
          r1: f64 = t3  # r1
          r2: f64 = 0.5  # r2

        """)
  }

  @Test func `nodes that no root needs, and arithmetic on constants, take no statement`() throws {
    let f = program(1) { graph, x in
      _ = graph.apply(.sin, x[0])
      let two = graph.apply(.sqrt, graph.constant(Constant(4)))
      return [graph.apply(.multiply, two, graph.apply(.identity, x[0]))]
    }
    #expect(try KernelPlan(f).statements.count == 1)
  }

  @Test func `tests of a bool with a literal are known or a negation`() throws {
    let f = program(1, .bool) { graph, x in
      let yes = graph.constant(.boolean(true), .bool)
      let no = graph.constant(.boolean(false), .bool)
      return [
        graph.apply(.equal, x[0], yes), graph.apply(.equal, x[0], no), graph.apply(.and, no, x[0]),
        graph.apply(.lessEqual, no, x[0]), graph.apply(.notEqual, x[0], x[0]), graph.apply(.or, x[0], x[0]),
      ]
    }
    let plan = try KernelPlan(f)
    #expect(plan.statements.count == 1)
    #expect(plan.results[0] == .input(0))
    #expect(plan.results[1] == .value(0))
    #expect(plan.literals[try #require(plan.results[2].literal)].double == 0)
    #expect(plan.literals[try #require(plan.results[3].literal)].double == 1)
    #expect(plan.literals[try #require(plan.results[4].literal)].double == 0)
    #expect(plan.results[5] == .input(0))
  }

  @Test func `a long body is cut, and slots are used again`() throws {
    let f = program(2) { graph, x in
      var y = x[0]
      for index in 0..<10_000 { y = graph.apply(index % 2 == 0 ? .add : .multiply, y, x[1]) }
      return [y]
    }
    let plan = try KernelPlan(f)
    #expect(plan.parts.count == 10)
    // Two inputs, one value on its way from part to part (two slots in turn), and the result.
    #expect(plan.slots.doubles <= 5)
    #expect(plan.slots.integers == 0)
  }

  @Test func `generated C has no name of the program`() throws {
    let f = program([("*/ evil", TensorType()), ("x\ny", TensorType())]) { graph, x in [graph.apply(.add, x[0], x[1])] }
    let source = CKernel(try KernelPlan(f)).source
    #expect(!source.contains("evil"))
    #expect(!source.contains("x\ny"))
  }

  @Test(
    arguments: [
      (1.0, "0x1p0"), (-1.5, "(-0x1.8p0)"), (0.1, "0x1.999999999999ap-4"), (0, "0x0p0"), (-0.0, "(-0x0p0)"),
      (.leastNonzeroMagnitude, "0x0.0000000000001p-1022"), (.greatestFiniteMagnitude, "0x1.fffffffffffffp1023"),
    ] as [(Double, String)])
  func `constants are hexadecimal`(_ value: Double, _ text: String) throws {
    let f = program(1) { graph, x in [graph.apply(.add, x[0], graph.constant(Constant(exactly: value)))] }
    #expect(CKernel(try KernelPlan(f), vectors: false).source.contains("x0 + \(text);"))
  }

  /// A missing vector form would be noticed by nothing but the clock.
  @Test(arguments: Elementwise.allCases, [.f64, .f32] as [ElementType])
  func `every operation on floats is computed in vectors`(_ f: Elementwise, _ element: ElementType) throws {
    let logical = f.definition.typing == .logical
    let operand = TensorType(logical ? .bool : element)
    let types = (0..<f.arity).map { f == .select && $0 == 0 ? TensorType(.bool) : operand }
    guard (try? f.resultType(types)) != nil, f != .identity else { return }
    let inputs = types.enumerated().map { ("x\($0.offset)", $0.element) }
    let source = CKernel(try KernelPlan(program(inputs) { graph, x in [graph.apply(f, x)] })).source
    #expect(source.contains("nabla_blocks"), "\(f)")
  }
}
