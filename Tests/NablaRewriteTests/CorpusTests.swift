import NablaCalculus
import NablaGraph
import NablaRewrite
import TestSupport
import Testing

struct CorpusTests {
  @Test(arguments: CorpusFormula.all)
  func `no phase makes a formula or its gradient dearer, or changes its value`(_ entry: CorpusFormula) {
    var formula = Formula(entry.text, names: entry.parameters)
    let inputs = formula.graph.ids.filter { formula.graph.parameterIndex($0) != nil }
    var roots = [formula.root]
    let point = inputs.indices.map { 0.37 + 0.11 * Double($0) }
    func check(_ phases: [Phase]) {
      for phase in phases {
        let before = formula.graph.operationCount(of: roots)
        let values = formula.graph.values(of: roots, at: point)
        var report = RewriteReport()
        let next = Rewriter().rewrite(&formula.graph, roots: roots, through: [phase], report: &report)
        #expect(report.abandoned.isEmpty, "\(roots.map { formula.graph.infixText(of: $0) })")
        let after = formula.graph.operationCount(of: next)
        let texts = next.map { formula.graph.infixText(of: $0) }
        if phase == .readable {
          // Written out, not computed: what roots share is part of each.
          for (root, text) in zip(roots, texts) {
            #expect(text.count <= formula.graph.infixText(of: root).count * 5 / 4)
          }
        } else {
          #expect(after.cost <= before.cost, "\(phase): \(texts)")
        }
        for (a, b) in zip(values, formula.graph.values(of: next, at: point)) {
          #expect(abs(a - b) <= 1e-11 * max(1, abs(a)) || a.isNaN && b.isNaN, "\(phase)")
        }
        let again = Rewriter().rewrite(&formula.graph, roots: next, through: [phase])
        #expect(again == next || phase == .specialise, "\(phase) is not idempotent")
        if phase != .readable { roots = next }
      }
    }
    check([.canonicalise, .stabilise])
    roots += formula.graph.gradient(of: roots[0], by: inputs)
    check([.canonicalise, .stabilise, .canonicalise, .readable, .specialise])
  }
}
