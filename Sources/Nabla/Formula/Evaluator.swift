import NablaCompiler
import NablaGraph
import NablaRuntime

/// A function with its derivatives, ready to run at any number of points.
public struct Evaluator: Sendable {
  /// What is evaluated, as it was written.
  public let formula: Formula
  public let derived: DerivedProgram
  public let executable: any Executable
  /// One line for a person, if something else runs it than was asked for.
  public let note: String?

  /// Differentiates, specialises and prepares a formula for a backend.
  ///
  /// - Throws: ``DerivativeError`` where a derivative cannot be had, `LoweringError` where nothing can run the program.
  public init(
    _ formula: Formula, _ wants: [Want], by parameters: [String]? = nil, order: Int = 1, backend: Backend = .auto
  ) throws {
    self.formula = formula
    derived = try formula.differentiated(wants, by: parameters, order: order)
    let preparation = try backend.prepare(
      formula.pipeline.specialise(derived.program), options: CompilerOptions(strict: formula.pipeline.strict))
    executable = preparation.executable
    note = preparation.note
  }

  /// One column an output, in the order of ``DerivedProgram/outputs``.
  ///
  /// - Parameter columns: one an input, in the order of the program's inputs.
  public func evaluate(_ columns: [Column], points: Int) throws(ExecutionError) -> [Column] {
    try executable.evaluate(columns, points: points)
  }
}
