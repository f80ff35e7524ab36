import Foundation
import NablaDiagnostics
import Testing

@testable import NablaLanguage

/// Whatever is typed gets a tree and diagnostics. 20,000 texts; a million with `NABLA_LONG_TESTS=1`.
@Suite struct `Fuzzing of the parser` {
  static let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
  private static let count = isLong ? 1_000_000 : 20_000
  private static let parts = 20

  @Test(arguments: 0..<parts)
  func `texts of one part`(_ part: Int) {
    let count = Self.count / Self.parts
    for index in part * count..<(part + 1) * count {
      let seed = UInt64(index)
      var mutator = Mutator(FuzzSeeds.all, seed: seed)
      let bytes = mutator.text()
      if let problem = Self.problem(of: bytes) {
        Issue.record("seed \(seed): \(problem)\n\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        return
      }
    }
  }

  /// What is wrong with the outcome of parsing, rendering and formatting a text.
  private static func problem(of bytes: [UInt8]) -> String? {
    let source = SourceText(utf8: bytes)
    let parsed = Parser.parse(source)
    if let problem = FuzzInvariants.problem(of: parsed.diagnostics, in: source) { return problem }
    if let problem = FuzzInvariants.problem(of: parsed.tree) { return problem }
    if parsed.hasErrors { return nil }
    let text = SourceFormatter.layout(parsed.tree)
    let again = Parser.parse(SourceText(text))
    if again.hasErrors { return "formatted, it has errors: \(text.debugDescription)" }
    if !again.tree.hasSameStructure(as: parsed.tree) {
      return "formatted, it is another program: \(text.debugDescription)"
    }
    if SourceFormatter.layout(again.tree) != text { return "formatted twice, it differs: \(text.debugDescription)" }
    return nil
  }
}
