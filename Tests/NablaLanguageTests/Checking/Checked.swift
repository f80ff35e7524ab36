import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

typealias Tensor = ProgramEvaluator.Tensor

/// Checks a program that must have no problems, and evaluates one of its functions.
struct Checked {
  let module: Module

  init(_ text: String, _ options: CheckOptions = CheckOptions(), location: SourceLocation = #_sourceLocation) {
    module = Module(checking: SourceText(text), options: options)
    #expect(module.diagnostics.map(\.summary) == [], sourceLocation: location)
  }

  /// The only result of a function, at a point.
  func value(
    _ function: String? = nil, _ inputs: Double..., location: SourceLocation = #_sourceLocation
  ) throws -> Double {
    let result = try results(function, inputs.map { Tensor($0) })
    #expect(result.count == 1, sourceLocation: location)
    return try #require(result["value"]?.elements.first, sourceLocation: location)
  }

  func results(_ function: String? = nil, _ inputs: [Tensor]) throws -> [String: Tensor] {
    try ProgramEvaluator.evaluate(try program(function), inputs)
  }

  func program(_ function: String? = nil) throws -> Program {
    do {
      return try module.program(function)
    } catch {
      for diagnostic in error.diagnostics { Issue.record("\(diagnostic.summary)") }
      throw error
    }
  }
}

extension Diagnostic {
  /// Id and text, for the messages of tests.
  var summary: String { "\(id): \(message)" }
}

extension Module {
  /// Checks a text whose warnings do not matter.
  static func silent(_ text: String) -> Module {
    let module = Module(checking: .init(text))
    for diagnostic in module.diagnostics where diagnostic.severity == .error { Issue.record("\(diagnostic.summary)") }
    return module
  }
}

/// Whether two numbers agree to a relative error.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || a.isNaN && b.isNaN || abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-300)
}
