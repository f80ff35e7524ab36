import NablaDiagnostics
import NablaGraph
import TestSupport
import Testing

@Suite struct HashConsingTests {
  @Test func `equal nodes are one`() {
    var graph = Graph()
    let x = graph.parameter("x")
    let y = graph.parameter("y")
    let product = graph.apply(.multiply, x, y)
    #expect(graph.apply(.multiply, x, y) == product)
    #expect(graph.append(.elementwise(.multiply), [x, y], type: TensorType()) == product)
    #expect(graph.apply(.multiply, [x, y]) == product)
    #expect(graph.apply(.multiply, y, x) != product)
    #expect(graph.apply(.add, x, y) != product)
    #expect(graph.constant(.one) == graph.constant(Constant(1)))
    #expect(graph.constant(.one) == graph.constant(.rational(Rational(2, 2))))
    #expect(graph.constant(.one) != graph.constant(.one, .f32))
    #expect(graph.count == 7)
    #expect(graph.operands(of: product) == [x, y])
    #expect(graph.elementwise(product) == .multiply)
    #expect(graph.elementwise(x) == nil)
  }

  @Test func `what was there before an index was given back is found`() {
    var graph = Graph()
    let x = (0..<6).map { graph.parameter("x\($0)") }
    let sum = x.dropFirst().reduce(x[0]) { graph.apply(.add, $0, $1) }
    let joined = graph.append(
      .concatenate(axis: 0), x.map { graph.append(.reshape, [$0], type: .array(1)) }, type: TensorType())
    let count = graph.count
    graph.releaseIndex()
    #expect(x.dropFirst().reduce(x[0]) { graph.apply(.add, $0, $1) } == sum)
    #expect(
      graph.append(.concatenate(axis: 0), x.map { graph.append(.reshape, [$0], type: .array(1)) }, type: TensorType())
        == joined)
    #expect(graph.count == count)
    graph.releaseIndex()
    #expect(graph.apply(.sin, sum).index == count)
    // A compacted program has none either. An input that is none of its inputs is handed on.
    let root = graph.apply(.multiply, sum, x[5])
    var program = Program(graph: graph, inputs: Array(x.prefix(5)), roots: [.init("r", root)]).compacted()
    let nodes = program.graph.count
    #expect(nodes == 12)
    let inputs = program.inputs + [NodeID(5)]
    #expect(program.graph.parameters.map(\.name).sorted() == x.indices.map { "x\($0)" })
    #expect(inputs.count == 6)
    let again = inputs.dropFirst().reduce(inputs[0]) { program.graph.apply(.add, $0, $1) }
    #expect(program.graph.apply(.multiply, again, inputs[5]) == program.roots[0].node)
    #expect(program.graph.count == nodes)
  }

  @Test func `two parameters of one name are two`() {
    var graph = Graph()
    let x = graph.parameter("x")
    #expect(graph.parameter("x") != x)
    #expect(graph.parameters.map(\.name) == ["x", "x"])
  }

  @Test func `zeros of both signs and NaNs of different payloads are different constants`() {
    var graph = Graph()
    let values: [Constant] =
      [0.0, -0.0, .nan, .infinity].map { Constant(exactly: $0) } + [.bits(0x7FF8_0000_0000_0001)]
    #expect(Set(values.map { graph.constant($0) }).count == values.count)
  }

  /// Four and more operands lie in a pool, which equal nodes leave again.
  @Test(arguments: 1...9) func `nodes of any number of operands are found again`(count: Int) {
    var graph = Graph()
    let type = TensorType(.f64, Shape([2]))
    let inputs = (0..<count).map { graph.parameter("x\($0)", type) }
    let whole = graph.append(.concatenate(axis: 0), inputs, type: type)
    #expect(graph.append(.concatenate(axis: 0), inputs, type: type) == whole)
    #expect(graph.operands(of: whole) == inputs)
    var visited: [NodeID] = []
    graph.forEachOperand(of: whole) { visited.append($0) }
    #expect(visited == inputs)
    if count > 1 { #expect(graph.append(.concatenate(axis: 0), inputs.reversed(), type: type) != whole) }
    let other = graph.append(.concatenate(axis: 0), inputs + inputs, type: type)
    #expect(graph.operands(of: other) == inputs + inputs)
    #expect(graph.operands(of: whole) == inputs)
  }

  @Test func `the type belongs to a node's identity`() {
    var graph = Graph()
    let x = graph.parameter("x", TensorType(.f64, Shape([1])))
    let two = graph.append(.broadcast, [x], type: TensorType(.f64, Shape([2])))
    #expect(graph.append(.broadcast, [x], type: TensorType(.f64, Shape([3]))) != two)
    #expect(graph.append(.cast, [x], type: TensorType(.f32)) != graph.append(.cast, [x], type: TensorType(.i32)))
  }

  @Test func `a large graph finds every node again`() throws {
    var graph = Graph()
    graph.reserveCapacity(1000)
    let x = graph.parameter("x")
    var chain = [x]
    for _ in 0..<50_000 { chain.append(graph.apply(.add, chain[chain.count - 1], x)) }
    for (earlier, later) in zip(chain, chain.dropFirst()) { #expect(graph.apply(.add, earlier, x) == later) }
    #expect(graph.count == 50_001)
    try graph.verify()
  }

  @Test func `a copy is a graph of its own`() {
    var graph = Graph()
    let x = graph.parameter("x")
    var copy = graph
    let sine = copy.apply(.sin, x)
    #expect(graph.count == 1 && copy.count == 2)
    #expect(graph.apply(.cos, x) == sine)
    #expect(copy.elementwise(sine) == .sin)
  }
}

@Suite struct OriginTests {
  private func range(_ start: Int) -> SourceRange { SourceRange(start, start + 1) }

  @Test func `a node remembers where it comes from, not who it is`() {
    var graph = Graph()
    let x = graph.parameter("x")
    graph.currentOrigin = graph.intern(Origin(range(7)))
    let first = graph.apply(.sin, x)
    graph.currentOrigin = graph.intern(Origin(range(3), name: "s"))
    #expect(graph.apply(.sin, x) == first)
    graph.currentOrigin = .none
    #expect(graph.apply(.sin, x) == first)
    #expect(graph.origin(of: first).ranges == [range(3), range(7)])
    #expect(graph.origin(of: first).name == "s")
    #expect(graph.origin(of: x) == Origin())
    #expect(graph.originID(of: x) == .none)
  }

  @Test func `a node that is everywhere keeps a few places and the first name`() {
    var origin = Origin(range(50), name: "u")
    for place in 0..<20 { origin = origin.union(Origin(range(place), name: "v")) }
    #expect(origin.ranges == [range(0), range(1), range(2), range(50)])
    #expect(origin.ranges.count == Origin.rangeLimit)
    #expect(origin.name == "u")
    #expect(Origin(name: "w").union(Origin(range(1))).name == "w")
    #expect(origin.union(origin) == origin)
  }

  @Test func `origins travel with copies`() {
    var source = Graph()
    let x = source.parameter("x")
    source.addOrigin(Origin(range(1), name: "x"), to: x)
    let sine = source.apply(.sin, x)
    source.addOrigin(Origin(range(2), name: "s"), to: sine)
    var target = Graph()
    let copied = target.splice(source, roots: [sine], inputs: [:])[0]
    #expect(target.origin(of: copied) == Origin(range(2), name: "s"))
    #expect(target.origin(of: target.operand(0, of: copied)) == Origin(range(1), name: "x"))
    #expect(target.currentOrigin == .none)
  }
}
