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

  @Test
  func `stability costs next to nothing on the corpus`() {
    var before = 0
    var after = 0
    let problems = DerivativeProblem.all.filter { problem in
      // What the reader of these tests does not know: exponents of numbers, words for operations.
      !problem.antiderivative.contains("**") && !problem.antiderivative.contains("e-")
    }
    #expect(problems.count > 200)
    for problem in problems {
      var formula = Formula(problem.antiderivative, names: problem.names)
      let x = formula.graph.ids.first { formula.graph.parameterIndex($0) == 0 } ?? formula.root
      let value = Rewriter().rewrite(&formula.graph, roots: [formula.root], through: [.canonicalise])
      let stable = Rewriter().rewrite(&formula.graph, roots: value, through: [.stabilise])
      let plain = Rewriter().rewrite(
        &formula.graph, roots: value + formula.graph.gradient(of: value[0], by: [x]), through: [.canonicalise])
      let derived = Rewriter().rewrite(
        &formula.graph, roots: stable + formula.graph.gradient(of: stable[0], by: [x]),
        through: [.canonicalise, .stabilise, .canonicalise])
      let costs = (
        formula.graph.operationCount(of: plain).cost, formula.graph.operationCount(of: derived).cost
      )
      #expect(costs.1 <= 2 * costs.0, "\(problem.id): \(costs)")
      before += costs.0
      after += costs.1
    }
    #expect(20 * after <= 21 * before, "\(before) became \(after)")
  }
}
