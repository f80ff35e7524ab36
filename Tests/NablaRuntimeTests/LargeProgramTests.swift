import Foundation
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct LargeProgramTests {
  @Test func `a chain of 100,000 on a small stack, in two registers`() async throws {
    let chain = program(1) { graph, x in
      var y = x[0]
      for index in 0..<100_000 { y = graph.apply(index % 2 == 0 ? .sin : .negate, y) }
      return [y]
    }
    let (width, value): (Int, Double) = try await withCheckedThrowingContinuation { done in
      let thread = Thread {
        done.resume(
          with: Result {
            let run = try Interpreter(chain)
            return (run.width, try run.evaluate(["x0": [1]])[0][0])
          })
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(width <= 2)
    var expected = 1.0
    for index in 0..<100_000 { expected = index % 2 == 0 ? sin(expected) : -expected }
    #expect(value == expected)
  }

  @Test func `a width of 200,000 values alive at once`() throws {
    let count = 100_000
    let wide = program(1) { graph, x in
      var terms: [NodeID] = []
      for index in 0..<count { terms.append(graph.apply(.multiply, x[0], graph.constant(Constant(index)))) }
      // The last is used first, so that all of them are alive.
      return [terms.reversed().reduce(graph.constant(.zero)) { graph.apply(.add, $0, $1) }]
    }
    let run = try Interpreter(wide)
    #expect(run.width >= count)
    let points = (0..<20).map(Double.init)
    let sum = Double(count) * Double(count - 1) / 2
    #expect(try run.evaluate(["x0": points])[0] == points.map { $0 * sum })
  }

  @Test func `registers are used again`() throws {
    // A sum of a thousand products: each product dies as soon as it is added.
    let sum = program(1) { graph, x in
      var total = x[0]
      for index in 2..<1000 {
        total = graph.apply(.add, total, graph.apply(.power, x[0], graph.constant(Constant(index))))
      }
      return [total]
    }
    #expect(try Interpreter(sum).width <= 5)
  }
}
