import Foundation
import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import TestSupport
import Testing

/// Programs about arrays as they are written every day, with all that is printed of their derivatives.
///
/// The golden file is for readers: it says how a derivative looks. That it is right is another matter: every text is read
/// back and evaluated beside what was derived.
struct EverydayDerivativeTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/everyday.txt")

  /// The first lines of the paragraphs.
  static let programs: [String] = {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n\n").compactMap { $0.split(separator: "\n").first.map(String.init) }
  }()

  private static let sizes = [
    "m": 3, "n": 4, "k": 2, "d": 3, "v": 5, "b": 2, "h": 6, "w": 5, "c": 3, "t": 7, "i": 3, "j": 4, "o": 2,
  ]

  @Test func `everyday derivatives are printed as in the file`() throws {
    let text = try Self.programs.map { program in
      let formula = try Formula(program)
      let rows = try formula.derivativeList().rows
      let lines = rows.flatMap { $0 }.map { "  d/d\($0.name) = \($0.text)" }
      return ([program] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
    try expectGolden(text + "\n")
  }

  private func expectGolden(_ text: String) throws {
    if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
      return try text.write(to: Self.file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: Self.file, encoding: .utf8)
    for (line, known) in zip(text.split(separator: "\n"), expected.split(separator: "\n")) {
      #expect(line == known)
    }
    #expect(text.split(separator: "\n").count == expected.split(separator: "\n").count)
  }

  @Test(arguments: programs) func `what is printed is the derivative`(_ program: String) throws {
    let symbolic = try Formula(program)
    let names = Set(symbolic.openSizes)
    let sizes = Self.sizes.filter { names.contains($0.key) }
    let known = try Formula(program, options: CheckOptions(sizes: sizes))
    var random = SplitMix64(seed: 11)
    let graph = known.program.graph
    let point = known.program.inputs.map { input -> Column in
      let type = graph.type(of: input)
      let count = type.shape.knownCount ?? 0
      if type.element.isInteger { return Column((0..<count).map { Int64($0 % 2) }) }
      return Column((0..<count).map { _ in Double.random(in: 0.2...1.3, using: &random) })
    }
    let want: Want = known.hasOneScalar ? .gradient : .jacobian
    let derived = try Evaluator(known, [want], backend: .interpreter)
    let expected = try derived.evaluate(point, points: 1)
    let shapes = derived.derived.program.roots.map { derived.derived.program.graph.type(of: $0.node).shape }
    let header = try #require(program.firstIndex(of: ")").map { String(program[..<$0].dropFirst(2)) })
    let texts = try symbolic.derivativeList().rows.flatMap { $0 }.map(\.text)
    #expect(texts.count == expected.count)
    for (text, (column, shape)) in zip(texts, zip(expected, shapes)) {
      let values = try ReadBack.values(of: text, header, at: point, in: shape, sizes: sizes)
      #expect(values.count == column.count, "\(text)")
      for (x, y) in zip(values, column.doubles) where !(x.isNaN && y.isNaN) {
        #expect(abs(x - y) <= 1e-11 * max(1, abs(y)), "\(x), not \(y): \(text)")
      }
    }
  }
}
