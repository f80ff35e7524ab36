import Foundation
import NablaDiagnostics

@testable import NablaLanguage

/// The good texts that fuzzing begins with.
enum FuzzSeeds {
  /// Every corpus of the language, its library and the examples, one definition each.
  static let all: [Mutator.Seed] = {
    var texts = Corpus.formulas + Corpus.expressions.prefix(300) + programs
    texts += (try? Corpus.parses().map(\.source)) ?? []
    texts += CheckProblem.allCases.compactMap(\.entry.example)
    return seeds(texts)
  }()

  /// Texts that say something to the checker and the stages behind it.
  static let checkable: [Mutator.Seed] = seeds(
    Corpus.formulas + Corpus.expressions.prefix(100) + programs + arrays
      + CheckProblem.allCases.compactMap(\.entry.example))

  private static func seeds(_ texts: [String]) -> [Mutator.Seed] {
    texts.map { Mutator.Seed($0) }.filter { !$0.tokens.isEmpty }
  }

  private static let programs: [String] = {
    var texts = Corpus.programNames.compactMap { try? Corpus.program($0) }
    let examples = URL(filePath: #filePath).appending(path: "../../../../examples").standardized
    for name in (try? FileManager.default.contentsOfDirectory(atPath: examples.path)) ?? []
    where name.hasSuffix(".nabla") {
      if let text = try? String(contentsOf: examples.appending(path: name), encoding: .utf8) { texts.append(text) }
    }
    texts.append(String(decoding: Library.standard.source.utf8, as: UTF8.self))
    return texts.flatMap(definitions)
  }()

  private static func definitions(_ text: String) -> [String] {
    let tree = Parser.parse(SourceText(text)).tree
    guard case .program(let items) = tree.kind(tree.root) else { return [] }
    return items.map { tree.text($0) }
  }

  private static let arrays = [
    "f(x: [3]) = prod(x) + max(x)*x[0]", "f(x: [n]) = sum(x[1:]*x[:-1])", "f(x: [2, 3], y: [3]) = sum(x*y, axis: 1)",
    "f(x: [2, 3]) = x.T[0] + x[::-1, 1][0]", "f(x: [4]) { y = x[1:3]; (u, v) = (y[0], sum(y)); u*v }",
    "g(x: [2]) = [x[0]*x[1], sin(x[1])]\nf(x: [2]) = jacobian(g)(x)", "f(i: i64, j: i32) = i//j + mod(i, 3)^2",
    "g(x, y) = x*y^2\nf(x) = hvp(g)(x, x, 1, 2)", "f(x: [n], k: size) = sum(x[:k]) + x.shape[0]",
    "f(x: f32[2], p: bool) = if p then x else where(x > 0, x, -x)", "f(x: [1, 3], y: [3, 1]) = min(x + y, 2)",
    "f(x: [4]) = sum(x[2:2:2]) + sum(x[1::2])", "f(x: [n]) = (x > 0, sum(x))", "f(i: i64, x) = (i*x, i, x < 2)",
    "f(x) { g(t) = t*x; h(t) = g(g(t)); diff(h(x), x) }", "f(x: [3]) = norm(x) + mean(x) + var(x)",
  ]
}
