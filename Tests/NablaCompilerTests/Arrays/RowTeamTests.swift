import NablaCompiler
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

/// Short rows that are at work many at once: what is done for each row, in vectors of rows, and sums over the rows.
@Suite(.needsCompiler)
struct RowTeamTests {
  /// A logistic regression with its gradient: products of the rows of a table, functions of these, and a sum of the
  /// rows, each times a number.
  static func regression(_ rows: Int, _ columns: Int, of element: ElementType, isByColumn: Bool = false) -> Program {
    let types: [(String, TensorType)] = [
      ("x", .array(rows, columns, of: element)), ("w", .array(columns, of: element)), ("y", .array(rows, of: element)),
    ]
    return program(types) { graph, x in
      let product = graph.append(.contract(Contraction([0, 1], [1], to: [0])), [x[0], x[1]], type: TensorType())
      let loss = graph.apply(.subtract, graph.apply(.softplus, product), graph.apply(.multiply, product, x[2]))
      let slope = graph.apply(.subtract, graph.apply(.sigmoid, product), x[2])
      let order = isByColumn ? Contraction([0, 1], [0], to: [1]) : Contraction([0], [0, 1], to: [1])
      let operands = isByColumn ? [x[0], slope] : [slope, x[0]]
      return [
        graph.append(.reduce(.sum, axes: [0]), [loss], type: TensorType()),
        graph.append(.contract(order), operands, type: TensorType()),
        graph.append(.reduce(.sum, axes: [0]), [slope], type: TensorType()),
      ]
    }
  }

  @Test(arguments: [ElementType.f32, .f64])
  func `a regression reads its table once`(_ element: ElementType) throws {
    for isByColumn in [false, true] {
      let plan = try ArrayPlan(RowTeamTests.regression(5_000, 30, of: element, isByColumn: isByColumn))
      let reading = plan.kernels.filter { kernel in
        guard case .rows(let rows) = kernel else { return false }
        return rows.parts.count >= 3
      }
      #expect(plan.kernels.count == 1 && reading.count == 1, "\(plan)")
    }
  }

  /// Vectors of this machine, one after the other.
  private static let units = [
    VectorUnit(bytes: 64, registers: 32), VectorUnit(bytes: 32, registers: 16), VectorUnit(bytes: 16, registers: 16),
  ].filter { $0.bytes <= VectorUnit.native.bytes }

  @Test(arguments: [
    [1, 5], [15, 5], [16, 3], [17, 16], [255, 15], [256, 1], [1_023, 8], [1_024, 1], [1_024, 2], [1_031, 3],
    [1_040, 15], [1_056, 16], [1_055, 17], [1_551, 30], [2_053, 33], [1_039, 64], [2_049, 128], [4_111, 129],
    [20_011, 7], [3_001, 255],
  ])
  func `teams that are not full`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      let f = RowTeamTests.regression(sizes[0], sizes[1], of: element)
      for unit in RowTeamTests.units {
        for compiler in Compilers.all {
          var options = CompilerOptions()
          options.unit = unit
          try expectArrayAgreement(
            f, points: 1, seed: 7, tolerance: 1e-11, "\(element) \(sizes) \(unit.bytes) bytes",
            compiler: KernelCompiler(compiler: compiler, cache: try Compilers.usual().cache, options: options))
        }
      }
    }
  }

  /// Rows of two axes: the loops over teams stand within others.
  @Test(arguments: [[3, 40, 5], [2, 17, 16], [5, 16, 33], [4, 300, 3]])
  func `rows of two axes`(_ sizes: [Int]) throws {
    for element in [ElementType.f32, .f64] {
      let f = program([("x", .array(sizes[0], sizes[1], sizes[2], of: element))]) { graph, x in
        let sum = graph.append(.reduce(.sum, axes: [2]), [graph.apply(.exp, x[0])], type: TensorType())
        let log = graph.apply(.log, sum)
        let column = graph.append(.reshape, [log], type: .array(sizes[0], sizes[1], 1, of: element))
        let rest = graph.apply(.subtract, x[0], column)
        return [rest, log]
          + [[0, 1], [0], [1], [0, 1, 2]].map {
            graph.append(.reduce(.sum, axes: $0), [rest], type: TensorType())
          }
      }
      try expectArrayAgreement(f, seed: 8, tolerance: 1e-11, "\(element) \(sizes)")
    }
  }
}
