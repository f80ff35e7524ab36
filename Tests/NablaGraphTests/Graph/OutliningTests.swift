import NablaGraph
import TestSupport
import Testing

struct OutliningTests {
  @Test func `only what depends on a parameter goes into the body`() throws {
    var graph = Graph()
    let (a, b) = (graph.parameter("a"), graph.parameter("b"))
    let fixed = graph.apply(.sin, graph.apply(.multiply, a, b))
    let s = graph.parameter("s")
    let next = graph.apply(.add, graph.apply(.multiply, s, fixed), graph.constant(Constant(2)))
    let (function, captured) = graph.outlined([next, fixed, a], over: [s])
    #expect(captured == [fixed, a])
    let body = function.body
    try body.verify()
    #expect(body.inputs.count == 3)
    #expect(body.graph.ids.compactMap { body.graph.elementwise($0) } == [.multiply, .add])
    #expect(body.roots[1].node == body.inputs[1] && body.roots[2].node == body.inputs[2])
  }

  @Test func `equal bodies are one function`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let functions = (0..<2).map { _ in
      let s = graph.parameter("s")
      let next = graph.apply(.add, s, x)
      let outline = graph.outlined([next], over: [s])
      return graph.intern(outline.function)
    }
    #expect(functions[0] == functions[1])
    #expect(graph.functions.count == 1)
  }

  @Test func `the textual form keeps the direction and the checkpoints of a scan`() throws {
    let program = program([("x", .array(4)), ("a", TensorType())]) { graph, v in
      let loop = graph.loop(from: [v[1]], over: [v[0]], length: 4, reversed: true) { graph, s, e in
        ([graph.apply(.add, s[0], e[0])], [])
      }
      guard var scan = ScanBuilder(graph.operand(0, of: loop.last[0]), of: graph) else { return [] }
      scan.isCheckpointed = true
      return scan.append(to: &graph).carried
    }
    #expect(program.text.contains("scan @0(carried 1, sequences 1, length 4, reversed, checkpointed)"))
    #expect(try Program(text: program.text).text == program.text)
    #expect(throws: ProgramTextError.self) {
      try Program(text: program.text.replacing("reversed, checkpointed", with: "checkpointed, reversed"))
    }
  }

  @Test func `checkpoints are segments, and the steps that are left`() throws {
    var program = program([("x", .array(22)), ("a", TensorType())]) { graph, v in
      let loop = graph.loop(from: [v[1]], over: [v[0]], length: 22) { graph, s, e in
        ([graph.apply(.add, s[0], e[0])], [s[0]])
      }
      return loop.last + loop.outputs
    }
    let roots = program.graph.checkpointed(program.rootNodes)
    for (index, root) in roots.enumerated() { program.roots[index].node = root }
    program = program.compacted()
    try program.verify()
    let scans = program.graph.ids.compactMap { ScanBuilder($0, of: program.graph) }
    #expect(scans.map(\.length) == [4, 2])
    #expect(scans.map(\.isCheckpointed) == [true, false])
    #expect(program.graph.checkpointed(program.rootNodes) == program.rootNodes)
  }
}
