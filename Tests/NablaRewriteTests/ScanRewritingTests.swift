import NablaGraph
import NablaRewrite
import TestSupport
import Testing

/// What the rewriter does with loops as wholes.
struct ScanRewritingTests {
  private func rewritten(_ program: Program) throws -> Program {
    let result = Rewriter().rewrite(program, through: [.canonicalise])
    try result.verify()
    return result
  }

  private func scans(_ program: Program) -> [ScanBuilder] {
    program.graph.ids.compactMap { ScanBuilder($0, of: program.graph) }
  }

  private let inputs: [(String, TensorType)] = [("x", .array(5)), ("a", TensorType()), ("b", TensorType())]

  @Test func `what nobody uses goes`() throws {
    let program = program(inputs) { graph, v in
      let loop = graph.loop(from: [v[1], v[2]], over: [v[0]], length: 5) { graph, s, e in
        let next = graph.apply(.multiply, s[0], e[0])
        return ([next, graph.apply(.sin, s[1])], [graph.apply(.exp, e[0])])
      }
      return [loop.last[0]]
    }
    let scan = try #require(try scans(rewritten(program)).first)
    #expect(scan.carried.count == 1 && scan.outputs.isEmpty && scan.captured.isEmpty)
  }

  @Test func `what is the same in every step moves out`() throws {
    let program = program(inputs) { graph, v in
      let loop = graph.loop(from: [v[1]], over: [v[0]], length: 5) { graph, s, e in
        let fixed = graph.apply(.sin, graph.apply(.multiply, v[1], v[2]))
        return ([graph.apply(.add, graph.apply(.multiply, s[0], fixed), e[0])], [])
      }
      return loop.last
    }
    let result = try rewritten(program)
    let body = try #require(scans(result).first).body
    #expect(!body.ids.contains { body.elementwise($0) == .sin })
    #expect(result.graph.ids.contains { result.graph.elementwise($0) == .sin })
  }

  @Test func `two values that start and go on alike are one`() throws {
    let program = program(inputs) { graph, v in
      let loop = graph.loop(from: [v[1], v[1], v[2]], over: [v[0]], length: 5) { graph, s, e in
        ([graph.apply(.sin, s[1]), graph.apply(.sin, s[0]), graph.apply(.multiply, s[2], e[0])], [])
      }
      return loop.last
    }
    let result = try rewritten(program)
    #expect(scans(result).map(\.carried.count) == [2])
    #expect(result.roots[0].node == result.roots[1].node)
  }

  @Test(arguments: [0, 1])
  func `a loop of no step or of one is none`(_ count: Int) throws {
    let program = program([("x", .array(count)), ("a", TensorType())]) { graph, v in
      let loop = graph.loop(from: [v[1]], over: [v[0]], length: Dimension(count)) { graph, s, e in
        ([graph.apply(.add, s[0], e[0])], [graph.apply(.sin, e[0])])
      }
      return loop.last + loop.outputs
    }
    let result = try rewritten(program)
    #expect(scans(result).isEmpty)
    if count == 0 { #expect(result.roots[0].node == result.inputs[1]) }
  }

  @Test func `loops side by side are one, one after the other are two`() throws {
    func program(dependent: Bool) -> Program {
      TestSupport.program(inputs) { graph, v in
        let first = graph.loop(from: [v[1]], over: [v[0]], length: 5) { graph, s, e in
          ([graph.apply(.add, s[0], e[0])], [])
        }
        let second = graph.loop(from: [dependent ? first.last[0] : v[2]], over: [v[0]], length: 5) { graph, s, e in
          ([graph.apply(.multiply, s[0], e[0])], [])
        }
        return [graph.apply(.add, first.last[0], second.last[0])]
      }
    }
    #expect(try scans(rewritten(program(dependent: false))).count == 1)
    #expect(try scans(rewritten(program(dependent: true))).count == 2)
  }

  @Test func `bodies are rewritten, inner ones too`() throws {
    let program = program(inputs) { graph, v in
      graph.loop(from: [v[1]], over: [], length: 3) { graph, s, _ in
        (
          graph.loop(from: [s[0]], over: [v[0]], length: 5) { graph, t, e in
            let zero = graph.apply(.subtract, t[0], t[0])
            return ([graph.apply(.add, graph.apply(.multiply, t[0], e[0]), zero)], [])
          }.last, []
        )
      }.last
    }
    let outer = try #require(try scans(rewritten(program)).first)
    let inner = try #require(outer.body.ids.compactMap { ScanBuilder($0, of: outer.body) }.first)
    let operations = inner.body.ids.compactMap { inner.body.elementwise($0) }
    #expect(operations == [.multiply])
  }

  @Test func `rewriting again changes nothing`() throws {
    let program = program(inputs) { graph, v in
      graph.loop(from: [v[1]], over: [v[0]], length: 5) { graph, s, e in
        ([graph.apply(.sin, graph.apply(.add, graph.apply(.multiply, v[2], s[0]), e[0]))], [s[0]])
      }.outputs
    }
    let once = try rewritten(program)
    #expect(try rewritten(once).text == once.text)
  }
}
