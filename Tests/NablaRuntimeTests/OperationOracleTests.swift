import CNablaMath
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// The interpreter on structural operations, against what JAX computes.
struct OperationOracleTests {
  @Test func `the corpus is there`() { #expect(OperationProblem.all.count == 740) }

  @Test(arguments: OperationProblem.all) func `the value is the expected one`(_ problem: OperationProblem) throws {
    let program = try Program(text: problem.program)
    try program.verify()
    let run = try Interpreter(program)
    let columns = try problem.inputs.map { try #require(Column(converting: $0.numbers, to: $0.elementType)) }
    let once = try run.evaluate(columns, points: 1)[0].doubles
    #expect(once.count == problem.result.count)
    for (found, expected) in zip(once, problem.result) {
      #expect(difference(found, expected) <= problem.tolerance, "\(once), not \(problem.result)")
    }
    // At several points, of which each gives the same bits.
    let repeated = try problem.inputs.map { input in
      try #require(Column(converting: (0..<9).flatMap { _ in input.numbers }, to: input.elementType))
    }
    let often = try run.evaluate(repeated, points: 9)[0].doubles
    #expect(zip(often, (0..<9).flatMap { _ in once }).allSatisfy { same($0, $1) })
  }

  @Test(arguments: [ElementType.f64, .f32, .i64, .i32])
  func `random numbers are those of their key, site and place`(_ element: ElementType) throws {
    let type = TensorType(element, Shape([3, 4]))
    let run = try Interpreter(
      program([("key", TensorType(.i64))]) { graph, x in
        [graph.append(.random(site: 5), x, type: type), graph.append(.random(site: -6), x, type: type)]
      })
    let draws = try run.evaluate([Column([7, -1] as [Int64])], points: 2)
    for (column, site) in zip(draws, [5, -6] as [Int64]) {
      for (point, key) in [7, -1 as Int64].enumerated() {
        for place in 0..<12 {
          let bits = nabla_random_bits(key, site, Int64(place))
          let found = column.doubles[12 * point + place]
          switch element {
          case .f64: #expect(found == Double(bits >> 11) * 0x1p-53)
          case .f32: #expect(found == Double(UInt32(truncatingIfNeeded: bits) >> 8) * 0x1p-24)
          case .i32: #expect(found == Double(Int32(truncatingIfNeeded: bits)))
          default: #expect(column.integers?[12 * point + place] == Int64(bitPattern: bits))
          }
        }
      }
    }
  }

  @Test func `an index outside its axis is an error of the run, with its place`() throws {
    let text = """
      program {
        %0 = parameter "x" : f64[2, 3]
        %1 = parameter "i" : i64[2]
        %2 = gather(batch 0, 1) %0, %1 : f64[2, 2]
        %3 = scatter(batch 0, 1) %2, %1 : f64[2, 3]
        return "y" = %2
        return "z" = %3
      }
      """
    let run = try Interpreter(try Program(text: text))
    let x = Column([1.0, 2, 3, 4, 5, 6])
    func error(_ indices: [Int64], points: Int = 1) -> ExecutionError? {
      do throws(ExecutionError) {
        _ = try run.evaluate([x, Column(indices)], points: points)
        return nil
      } catch {
        return error
      }
    }
    #expect(error([2, -3]) == nil)
    #expect(error([0, 3]) == .indexOutOfRange(IndexOutOfRange(value: 3, extent: 3, axis: 1)))
    #expect(error([-4, 0]) == .indexOutOfRange(IndexOutOfRange(value: -4, extent: 3, axis: 1)))
    #expect(error([.min, 0]) == .indexOutOfRange(IndexOutOfRange(value: .min, extent: 3, axis: 1)))
    let late = error([0, 0, 0, 0, 2, 9], points: 3)
    #expect(late == .indexOutOfRange(IndexOutOfRange(value: 9, extent: 3, axis: 1, point: 2)))
    #expect(late?.description == "the index 9 is outside an axis of 3 (axis 1)")
  }

  @Test func `a view that leaves its array is refused before the run`() throws {
    let text = """
      program {
        %0 = parameter "x" : f64[4]
        %1 = parameter "y" : f64[n]
        return "x" = %0
        return "y" = %1
      }
      """
    // With a name for the extent the type rule cannot know.
    #expect(throws: LoweringError.self) { try Interpreter(try Program(text: text)) }
    let type = TensorType(.f64, Shape([4]))
    #expect(throws: TypeError.self) {
      try NablaGraph.Operation.view(View(axes: [.init(start: 2, steps: [1])])).resultType(
        [type], stated: TensorType(.f64, Shape([3])))
    }
  }
}
