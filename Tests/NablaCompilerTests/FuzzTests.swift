import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Random programs on both backends.
@Suite(.needsCompiler)
struct FuzzTests {
  /// A program of scalars of some types with random operations, casts and constants.
  ///
  /// Operations are those whose result is fixed to the bit, so that the backends must agree to the bit.
  static func randomProgram(
    seed: UInt64, nodes: Int, roots: Int = 16, of elements: [ElementType] = ElementType.allCases
  ) -> Program {
    var random = SplitMix64(seed: seed)
    let inputs = (0..<6).map { ("x\($0)", TensorType(elements[$0 % elements.count])) }
    return program(inputs) { graph, x in
      var pool = x
      func pick(_ element: ElementType, _ graph: inout Graph) -> NodeID {
        for _ in 0..<8 {
          // Recent values are more likely, so that chains grow deep.
          let reach = Bool.random(using: &random) ? pool.count : min(pool.count, 12)
          let id = pool[pool.count - 1 - Int.random(in: 0..<reach, using: &random)]
          if graph.type(of: id).element == element { return id }
        }
        switch element {
        case .bool: return graph.constant(.boolean(Bool.random(using: &random)), .bool)
        case .i32, .i64: return graph.constant(Constant(Int.random(in: -9...9, using: &random)), element)
        case .f32, .f64:
          let value = specialValues.randomElement(using: &random) ?? 0
          return graph.constant(Constant(exactly: value), element)
        }
      }
      while pool.count < nodes {
        let element = elements.randomElement(using: &random) ?? .f64
        if Int.random(in: 0..<8, using: &random) == 0 {
          let source = pool.randomElement(using: &random) ?? x[0]
          pool.append(graph.append(.cast, [source], type: TensorType(element)))
          continue
        }
        let f = exact.randomElement(using: &random) ?? .add
        let operands = (0..<f.arity).map { pick(f == .select && $0 == 0 ? .bool : element, &graph) }
        if (try? f.resultType(operands.map { graph.type(of: $0) })) != nil { pool.append(graph.apply(f, operands)) }
      }
      return pool.suffix(roots / 2) + (0..<roots / 2).map { _ in pool.randomElement(using: &random) ?? x[0] }
    }
  }

  private static let exact: [Elementwise] = [
    .negate, .add, .subtract, .multiply, .divide, .strongMultiply, .sqrt, .abs, .sign, .floor, .ceil, .round, .trunc,
    .min, .max, .clamp, .step, .relu, .equal, .notEqual, .less, .lessEqual, .and, .or, .not, .select, .mod,
    .floorDivide, .identity,
  ]

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `random programs agree to the bit`(_ seed: UInt64) throws {
    let f = FuzzTests.randomProgram(seed: seed, nodes: 120)
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 300, seed: seed)
  }

  @Test(
    arguments: [[.i64], [.i32], [.i32, .bool], [.f32, .i32, .bool], [.f64, .i64], [.i64, .i32]] as [[ElementType]])
  func `random programs of integers are vectors and agree to the bit`(_ elements: [ElementType]) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let f = FuzzTests.randomProgram(seed: 100 + seed, nodes: 80, of: elements)
      #expect(try CKernel(KernelPlan(f)).source.contains("nabla_blocks("))
      try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 100, seed: seed, "\(elements)")
    }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `random programs in several parts agree to the bit`(_ seed: UInt64) throws {
    let f = FuzzTests.randomProgram(seed: 1000 + seed, nodes: 6_000, roots: 3_000)
    let kernel = try Compilers.usual().compile(f)
    #expect(kernel.workspaceSize > 0)
    try expectAgreement(kernel, try Interpreter(f), points: 20, seed: seed)
  }

  @Test func `twenty thousand nodes`() throws {
    let f = program(3) { graph, x in
      var values = x
      var random = SplitMix64(seed: 17)
      while values.count < 20_000 {
        let a = values[Int.random(in: 0..<values.count, using: &random)]
        let b = values[values.count - 1 - Int.random(in: 0..<min(values.count, 50), using: &random)]
        let f = [Elementwise.add, .subtract, .multiply, .max].randomElement(using: &random) ?? .add
        values.append(graph.apply(f, a, b))
      }
      return Array(values.suffix(20))
    }
    try expectAgreement(try Compilers.usual().compile(f), try Interpreter(f), points: 10, seed: 4)
  }
}
