import NablaDiagnostics
import NablaGraph
import TestSupport
import Testing

/// What programs are known by.
struct ProgramBytesTests {
  private func bytes(_ program: Program) -> [UInt8] { ProgramBytes(program).bytes }

  private func scaled(
    _ name: String = "x", _ type: TensorType = TensorType(), by factor: Constant = Constant(3),
    _ f: Elementwise = .multiply, root: String = "r", range: SourceRange? = nil
  ) -> Program {
    var graph = Graph()
    let x = graph.parameter(name, type)
    var k = graph.constant(factor, type.element)
    if !type.isScalar { k = graph.append(.broadcast, [k], type: type) }
    if let range { graph.currentOrigin = graph.intern(Origin(range)) }
    let result = graph.apply(f, x, k)
    return Program(graph: graph, inputs: [x], roots: [Program.Root(root, result)])
  }

  @Test func `equal programs have equal bytes, different ones do not`() {
    var aliased = scaled()
    aliased.aliases = [0: 0]
    var second = scaled()
    second.roots.append(second.roots[0])
    let programs = [
      scaled(), scaled("y"), scaled("x", TensorType(.f32)), scaled("x", .array(4)), scaled("x", .array(5)),
      scaled("x", .array(2, 2)), scaled(by: Constant(4)), scaled(by: Constant(-3)), scaled(by: .pi),
      scaled(by: .bits(3)), scaled(by: .rational(Rational(1, 3))),
      scaled(by: .rational(Rational(exactly: 0x1p100))), scaled(by: .rational(Rational(exactly: 0x1p101))),
      scaled(by: Constant(3), .add), scaled(root: "s"), aliased, second,
    ]
    for (i, a) in programs.enumerated() {
      for (j, b) in programs.enumerated() { #expect((bytes(a) == bytes(b)) == (i == j), "\(i), \(j)") }
    }
    #expect(bytes(scaled()) == bytes(scaled()))
  }

  @Test func `operands and their order are told apart`() {
    func pair(_ build: (inout Graph, [NodeID]) -> NodeID) -> [UInt8] {
      bytes(program(2) { graph, x in [build(&graph, x)] })
    }
    let all = [
      pair { $0.apply(.subtract, $1[0], $1[1]) }, pair { $0.apply(.subtract, $1[1], $1[0]) },
      pair { $0.apply(.subtract, $1[1], $1[1]) }, pair { _, x in x[0] }, pair { _, x in x[1] },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func `attributes and bodies of functions count`() {
    func reduced(_ operation: Operation) -> [UInt8] {
      bytes(program([("x", .array(3, 3))]) { graph, x in [graph.append(operation, x, type: TensorType())] })
    }
    let reductions = [
      reduced(.reduce(.sum, axes: [0])), reduced(.reduce(.sum, axes: [1])), reduced(.reduce(.max, axes: [0])),
      reduced(.cumulative(.sum, axis: 0, isReversed: false)), reduced(.cumulative(.sum, axis: 0, isReversed: true)),
    ]
    #expect(Set(reductions).count == reductions.count)
    func called(_ f: Elementwise) -> [UInt8] {
      bytes(
        program(1) { graph, x in
          let body = program(1) { graph, x in [graph.apply(f, x[0])] }
          return graph.call(graph.intern(Function(name: "g", body: body)), x)
        })
    }
    #expect(called(.sin) != called(.cos))
    #expect(called(.sin) == called(.sin))
  }

  @Test func `places count where arrays may say them`() {
    let (here, there) = (SourceRange(1, 2), SourceRange(3, 4))
    #expect(bytes(scaled(range: here)) == bytes(scaled(range: there)))
    #expect(bytes(scaled("x", .array(4), range: here)) != bytes(scaled("x", .array(4), range: there)))
  }
}
