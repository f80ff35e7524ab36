import Nabla
import NablaData
import NablaRuntime

/// A Jacobian or Hessian by the entries that can be other than zero, as text, as JSON and as arrays: compressed sparse
/// rows, under the names that SciPy's `csr_matrix` has for them.
struct SparseResult {
  let want: Want
  private let matrix: SparseMatrix
  private let directions: Int

  /// Longer lists are shown by their ends.
  private static let lineLimit = 1000
  private static let linesAtEnds = 6

  init(_ want: Want, of formula: Formula, by parameters: [String]?, at columns: [Column], backend: Backend) throws {
    self.want = want
    let derivative = try SparseDerivative(
      want == .jacobian ? .jacobian : .hessian, of: formula, by: parameters, at: columns, backend: backend)
    directions = derivative.directions
    matrix = try derivative.evaluate(at: columns)
  }

  private var pattern: SparsityPattern { matrix.pattern }

  /// A heading, and a line an entry: `(0, 1) = -400`.
  var text: String {
    let count = pattern.entryCount
    func counted(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
    var lines = [
      "\(want.rawValue): \(pattern.rowCount) × \(pattern.columnCount), \(counted(count, "entry", "entries")), "
        + "by \(counted(directions, "direction", "directions"))"
    ]
    let isWhole = count <= SparseResult.lineLimit
    for row in 0..<pattern.rowCount {
      for place in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
        if !isWhole, place == SparseResult.linesAtEnds { lines.append("  …") }
        if !isWhole, place >= SparseResult.linesAtEnds, place < count - SparseResult.linesAtEnds { continue }
        lines.append("  (\(row), \(pattern.columns[place])) = \(TensorText().text(Tensor(matrix.values[place])))")
      }
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }
    return .object(
      ("shape", list([pattern.rowCount, pattern.columnCount])), ("indptr", list(pattern.rowStarts)),
      ("indices", list(pattern.columns)),
      ("data", TensorJSON(Column(matrix.values), [matrix.values.count]).value(at: 0)))
  }

  /// `data`, `indices`, `indptr` and `shape`, behind a prefix such as `hessian.`.
  func tensors(prefix: String) -> [NamedTensor] {
    func integers(_ numbers: [Int]) -> Tensor { Tensor(Column(numbers.map { Int64($0) })) }
    return [
      NamedTensor(prefix + "data", Tensor(matrix.values)), NamedTensor(prefix + "indices", integers(pattern.columns)),
      NamedTensor(prefix + "indptr", integers(pattern.rowStarts)),
      NamedTensor(prefix + "shape", integers([pattern.rowCount, pattern.columnCount])),
    ]
  }
}
