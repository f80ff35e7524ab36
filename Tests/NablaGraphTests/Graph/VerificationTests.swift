@testable import NablaGraph
import Testing

/// Broken graphs and programs; the arena's own calls make none, so some are made below its accessors.
@Suite struct VerificationTests {
  private var graph = Graph()
  private let x: NodeID
  private let y: NodeID
  private let sine: NodeID

  init() {
    x = graph.parameter("x")
    y = graph.parameter("y")
    sine = graph.apply(.sin, x)
  }

  private func program(_ inputs: [NodeID], _ root: NodeID, aliases: [Int: Int] = [:]) -> Program {
    Program(graph: graph, inputs: inputs, roots: [.init("r", root)], aliases: aliases)
  }

  private func opcode(_ f: Elementwise) -> NodeTable.Opcode { NodeTable.Opcode(f.rawValue) }

  @Test func `a right program passes`() throws {
    try program([x, y], sine, aliases: [0: 1]).verify()
    try program([x], sine).verify()
  }

  @Test func `operands precede their users`() {
    var graph = graph
    let id = NodeID(graph.count)
    _ = graph.nodes.intern(opcode(.sin), graph.typeID(of: x), [id])
    graph.originColumn.append(.none)
    #expect(throws: VerificationError.operandOrder(id, operand: id)) { try graph.verify() }
  }

  @Test func `types are what the rules derive`() {
    var graph = graph
    let wrong = TensorType(.f32)
    let id = graph.nodes.intern(opcode(.cos), TypeID(graph.types.intern(wrong)), [x]).id
    graph.originColumn.append(.none)
    #expect(throws: VerificationError.storedType(id, stored: wrong, derived: TensorType())) { try graph.verify() }
  }

  @Test func `operations have the operands that they take`() {
    var graph = graph
    let id = graph.nodes.intern(opcode(.add), graph.typeID(of: x), [x]).id
    graph.originColumn.append(.none)
    #expect(throws: VerificationError.type(id, .operandCount(expected: 2, found: 1))) { try graph.verify() }
  }

  @Test func `a parameter is one node`() {
    var graph = graph
    graph.parameters[0] = Graph.Parameter(name: "x", type: TensorType(.f32))
    #expect(throws: VerificationError.storedType(x, stored: TensorType(), derived: TensorType(.f32))) {
      try graph.verify()
    }
    graph.parameters.removeAll()
    #expect(throws: VerificationError.self) { try graph.verify() }
  }

  @Test func `inputs are distinct parameters and all that the roots need`() {
    #expect(throws: VerificationError.repeatedInput(x)) { try program([x, x], sine).verify() }
    #expect(throws: VerificationError.inputIsNoParameter(sine)) { try program([x, sine], sine).verify() }
    #expect(throws: VerificationError.freeParameter(x)) { try program([y], sine).verify() }
    #expect(throws: VerificationError.unknownNode(NodeID(9))) { try program([NodeID(9)], sine).verify() }
    #expect(throws: VerificationError.unknownNode(NodeID(3))) { try program([x], NodeID(3)).verify() }
  }

  @Test func `aliases name results and inputs of one type, each input once`() {
    #expect(throws: VerificationError.aliasOutOfRange(output: 1, input: 0)) {
      try program([x], sine, aliases: [1: 0]).verify()
    }
    #expect(throws: VerificationError.aliasOutOfRange(output: 0, input: -1)) {
      try program([x], sine, aliases: [0: -1]).verify()
    }
    var graph = graph
    let n = graph.parameter("n", TensorType(.i64))
    let inputs = [x, n]
    #expect(throws: VerificationError.aliasConflict(output: 0, input: 1)) {
      try Program(graph: graph, inputs: inputs, roots: [.init("r", sine)], aliases: [0: 1]).verify()
    }
    let roots = [Program.Root("r", sine), Program.Root("s", x)]
    #expect(throws: VerificationError.aliasConflict(output: 1, input: 0)) {
      try Program(graph: graph, inputs: inputs, roots: roots, aliases: [0: 0, 1: 0]).verify()
    }
  }

  @Test func `bodies of functions are checked too`() {
    var graph = Graph()
    let a = graph.parameter("a")
    // The body needs `x`, which is not among its inputs.
    _ = graph.intern(Function(name: "open", body: program([y], sine)))
    let error = VerificationError.function(name: "open", .freeParameter(x))
    #expect(throws: error) { try Program(graph: graph, inputs: [a], roots: [.init("r", a)]).verify() }
  }
}
