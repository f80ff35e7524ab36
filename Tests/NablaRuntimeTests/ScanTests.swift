import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct ScanTests {
  /// `s ← a·s + x`, with every state before and after.
  private func recurrence(_ length: Int, reversed: Bool = false) -> Program {
    program([("a", TensorType()), ("s", TensorType()), ("x", .array(length))]) { graph, inputs in
      let loop = graph.loop(from: [inputs[1]], over: [inputs[2]], length: Dimension(length), reversed: reversed) {
        graph, state, element in
        let next = graph.apply(.add, graph.apply(.multiply, inputs[0], state[0]), element[0])
        return ([next], [state[0], next])
      }
      return loop.last + loop.outputs
    }
  }

  @Test func `a recurrence and its states`() throws {
    let run = try Interpreter(recurrence(3))
    let results = try run.evaluate(["a": [2], "s": [1], "x": [10, 20, 30]])
    #expect(results == [[118], [1, 12, 44], [12, 44, 118]])
  }

  @Test func `backwards, outputs stand at their elements' places`() throws {
    let run = try Interpreter(recurrence(3, reversed: true))
    let results = try run.evaluate(["a": [2], "s": [1], "x": [10, 20, 30]])
    #expect(results == [[178], [84, 32, 1], [178, 84, 32]])
  }

  @Test func `no step gives the start and empty stacks`() throws {
    let run = try Interpreter(recurrence(0))
    #expect(try run.evaluate(["a": [2], "s": [7], "x": []]) == [[7], [], []])
  }

  @Test func `every point walks by itself`() throws {
    let run = try Interpreter(recurrence(2))
    let points = 700
    let s = (0..<points).map(Double.init)
    let x = (0..<2 * points).map { $0 % 2 == 1 ? 1 : Double($0) }
    let results = try run.evaluate(["a": [3], "s": s, "x": x])
    for p in 0..<points {
      let first = 3 * s[p] + x[2 * p]
      #expect(results[0][p] == 3 * first + 1)
      #expect(Array(results[1][2 * p..<2 * p + 2]) == [s[p], first])
    }
  }

  @Test func `states that change places`() throws {
    let program = program(2) { graph, x in
      graph.loop(from: x, over: [], length: 3) { _, state, _ in ([state[1], state[0]], []) }.last
    }
    #expect(try Interpreter(program).evaluate(["x0": [1], "x1": [2]]) == [[2], [1]])
  }

  @Test func `a loop in a loop, with arrays`() throws {
    // s ← s + Σⱼ A[i, j]·v[j], written as two loops; then s·w
    let inputs: [(String, TensorType)] = [("A", .array(2, 3)), ("v", .array(3)), ("w", .array(4))]
    let program = program(inputs) { graph, inputs in
      let zero = graph.append(.broadcast, [graph.constant(.zero)], type: .array(4))
      return graph.loop(from: [zero], over: [inputs[0]], length: 2) { graph, state, row in
        let inner = graph.loop(from: [graph.constant(.zero)], over: [row[0], inputs[1]], length: 3) {
          graph, sum, pair in
          ([graph.apply(.add, sum[0], graph.apply(.multiply, pair[0], pair[1]))], [])
        }
        let next = graph.apply(.add, state[0], graph.apply(.multiply, inner.last[0], inputs[2]))
        return ([next], [next])
      }.outputs
    }
    let results = try Interpreter(program).evaluate(["A": [1, 2, 3, 4, 5, 6], "v": [1, 10, 100], "w": [1, 2, 3, 4]])
    #expect(results == [[321, 642, 963, 1284, 975, 1950, 2925, 3900]])
    #expect(try Program(text: program.text).text == program.text)
    try program.verify()
  }

  @Test func `integers and truth values are carried by their bits`() throws {
    let type = TensorType(.i64)
    let program = program([("k", type), ("xs", .array(3, of: .i64))]) { graph, inputs in
      let start = graph.constant(.boolean(true), .bool)
      let loop = graph.loop(from: [inputs[0], start], over: [inputs[1]], length: 3) { graph, state, element in
        let next = graph.apply(.multiply, state[0], element[0])
        return ([next, graph.apply(.and, state[1], graph.apply(.less, state[0], next))], [])
      }
      return loop.last
    }
    let run = try Interpreter(program)
    let results = try run.evaluate([Column([1 << 40] as [Int64]), Column([3, 5, 7] as [Int64])])
    #expect(results == [Column([105 << 40] as [Int64]), Column([true])])
  }

  @Test func `memory is in proportion to the body, not to the steps`() throws {
    let width = try (10...11).map { exponent in
      try Interpreter(
        program([("x", .array(1 << exponent))]) { graph, inputs in
          graph.loop(from: [graph.constant(.zero)], over: inputs, length: Dimension(1 << exponent)) { graph, s, e in
            ([graph.apply(.sin, graph.apply(.add, s[0], e[0]))], [])
          }.last
        }
      ).width - (1 << exponent)
    }
    #expect(width[0] == width[1])
  }

  @Test func `calls in a body are inlined`() throws {
    let double = Function(name: "double", body: TestSupport.program(1) { g, x in [g.apply(.add, x[0], x[0])] })
    let program = program(1) { graph, x in
      let id = graph.intern(double)
      return graph.loop(from: x, over: [], length: 5) { graph, s, _ in (graph.call(id, [s[0]]), []) }.last
    }
    #expect(try Interpreter(program).evaluate(["x0": [3]]) == [[96]])
    try program.inlined().verify()
  }
}
