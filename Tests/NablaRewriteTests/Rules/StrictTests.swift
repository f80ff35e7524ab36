import NablaGraph
import NablaRewrite
import TestSupport
import Testing

/// Strict rewriting changes no bit of any value, at any input, and in any phase.
struct StrictTests {
  private static let points: [[Double]] = {
    var random = SplitMix64(seed: 5)
    let special = (0..<24).map { _ in
      (0..<RandomExpression.parameters).map { _ in specialValues.randomElement(using: &random) ?? 0 }
    }
    let ordinary = (0..<6).map { _ in
      (0..<RandomExpression.parameters).map { _ in RuleSample.randomNumber(&random) }
    }
    return special + ordinary
  }()

  @Test(arguments: Phase.allCases)
  func `strict rewriting of random expressions is bit-identical`(_ phase: Phase) {
    for seed in 0..<120 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let expression = RandomExpression(size: 14, constants: RandomExpression.specialConstants, &random)
      var graph = expression.graph
      var report = RewriteReport()
      let after = Rewriter(strict: true, recording: true)
        .rewrite(&graph, roots: [expression.root], through: [phase], report: &report)
      let exact = Set(RewriteRule.all.filter { $0.soundness == .exact }.map(\.name))
      #expect(Set(report.entries.map(\.rule)).isSubset(of: exact), "seed \(seed)")
      for point in StrictTests.points {
        let (a, b) = (graph.values(of: [expression.root], at: point)[0], graph.values(of: after, at: point)[0])
        #expect(
          same(a, b),
          "seed \(seed), at \(point): \(a) and \(b) of \(graph.infixText(of: expression.root))")
        if !same(a, b) { return }
      }
    }
  }

  @Test(arguments: CorpusFormula.all)
  func `strict rewriting of the formulas is bit-identical`(_ entry: CorpusFormula) {
    let formula = Formula(entry.text, names: entry.parameters)
    var random = SplitMix64(seed: 6)
    for phase in Phase.allCases {
      var graph = formula.graph
      let after = Rewriter(strict: true).rewrite(&graph, roots: [formula.root], through: [phase])
      for _ in 0..<20 {
        let point = entry.parameters.map { _ in RuleSample.randomNumber(&random) }
        let (a, b) = (graph.values(of: [formula.root], at: point)[0], graph.values(of: after, at: point)[0])
        #expect(same(a, b), "\(phase) at \(point)")
      }
    }
  }
}
