import NablaCompiler
import NablaData
import NablaGraph
import NablaOptimization
import NablaRuntime

/// A formula as a function of some of its parameters, laid out one after the other.
struct FormulaObjective: Objective {
  let count: Int
  private let evaluator: Evaluator
  private let curvature: Evaluator?
  /// All inputs; those of the variables are replaced for every call.
  private var columns: [Column]
  /// The inputs that vary, with their element types and sizes.
  private let variables: [(input: Int, element: ElementType, count: Int)]

  /// - Parameters:
  ///   - formula: one real scalar, all of its sizes known.
  ///   - names: the variables.
  ///   - columns: one an input; those of the variables are where the search begins.
  init(_ formula: Formula, by names: [String], _ columns: [Column], hasHessian: Bool, backend: Backend) throws {
    evaluator = try Evaluator(formula, [.value, .gradient], by: names, backend: backend)
    curvature = hasHessian ? try Evaluator(formula, [.hessian], by: names, backend: backend) : nil
    self.columns = columns
    variables = evaluator.derived.parameters.map { ($0, columns[$0].element, columns[$0].count) }
    count = variables.reduce(0) { $0 + $1.count }
  }

  /// The variables as they are given.
  var start: [Double] { variables.flatMap { columns[$0.input].doubles } }

  /// Parts of a point, by the positions of the inputs.
  func parts(_ x: [Double]) -> [(input: Int, numbers: Column)] {
    var offset = 0
    return variables.map { variable in
      defer { offset += variable.count }
      let numbers = Column(Array(x[offset..<offset + variable.count]))
      // A float of any precision takes any number.
      return (variable.input, (try? numbers.converted(to: variable.element)) ?? numbers)
    }
  }

  private mutating func place(_ x: [Double]) {
    for part in parts(x) { columns[part.input] = part.numbers }
  }

  mutating func evaluate(at x: [Double], gradient: inout [Double]) throws -> Double {
    place(x)
    let results = try evaluator.evaluate(columns, points: 1)
    gradient = results.dropFirst().flatMap(\.doubles)
    return results[0].doubles[0]
  }

  mutating func hessian(at x: [Double]) throws -> [Double] {
    guard let curvature else { preconditionFailure("the Hessian was not asked for") }
    place(x)
    let blocks = try curvature.evaluate(columns, points: 1).map(\.doubles)
    var matrix = [Double](repeating: 0, count: count * count)
    var row = 0
    for (i, rows) in variables.enumerated() {
      var column = 0
      for (j, columns) in variables.enumerated() {
        let block = blocks[i * variables.count + j]
        for r in 0..<rows.count {
          for c in 0..<columns.count { matrix[(row + r) * count + column + c] = block[r * columns.count + c] }
        }
        column += columns.count
      }
      row += rows.count
    }
    return matrix
  }
}
