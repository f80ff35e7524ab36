import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// `eval --check-finite`: where the first NaN or infinity of a computation is made.
struct FinitenessCheck {
  private let program: Program

  init(_ derived: DerivedProgram) { program = derived.program }

  /// - Parameter inputs: one point.
  /// - Returns: `nil` where every value is finite.
  func problem(at inputs: [Column]) throws -> Diagnostic? {
    for (position, column) in inputs.enumerated() {
      if let value = column.doubles.first(where: { !$0.isFinite }) {
        return Diagnostic("run.not-finite", "'\(program.name(ofInput: position))' is \(PlainNumber.text(value))")
      }
    }
    let tracer = try Tracer(program)
    guard let found = try tracer.firstNonFinite(inputs) else { return nil }
    let ranges = found.origin.ranges
    let notes = ranges.dropFirst().map { Diagnostic("run.not-finite", .note, "the same value is used here", at: $0) }
    return Diagnostic("run.not-finite", text(found), at: ranges.first, notes: Array(notes))
  }

  /// `log(-1) is nan`.
  private func text(_ found: NonFinite) -> String {
    var graph = Graph()
    let operands = found.operands.map { graph.constant(Constant(exactly: $0)) }
    let what: String
    if case .elementwise(let f) = found.operation, operands.count == f.arity {
      let node = graph.apply(f, operands)
      what = ExpressionPrinter().print(graph, node)
    } else if case .result = found.operation {
      what = "a value of this loop"
    } else {
      what = "'\(found.operation.name)'"
    }
    let place = found.steps.isEmpty ? "" : " in step \(found.steps.map(String.init).joined(separator: ", "))"
    switch found.problem {
    case .value(let value): return "\(what) is \(PlainNumber.text(value))\(place)"
    case .integerDivisionByZero: return "\(what) divides by 0\(place)"
    }
  }
}
