import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaLanguage

/// Programs that mostly parse, all the way: checked, expanded, differentiated, printed and run. What cannot be done is a
/// typed error. 1,000 programs; 200,000 with `NABLA_LONG_TESTS=1`.
@Suite struct `Fuzzing of the checker` {
  private static let count = `Fuzzing of the parser`.isLong ? 200_000 : 1_000
  private static let parts = 20

  @Test(arguments: 0..<parts)
  func `programs of one part`(_ part: Int) {
    let count = Self.count / Self.parts
    for index in part * count..<(part + 1) * count {
      let seed = UInt64(index)
      var mutator = Mutator(FuzzSeeds.checkable, seed: seed)
      let bytes = mutator.program()
      if let problem = Self.problem(of: bytes, seed: seed) {
        Issue.record("seed \(seed): \(problem)\n\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        return
      }
    }
  }

  private static func problem(of bytes: [UInt8], seed: UInt64) -> String? {
    var options = CheckOptions()
    options.limits.nodes = 20_000
    options.limits.calls = 2_000
    let source = SourceText(utf8: bytes)
    let module = Module(checking: source, options: options)
    if let problem = FuzzInvariants.problem(of: module.diagnostics, in: source) { return problem }
    if module.hasErrors {
      return (try? module.program()) == nil ? nil : "a program with errors has a graph"
    }
    for function in module.functions {
      do {
        let program = try module.program(function.name)
        try program.graph.verify()
        if program.graph.count < 3000 { try run(program, seed) }
        if program.graph.count < 300 { show(Formula(program, name: function.name), seed) }
      } catch let error as DiagnosticsError {
        if error.diagnostics.isEmpty { return "'\(function.name)' is refused without a reason" }
        if let problem = FuzzInvariants.problem(of: error.diagnostics, in: source) { return problem }
      } catch is DerivativeError, is LoweringError, is ExecutionError {
        continue
      } catch {
        return "an error of no known type: \(error)"
      }
    }
    return nil
  }

  /// Draws, explains or emits; what cannot be is refused.
  private static func show(_ formula: Formula, _ seed: UInt64) {
    switch seed % 4 {
    case 0: _ = try? formula.dot(backward: seed.isMultiple(of: 8))
    case 1: _ = try? formula.explanation().text
    case 2: _ = try? formula.cSource([.value])
    default: _ = try? formula.derivativeList(order: 2)
    }
  }

  /// Differentiates in one of the ways, prints, and evaluates at a point.
  private static func run(_ program: Program, _ seed: UInt64) throws {
    let elements = program.inputs.reduce(0) { sum, input in
      min(sum + (program.graph.type(of: input).shape.knownCount ?? 0), 1 << 20)
    }
    var ways: [[Want]] = [[.value, .gradient], [.jvp], [.vjp], [.value], [.hvp]]
    if elements <= 8 { ways += [[.jacobian], [.hessian]] }
    let pipeline = Pipeline()
    let derived = try pipeline.differentiate(program, ways[Int(seed % UInt64(ways.count))])
    try derived.program.graph.verify()
    _ = Formula(derived.program).text()
    let ready = pipeline.specialise(derived.program)
    try ready.graph.verify()
    for program in [program, ready] {
      let interpreter = try Interpreter(program)
      guard interpreter.width < 1 << 16 else { continue }
      let columns = interpreter.signature.inputs.enumerated().compactMap { position, port in
        Column(converting: Array(repeating: Double(position % 2), count: port.count), to: port.type.element)
      }
      _ = try interpreter.evaluate(columns)
    }
  }
}
