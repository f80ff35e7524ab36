import Nabla
import TestSupport
import Testing

/// Value and gradient together cost at most four times the value, by the operation table's declared costs.
struct GradientCostTests {
  @Test func `the corpus is there`() { #expect(CorpusFormula.all.count == 47) }

  @Test(arguments: CorpusFormula.all)
  func `a gradient costs at most four values`(_ formula: CorpusFormula) throws {
    let counts = try Formula(formula.definition).operationCounts()
    #expect((counts.ratio ?? 0) <= 4, "\(counts)")
  }

  @Test func `however many parameters there are`() throws {
    let names = (0..<300).map { "x\($0)" }
    for body in [names.joined(separator: "*"), names.map { "\($0)^2" }.joined(separator: " + ")] {
      let counts = try Formula("f(\(names.joined(separator: ", "))) = \(body)").operationCounts()
      #expect((counts.ratio ?? 0) <= 4, "\(counts)")
    }
  }
}
