import Nabla
import NablaData
import NablaDiagnostics
import NablaRuntime

/// The results of a batch of points, of which some may fail without the others.
///
/// All points are evaluated in one call. Only where that fails are they evaluated one by one, to know which.
struct PointwiseEvaluation {
  private let derived: DerivedProgram
  private let points: Int
  /// The results of all points together.
  private var together: ResultAssembly?
  /// Else, the outcome of each point.
  private var apart: [Result<ResultAssembly, ExecutionError>] = []

  init(_ evaluator: Evaluator, _ batch: PointReader.Batch) {
    derived = evaluator.derived
    points = batch.points
    if let results = try? evaluator.evaluate(batch.columns, points: batch.points) {
      together = ResultAssembly(derived, results)
      return
    }
    let inputs = evaluator.executable.signature.inputs
    apart = (0..<points).map { point in
      Result { () throws(ExecutionError) in
        let columns = zip(batch.columns, inputs).map { column, port in
          column.count == port.count ? column : column.part(point * port.count..<(point + 1) * port.count)
        }
        return ResultAssembly(derived, try evaluator.evaluate(columns, points: 1))
      }
    }
  }

  /// One entry a point: the result, or an object with the error.
  ///
  /// - Parameter source: what the program comes from.
  func entries(_ want: Want, in source: SourceText) -> [JSONValue] {
    if let together { return together.entries(want, points: points) }
    return apart.map { outcome in
      switch outcome {
      case .success(let assembly): assembly.entries(want, points: 1)[0]
      case .failure(let error):
        .object(("error", Problem.diagnostic(ofRun: error, in: source).json(in: source)))
      }
    }
  }
}
