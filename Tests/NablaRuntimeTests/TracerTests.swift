import NablaDiagnostics
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct TracerTests {
  @Test func `keeps the value of every node`() throws {
    var nodes: [NodeID] = []
    let f = program(3) { graph, x in
      let u = graph.apply(.multiply, x[1], x[2])
      let v = graph.apply(.add, x[0], u)
      nodes = x + [u, v, graph.apply(.multiply, graph.constant(Constant(3)), v)]
      return [nodes[5]]
    }
    let tracer = try Tracer(f)
    let trace = try tracer.trace([Column([5.0]), Column([3.0]), Column([2.0])])
    #expect(nodes.map { trace.scalar($0) } == [5, 3, 2, 6, 11, 33])
    let second = try tracer.trace([Column([5.0, 0]), Column([3.0]), Column([2.0, 4])], point: 1)
    #expect(nodes.map { second.scalar($0) } == [0, 3, 4, 12, 12, 36])
  }

  @Test func `a node that no root needs has no value`() throws {
    var unused = NodeID(0)
    let f = program(1) { graph, x in
      unused = graph.apply(.sin, x[0])
      return [x[0]]
    }
    let trace = try Tracer(f).trace([Column([1.0])])
    #expect(trace.scalar(unused) == nil)
    #expect(trace.scalar(f.inputs[0]) == 1)
  }

  @Test func `arrays and integers`() throws {
    var nodes: [NodeID] = []
    let f = program([("v", .array(3)), ("n", TensorType(.i64))]) { graph, x in
      nodes = [graph.apply(.multiply, x[0], x[0]), graph.apply(.negate, x[1])]
      return nodes
    }
    let trace = try Tracer(f).trace([Column([1.0, 2, 3]), Column([Int64(1) << 60 + 1])])
    #expect(trace[nodes[0]].map(\.double) == [1, 4, 9])
    #expect(trace[nodes[1]].map(\.integer) == [-(Int64(1) << 60 + 1)])
  }

  @Test func `finds the first node that makes a NaN or an infinity, with its origin`() throws {
    let range = SourceRange(4..<10)
    var logarithm = NodeID(0)
    let f = program(1) { graph, x in
      graph.currentOrigin = graph.intern(Origin(range, name: "l"))
      logarithm = graph.apply(.log, x[0])
      graph.currentOrigin = .none
      return [graph.apply(.exp, graph.apply(.negate, logarithm))]
    }
    let found = try #require(try Tracer(f).firstNonFinite([Column([1.0, 2, 0, -1])]))
    #expect(found.node == logarithm)
    #expect(found.origin.ranges == [range])
    #expect(found.origin.name == "l")
    #expect(found.operands == [0])
    #expect(found.point == 2)
    #expect(found.problem == .value(-.infinity))
    #expect(try Tracer(f).firstNonFinite([Column([1.0, 2])]) == nil)
    // A point that is not finite itself is the caller's.
    #expect(try Tracer(f).firstNonFinite([Column([Double.infinity])]) == nil)
  }

  @Test func `a branch that is not taken makes nothing`() throws {
    let f = program(1) { graph, x in
      let zero = graph.constant(.zero)
      return [graph.apply(.select, graph.apply(.less, zero, x[0]), graph.apply(.log, x[0]), zero)]
    }
    #expect(try Tracer(f).firstNonFinite([Column([-1.0, 0, 1])]) == nil)
  }

  @Test func `a remainder by an integer zero`() throws {
    let f = program(2, .i64) { graph, x in [graph.apply(.mod, x[0], x[1])] }
    let found = try Tracer(f).firstNonFinite([Column([Int64(3), 4]), Column([Int64(2), 0])])
    #expect(found?.problem == .integerDivisionByZero)
    #expect(found?.point == 1)
  }
}
