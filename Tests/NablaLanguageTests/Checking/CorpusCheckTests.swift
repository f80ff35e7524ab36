import NablaDiagnostics
import NablaGraph
import TestSupport
import Testing

@testable import NablaLanguage

@Suite struct `Corpora check` {
  @Test func `every formula checks without a word and becomes a graph`() throws {
    for line in Corpus.formulas {
      let checked = Checked(line)
      let signature = try #require(checked.module.lastFunction)
      let inputs = signature.parameters.indices.map { Tensor(0.3 + 0.1 * Double($0)) }
      #expect(try checked.results(nil, inputs)["value"] != nil)
    }
  }

  /// The derivative, written in the language, has the values that the corpus has from elsewhere.
  @Test func `derivatives of three hundred antiderivatives`() throws {
    #expect(DerivativeProblem.all.count == 300)
    for problem in DerivativeProblem.all {
      let parameters = problem.names.joined(separator: ", ")
      let module = Module.silent(
        "given(\(parameters)) = \(problem.antiderivative)\nd(\(parameters)) = grad(given, \(problem.variable))(\(parameters))"
      )
      let program = try module.program()
      for point in problem.points {
        let result = try ProgramEvaluator.evaluate(program, point.inputs.map { Tensor($0) })
        let found = try #require(result["value"]?.elements.first)
        // Where terms of order one cancel to almost nothing, their rounding remains.
        let isRight = isClose(found, point.derivative, point.tolerance) || abs(found - point.derivative) < 1e-15
        #expect(isRight, "\(problem.id): \(problem.antiderivative)")
      }
    }
  }

  @Test(arguments: ["formulas", "shapes", "loops", "derivatives", "networks"])
  func `the programs of the description have no problem but what is not there yet`(_ name: String) throws {
    var text = try Corpus.program(name)
    if name == "derivatives" {
      text =
        try Corpus.program("formulas") + "\n" + Corpus.program("shapes") + "\n" + Corpus.program("loops") + "\n" + text
    }
    let module = Module(checking: SourceText(text))
    let others = module.diagnostics.filter { $0.severity == .error && $0.id != CheckProblem.notYet.id }
    #expect(others.map(\.summary) == [])
  }
}
