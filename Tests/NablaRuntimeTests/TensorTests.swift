import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Structural operations, on a matrix whose element `[i, j]` at point `p` is `100p + 10i + j`.
struct TensorTests {
  private let matrix = TensorType.array(2, 3)

  private func result(
    _ operation: NablaGraph.Operation, _ type: TensorType, points: Int = 3
  ) throws -> [[Double]] {
    let run = try Interpreter(
      program([("A", matrix)]) { graph, x in [graph.append(operation, [x[0]], type: type)] })
    let input = (0..<points).flatMap { p in [0, 1, 2, 10, 11, 12].map { Double(100 * p + $0) } }
    let output = try run.evaluate(["A": input])[0]
    let size = run.signature.outputs[0].count
    return (0..<points).map { Array(output[$0 * size..<($0 + 1) * size]) }
  }

  private func shifted(_ values: [Double]) -> [[Double]] { (0..<3).map { p in values.map { $0 + Double(100 * p) } } }

  @Test func `transpose, reshape, broadcast`() throws {
    #expect(try result(.transpose([1, 0]), .array(3, 2)) == shifted([0, 10, 1, 11, 2, 12]))
    #expect(try result(.reshape, .array(6)) == shifted([0, 1, 2, 10, 11, 12]))
    #expect(
      try result(.broadcast, .array(2, 2, 3)) == shifted([0, 1, 2, 10, 11, 12, 0, 1, 2, 10, 11, 12]))
  }

  @Test func `slice and pad`() throws {
    let slice = NablaGraph.Operation.slice([
      .init(start: 1, step: -1, count: 2), .init(start: 0, step: 2, count: 2),
    ])
    #expect(try result(slice, matrix) == shifted([10, 12, 0, 2]))
    let pad = NablaGraph.Operation.pad([.init(low: 1, high: 0), .init(low: 0, interior: 1, high: 1)])
    let padded = try result(pad, matrix)
    for p in 0..<3 {
      let q = Double(100 * p)
      #expect(padded[p] == [0, 0, 0, 0, 0, 0, q, 0, q + 1, 0, q + 2, 0, q + 10, 0, q + 11, 0, q + 12, 0])
    }
    let cut = NablaGraph.Operation.pad([.init(low: -1, high: 0), .init(low: 0, high: -2)])
    #expect(try result(cut, matrix) == shifted([10]))
    let beyond = NablaGraph.Operation.slice([.init(start: 1, count: 2), .init(start: 0, count: 3)])
    #expect(throws: TypeError.self) { try beyond.resultType([matrix], stated: matrix) }
  }

  @Test func `concatenate`() throws {
    let run = try Interpreter(
      program([("A", matrix), ("b", .array(2, 1))]) { graph, x in
        [graph.append(.concatenate(axis: 1), [x[0], x[1], x[0], x[1]], type: matrix)]
      })
    let output = try run.evaluate(["A": [0, 1, 2, 10, 11, 12], "b": [5, 6]])
    #expect(output == [[0, 1, 2, 5, 0, 1, 2, 5, 10, 11, 12, 6, 10, 11, 12, 6]])
  }

  @Test(arguments: [
    (NablaGraph.Operation.Reduction.sum, [33.0, 3, 33, 36]), (.product, [0, 0, 1320, 0]), (.min, [0, 0, 10, 0]),
    (.max, [12, 2, 12, 10]),
  ])
  func `reduce`(_ reduction: NablaGraph.Operation.Reduction, _ expected: [Double]) throws {
    #expect(try result(.reduce(reduction, axes: [1]), matrix)[0] == [expected[1], expected[2]])
    let all = try result(.reduce(reduction, axes: [0, 1]), matrix)[0][0]
    #expect(all == (reduction == .sum ? 36 : reduction == .max ? 12 : 0))
    let columns = try result(.reduce(reduction, axes: [0]), matrix)[0]
    let pairs = [(0.0, 10.0), (1, 11), (2, 12)]
    switch reduction {
    case .sum: #expect(columns == pairs.map { $0 + $1 })
    case .product: #expect(columns == pairs.map { $0 * $1 })
    case .min: #expect(columns == pairs.map(\.0))
    default: #expect(columns == pairs.map(\.1))
    }
  }

  @Test func `reduce of integers and of nothing`() throws {
    let large = Int64(1) << 60 + 1
    let sum = try Interpreter(
      program([("n", .array(3, of: .i64))]) { graph, x in
        [graph.append(.reduce(.sum, axes: [0]), [x[0]], type: TensorType())]
      })
    #expect(try sum.evaluate([Column([large, large, 3])])[0].integers == [2 * large + 3])
    let empty = try Interpreter(
      program([("n", .array(0))]) { graph, x in
        [
          graph.append(.reduce(.sum, axes: [0]), [x[0]], type: TensorType()),
          graph.append(.reduce(.product, axes: [0]), [x[0]], type: TensorType()),
        ]
      })
    #expect(try empty.evaluate([Column([Double]())], points: 1).map(\.doubles) == [[0], [1]])
  }

  @Test func `any and all`() throws {
    let run = try Interpreter(
      program([("b", .array(3, of: .bool))]) { graph, x in
        [
          graph.append(.reduce(.any, axes: [0]), [x[0]], type: TensorType(.bool)),
          graph.append(.reduce(.all, axes: [0]), [x[0]], type: TensorType(.bool)),
        ]
      })
    let flags = Column([true, false, true, true, true, true, false, false, false])
    #expect(try run.evaluate([flags], points: 3).map(\.doubles) == [[1, 1, 0], [0, 1, 0]])
  }

  @Test(arguments: [1, 3, 300])
  func `elementwise operations broadcast`(_ points: Int) throws {
    let run = try Interpreter(
      program([("A", matrix), ("v", .array(3)), ("s", TensorType())]) { graph, x in
        let scaled = graph.apply(.multiply, x[1], x[2])
        return [graph.apply(.subtract, x[0], scaled)]
      })
    let a = (0..<points).flatMap { p in (0..<6).map { Double(p + $0) } }
    let s = (0..<points).map { Double($0) }
    let output = try run.evaluate(["A": a, "v": [1, 10, 100], "s": s])[0]
    for p in 0..<points {
      for i in 0..<2 {
        for j in 0..<3 {
          #expect(output[6 * p + 3 * i + j] == Double(p + 3 * i + j) - [1, 10, 100][j] * Double(p))
        }
      }
    }
  }
}
