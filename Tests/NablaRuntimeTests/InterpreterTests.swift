import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct InterpreterTests {
  @Test func `evaluates the seed's formula`() throws {
    let f = program([("a", TensorType()), ("b", TensorType()), ("c", TensorType())]) { graph, x in
      let v = graph.apply(.add, x[0], graph.apply(.multiply, x[1], x[2]))
      return [graph.apply(.multiply, graph.constant(Constant(3)), v)]
    }
    let run = try Interpreter(f)
    #expect(try run.evaluate(["a": [5], "b": [3], "c": [2]]) == [[33]])
    #expect(try run.evaluate(["a": [5, 0, 1], "b": [3], "c": [2, 1, 0.5]]) == [[33, 9, 7.5]])
  }

  @Test(arguments: Elementwise.allCases)
  func `gives what the table says`(_ f: Elementwise) throws {
    let logical = f.definition.typing == .logical
    var inputs = (0..<f.arity).map { ("x\($0)", TensorType(logical ? .bool : .f64)) }
    if f.definition.typing == .selection { inputs[0].1 = TensorType(.bool) }
    let run = try Interpreter(program(inputs) { graph, x in [graph.apply(f, x)] })
    var columns = Array(repeating: [Double](), count: f.arity)
    var random = SplitMix64(seed: 7)
    for _ in 0..<300 {
      for (position, input) in inputs.enumerated() {
        let value =
          input.1.element == .bool
          ? Double(Int.random(in: 0...1, using: &random)) : specialValues.randomElement(using: &random) ?? 0
        columns[position].append(value)
      }
    }
    let named = Dictionary(uniqueKeysWithValues: zip(inputs.map(\.0), columns))
    let result = try run.evaluate(named)[0]
    for point in 0..<300 {
      let x = columns.map { $0[point] } + [0, 0]
      let expected = f.definition.evaluation.scalar(x[0], x[1], f.arity > 2 ? x[2] : 0)
      // The table's functions are those of the C library, the interpreter's the vector functions.
      #expect(ulps(result[point], expected) <= 4, "\(f) of \(x.prefix(f.arity)) is \(result[point]), not \(expected)")
    }
  }

  @Test(arguments: [0, 1, 2, 255, 256, 257, 1000])
  func `evaluates any number of points`(_ points: Int) throws {
    let run = try Interpreter(
      program(2) { graph, x in [graph.apply(.subtract, graph.apply(.sqrt, x[0]), x[1]), x[1]] })
    let x = (0..<points).map { Double($0) * 0.5 }
    let y = x.map { $0 - 1 }
    let result = try run.evaluate([Column(x), Column(y)])
    #expect(result[1].doubles == y)
    #expect(result[0].doubles == zip(x, y).map { $0.squareRoot() - $1 })
  }

  @Test func `reads and writes with strides`() throws {
    let run = try Interpreter(program(2) { graph, x in [graph.apply(.multiply, x[0], x[1])] })
    let pairs: [Double] = (0..<20).map(Double.init)
    var target = Array(repeating: -1.0, count: 30)
    try pairs.withUnsafeBytes { source in
      try target.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        try run.run(
          points: 10, inputs: [InputColumn(from, stride: 2), InputColumn(from + 24, stride: 0)],
          outputs: [OutputColumn(to + 8, stride: 3)])
      }
    }
    for point in 0..<10 {
      #expect(target[3 * point + 1] == Double(6 * point))
      #expect(target[3 * point] == -1)
    }
  }

  @Test func `computes constants before the run`() throws {
    let run = try Interpreter(
      program(1) { graph, x in
        let root = graph.apply(.sqrt, graph.apply(.multiply, graph.constant(Constant(2)), graph.constant(.pi)))
        return [graph.apply(.divide, x[0], root)]
      })
    // load, divide, store
    #expect(run.instructionCount == 3)
    #expect(try run.evaluate(["x0": [1]])[0][0] == 1 / (2 * Double.pi).squareRoot())
  }

  @Test func `several roots, a root twice, inputs and constants as roots`() throws {
    let run = try Interpreter(
      program(2) { graph, x in
        let sum = graph.apply(.add, x[0], x[1])
        return [sum, x[0], graph.constant(Constant(7)), sum, graph.append(.stop, [sum], type: TensorType())]
      })
    #expect(try run.evaluate(["x0": [1, 2], "x1": [10, 20]]) == [[11, 22], [1, 2], [7, 7], [11, 22], [11, 22]])
  }

  /// A constant, and a sum that is known before the other input is read: each is written where that input lies.
  @Test(arguments: [TensorType(), TensorType(.f64, Shape([3]))], [1, 300])
  func `an output waits for the input in whose memory it is`(_ type: TensorType, _ points: Int) throws {
    var lent = program([("x", type), ("y", type), ("z", type)]) { graph, x in
      let seven = graph.append(.broadcast, [graph.constant(Constant(7))], type: type)
      return [seven, graph.apply(.add, x[0], seven), graph.apply(.multiply, x[1], x[2]), x[1]]
    }
    lent.aliases = [0: 2, 1: 1]
    let run = try Interpreter(lent)
    let stride = type.shape.knownCount ?? 0
    let count = points * stride
    // The columns x, y, z, then those of the last two results.
    let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: 5 * count)
    defer { memory.deallocate() }
    for index in memory.indices { memory[index] = Double(index) / 4 }
    let (x, y, z) = (Array(memory[..<count]), Array(memory[count..<2 * count]), Array(memory[2 * count..<3 * count]))
    let base = try #require(memory.baseAddress)
    try run.run(
      points: points, inputs: [0, 1, 2].map { InputColumn(base + $0 * count, stride: stride) },
      outputs: [2, 1, 3, 4].map { OutputColumn(base + $0 * count, stride: stride) })
    let results = (0..<5).map { Array(memory[$0 * count..<($0 + 1) * count]) }
    #expect(results == [x, x.map { $0 + 7 }, x.map { _ in 7 }, zip(y, z).map { $0 * $1 }, y])
  }

  @Test func `the branch not taken never leaks`() throws {
    let run = try Interpreter(
      program(1) { graph, x in
        let zero = graph.constant(.zero)
        return [graph.apply(.select, graph.apply(.less, zero, x[0]), graph.apply(.sqrt, x[0]), zero)]
      })
    #expect(try run.evaluate(["x0": [-1, 4]]) == [[0, 2]])
  }

  @Test func `names what is wrong with the arguments`() throws {
    let run = try Interpreter(
      program([("a", TensorType()), ("n", TensorType(.i64))]) { graph, x in [x[0]] })
    #expect(throws: ExecutionError.missingInput("n")) { try run.evaluate(["a": [1]]) }
    #expect(throws: ExecutionError.unknownInput("b", known: ["a", "n"])) {
      try run.evaluate(["a": [1], "b": [1], "n": [1]])
    }
    #expect(throws: ExecutionError.notRepresentable(input: "n", element: .i64)) {
      try run.evaluate(["a": [1], "n": [0.5]])
    }
    #expect(throws: ExecutionError.count(input: "a", perPoint: 1, points: 3, found: 2)) {
      try run.evaluate(["a": [1, 2], "n": [1, 2, 3]])
    }
    #expect(throws: ExecutionError.elementType(input: "n", expected: .i64, found: .f64)) {
      try run.evaluate([Column([1.0]), Column([1.0])])
    }
  }

  @Test func `refuses sizes without a value and inputs that are not listed`() throws {
    let type = TensorType(.f64, Shape([Dimension("n")]))
    #expect(throws: LoweringError.unknownExtent(type)) { try Interpreter(program([("x", type)]) { _, x in [x[0]] }) }
    var f = program(1) { graph, x in [graph.apply(.sin, x[0])] }
    f.inputs = []
    #expect(throws: LoweringError.unboundParameter("x0")) { try Interpreter(f) }
  }

  @Test func `a prepared call at one point`() throws {
    let run = try Interpreter(
      program(2) { graph, x in [graph.apply(.add, x[0], x[1]), graph.apply(.multiply, x[0], x[1])] })
    let call = try #require(PointCall(run))
    #expect(try call([3, 4]) == [7, 12])
    #expect(try call([5, 6]) == [11, 30])
  }
}
