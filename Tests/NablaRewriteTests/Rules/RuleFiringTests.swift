import NablaGraph
import NablaRewrite
import Testing

/// Every rule through the engine: it is found where its pattern stands, and what comes out has the same value.
struct RuleFiringTests {
  @Test(arguments: RewriteRule.all)
  func `a rule fires at its own pattern`(_ rule: RewriteRule) {
    // What the exact rules say of two operands is part of collecting sums and products, unless nothing is collected.
    let rewriter = Rewriter(strict: rule.soundness == .exact, recording: true)
    var fired: [String] = []
    for isShared in [false, true] {
      var instance = RuleInstance(rule)
      let roots = isShared ? instance.allNodes : [instance.root]
      var report = RewriteReport()
      _ = rewriter.rewrite(&instance.graph, roots: roots, through: [rule.phase], report: &report)
      fired += report.entries.map(\.rule)
    }
    #expect(fired.contains(rule.name), "fired: \(fired)")
  }

  @Test(arguments: RewriteRule.all)
  func `rewriting an instance of a rule keeps its value`(_ rule: RewriteRule) {
    var random = SplitMix64(seed: 4)
    for attempt in 0..<8 {
      var instance = RuleInstance(rule) { instance in
        let p = instance.parameter()
        switch attempt % 4 {
        case 0: return p
        case 1: return instance.graph.apply(.multiply, p, instance.parameter())
        case 2: return instance.graph.apply(.subtract, p, instance.parameter())
        default:
          let f: Elementwise = [.sin, .tanh, .exp, .negate, .sqrt, .abs].randomElement(using: &random) ?? .sin
          return instance.graph.apply(f, p)
        }
      }
      let result = Rewriter().rewrite(
        &instance.graph, roots: [instance.root], through: [.canonicalise, rule.phase, .canonicalise])
      for _ in 0..<15 {
        let point = (0..<instance.parameters).map { _ in RuleSample.randomNumber(&random) }
        let before = instance.graph.estimates(of: [instance.root], at: point)[0]
        guard before.isSharp else { continue }
        let after = instance.graph.estimates(of: result, at: point)[0]
        #expect(before.agrees(with: after), "\(instance.graph.infixText(of: instance.root)) at \(point)")
      }
    }
  }
}
