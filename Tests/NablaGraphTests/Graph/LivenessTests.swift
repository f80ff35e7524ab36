import NablaGraph
import Testing

@Suite struct LivenessTests {
  private static let text = """
    program {
      %0 = parameter "x" : f64
      %1 = parameter "y" : f64
      %2 = multiply %0, %0 : f64
      %3 = exp %1 : f64
      %4 = add %2, %0 : f64
      inputs %0, %1
      return "a" = %4
      return "b" = %4
      return "c" = %3
    }

    """

  @Test func `counts what the roots need`() throws {
    let program = try Program(text: LivenessTests.text)
    let root = program.roots[0].node
    #expect(program.graph.live(from: [root]) == [true, false, true, false, true])
    #expect(program.graph.live(from: []).allSatisfy { !$0 })
    // Twice in the product, once in the sum; the sum is two roots.
    #expect(program.graph.useCounts(from: program.rootNodes) == [3, 1, 1, 1, 2])
    #expect(program.graph.useCounts(from: [root]) == [3, 0, 1, 0, 1])
    #expect(program.graph.dependent(on: [program.inputs[1]]) == [false, true, false, true, false])
    #expect(program.graph.dependent(on: []).allSatisfy { !$0 })
  }

  @Test func `compacting keeps inputs and order`() throws {
    var program = try Program(text: LivenessTests.text)
    program.roots.removeLast()
    program.inputs.reverse()
    let compact = program.compacted()
    try compact.verify()
    #expect(compact.graph.count == 4)
    #expect((0..<2).map { compact.name(ofInput: $0) } == ["y", "x"])
    #expect(compact.text.contains("add"))
    #expect(!compact.text.contains("exp"))
  }

  @Test func `splicing replaces inputs`() throws {
    let program = try Program(text: LivenessTests.text)
    var graph = Graph()
    let u = graph.parameter("u")
    let sine = graph.apply(.sin, u)
    let roots = graph.splice(program.graph, roots: [program.roots[0].node], inputs: [program.inputs[0]: sine])
    #expect(graph.elementwise(roots[0]) == .add)
    #expect(graph.operand(1, of: roots[0]) == sine)
    #expect(graph.parameters.map(\.name) == ["u"])
    // What is not replaced becomes an input.
    _ = graph.splice(program.graph, roots: [program.roots[2].node], inputs: [:])
    #expect(graph.parameters.map(\.name) == ["u", "y"])
  }
}
