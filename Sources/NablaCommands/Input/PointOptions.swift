import ArgumentParser
import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// `--at x=1,y=[1, 2],z=pi/4,w=@w.npy`: a value for every parameter.
struct PointOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: "Where: x=1,y=pi/2,v=[1,2],w=@w.npy; or @FILE for all parameters that the file has.")
  var at: [String] = []

  @Option(name: .long, help: "A data set whose columns are parameters of their names: digits.csv.gz:scale=16:limit=32.")
  var data: String?

  var isEmpty: Bool { at.isEmpty && data == nil }

  /// The point, as far as it is given. What `--at` gives counts more than a column of the data.
  func point(for formula: Formula) throws -> Point {
    let names = Set(formula.parameters)
    let columns = try data.map { try DataPoint.members($0, names.contains) } ?? []
    let given = try AssignmentList(at, option: "--at").point { names.contains($0) }
    return Point(columns + given.members)
  }

  /// One column an input of the formula; parameters with defaults may be left out.
  ///
  /// - Returns: `nil` where no point is given and one is needed.
  func columns(for formula: Formula) throws -> [Column]? {
    if isEmpty, formula.explicitParameters.contains(where: { formula.defaults[$0] == nil }) { return nil }
    return try columns(for: formula, at: try point(for: formula))
  }

  /// The same of a point that has been read.
  func columns(for formula: Formula, at point: Point) throws -> [Column] {
    try formula.requireSizes { "give it with --size \($0)=…" }
    let batch = PointReader(formula).batch(points: [point], vector: nil)
    if let problem = batch.problems.first { throw problem.problem }
    return batch.columns
  }

  /// The numbers of each parameter by name; `nil` where no point is given.
  func values(for formula: Formula) throws -> [String: [Double]]? {
    guard !isEmpty, let columns = try columns(for: formula) else { return nil }
    return Dictionary(zip(formula.parameters, columns.map(\.doubles)), uniquingKeysWith: { first, _ in first })
  }

  /// The same, where a point must be given.
  func requiredColumns(for formula: Formula) throws -> [Column] {
    guard let columns = try columns(for: formula) else {
      let missing = formula.explicitParameters.filter { formula.defaults[$0] == nil }
      throw ValidationError("a point is needed: --at \(missing.map { "\($0)=…" }.joined(separator: ","))")
    }
    return columns
  }
}
