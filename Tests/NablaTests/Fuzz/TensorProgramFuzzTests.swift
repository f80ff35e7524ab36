import Foundation
import Nabla
import NablaGraph
import NablaLanguage
import NablaRewrite
import NablaRuntime
import TestSupport
import Testing

/// Random programs about arrays: they check, both backends and the program before any rewriting agree, and derivatives are
/// those of differences. 60 programs; 2,000 with `NABLA_LONG_TESTS=1`, from a seed that is printed; `NABLA_SEED` asks for
/// one.
struct TensorProgramFuzzTests {
  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["NABLA_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard environment["NABLA_LONG_TESTS"] == "1" else { return Array(1...60) }
    let first = UInt64.random(in: 0...(1 << 40))
    print("tensor programs from seed \(first)")
    return Array(first..<first + 2000)
  }()

  @Test(arguments: seeds) func `a random program agrees with itself`(_ seed: UInt64) throws {
    let program = RandomTensorProgram(seed: seed)
    let formula: Formula
    do {
      formula = try Formula(program.text)
    } catch {
      Issue.record("seed \(seed): \(program.text)\n\(error)")
      return
    }
    var random = SplitMix64(seed: seed &+ 1)
    let point = program.shapes.map { shape in
      Column((0..<shape.reduce(1, *)).map { _ in Double.random(in: -1...1, using: &random) })
    }
    try compare(
      formula, program.text, at: point, "seed \(seed):\n\(program.text)",
      isCompiled: seed % (Self.seeds.count > 60 ? 50 : 6) == 0)
    try differentiate(formula, at: point, &random, "seed \(seed):\n\(program.text)")
  }

  /// As written, simplified, strictly, and compiled.
  private func compare(
    _ formula: Formula, _ source: String, at point: [Column], _ text: String, isCompiled: Bool
  ) throws {
    let written = try Interpreter(formula.program).evaluate(point, points: 1)[0].doubles
    let reference = written[0]
    #expect(reference.isFinite, "\(text)")
    let simplified = try Evaluator(formula, [.value, .gradient], backend: .interpreter).evaluate(point, points: 1)
    expectClose(simplified[0].doubles, [reference], "simplified, \(text)")
    let strict = try Formula(source, pipeline: Pipeline(strict: true))
    let exact = try Evaluator(strict, [.value, .gradient], backend: .interpreter).evaluate(point, points: 1)
    for (a, b) in zip(exact, simplified) { expectClose(a.doubles, b.doubles, "strict, \(text)") }
    if isCompiled {
      let compiled = try Evaluator(formula, [.value, .gradient], backend: .c).evaluate(point, points: 1)
      for (a, b) in zip(compiled, simplified) { expectClose(a.doubles, b.doubles, "compiled, \(text)") }
    }
  }

  /// Along a random direction: reverse mode, forward mode, and a difference.
  private func differentiate(
    _ formula: Formula, at point: [Column], _ random: inout SplitMix64, _ text: String
  ) throws {
    let direction = point.map { column in (0..<column.count).map { _ in Double.random(in: -1...1, using: &random) } }
    let gradient = try Evaluator(formula, [.gradient], backend: .interpreter).evaluate(point, points: 1)
    let backward = zip(gradient, direction).reduce(0) { $0 + zip($1.0.doubles, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    let tangent = try Evaluator(formula, [.jvp], backend: .interpreter)
      .evaluate(point + direction.map { Column($0) }, points: 1)[0].doubles[0]
    let scale = zip(gradient, direction).reduce(1) {
      $0 + zip($1.0.doubles, $1.1).reduce(0) { $0 + abs($1.0 * $1.1) }
    }
    #expect(abs(backward - tangent) <= 1e-9 * scale, "the modes differ: \(backward), \(tangent); \(text)")
    let value = try Evaluator(formula, [.value], backend: .interpreter)
    func at(_ step: Double) throws -> Double {
      let moved = zip(point, direction).map { column, part in
        Column(zip(column.doubles, part).map { $0 + step * $1 })
      }
      return try value.evaluate(moved, points: 1)[0].doubles[0]
    }
    // Two steps: where they disagree, a kink is near, or the function bends too much for either.
    let differences = try [1e-4, 5e-5].map { step in (try at(step) - at(-step)) / (2 * step) }
    if abs(differences[0] - differences[1]) > 1e-5 * scale { return }
    #expect(
      abs(backward - differences[1]) <= 1e-4 * scale, "\(backward), but \(differences[1]) by differences; \(text)")
  }

  private func expectClose(_ found: [Double], _ expected: [Double], _ text: String) {
    #expect(found.count == expected.count, "\(text)")
    let scale = expected.reduce(1) { max($0, abs($1)) }
    for (x, y) in zip(found, expected) { #expect(abs(x - y) <= 1e-10 * scale, "\(x), not \(y): \(text)") }
  }

  // MARK: Ill-typed programs

  /// A shape changed, an operand left out, an axis too many: a diagnostic each, or another right program, and no trap.
  @Test(arguments: seeds) func `a broken program is refused or runs`(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 2)
    var text = Array(RandomTensorProgram(seed: seed).text)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0..<text.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: text.remove(at: place)
      case 1:
        text.insert(
          contentsOf: ["[:, newaxis]", ".T", "[0]", "'", "(1)", " @ x0"].randomElement(using: &random) ?? "", at: place)
      default:
        let digits = text.indices.filter { text[$0].isNumber }
        guard let digit = digits.randomElement(using: &random) else { continue }
        text[digit] = ["0", "1", "2", "5", "n", "-1", "9"].randomElement(using: &random)?.first ?? "7"
      }
      if text.isEmpty { return }
    }
    let source = String(text)
    do {
      let formula = try Formula(source)
      if !formula.openSizes.isEmpty { return }
      let point = formula.program.inputs.map { input -> Column in
        let type = formula.program.graph.type(of: input)
        return Column(zeros: type.shape.knownCount ?? 0, of: type.element)
      }
      _ = try Evaluator(formula, [.value], backend: .interpreter).evaluate(point, points: 1)
    } catch let error as DiagnosticsError {
      #expect(!error.diagnostics.isEmpty, "\(source)")
    } catch {
      // Typed errors of derivatives, lowering and the run.
    }
  }
}
