import Foundation
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Corpora check` {
  @Test func `every formula checks without a word and becomes a graph`() throws {
    for line in try Corpus.lines("formulas.nabla") {
      let checked = Checked(line)
      let signature = try #require(checked.module.lastFunction)
      let inputs = signature.parameters.indices.map { Tensor(0.3 + 0.1 * Double($0)) }
      #expect(try checked.results(nil, inputs)["value"] != nil)
    }
  }

  /// A line of `derivatives.jsonl`.
  private struct Problem: Decodable {
    let id: String
    let `var`: String
    let params: [String]
    let given: String
    let pts: [Point]

    enum CodingKeys: String, CodingKey {
      case id, `var`, params, pts
      case given = "F"
    }

    struct Point: Decodable {
      let inputs: [Double]
      let derivative: Double
      let grade: Int

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        inputs = try container.decode([Double].self)
        derivative = try container.decode(Double.self)
        grade = try container.decode(Int.self)
      }
    }
  }

  /// The derivative, written in the language, has the values that the corpus has from elsewhere.
  @Test func `derivatives of three hundred antiderivatives`() throws {
    for line in try Corpus.lines("derivatives.jsonl") {
      let problem = try JSONDecoder().decode(Problem.self, from: Data(line.utf8))
      let parameters = ([problem.var] + problem.params).joined(separator: ", ")
      let module = Module.silent(
        "given(\(parameters)) = \(problem.given)\nd(\(parameters)) = grad(given, \(problem.var))(\(parameters))")
      let program = try module.program()
      for point in problem.pts {
        let result = try ProgramEvaluator.evaluate(program, point.inputs.map { Tensor($0) })
        let found = try #require(result["value"]?.elements.first)
        let tolerance = max(1e-9, pow(10, Double(point.grade) + 2))
        // Where terms of order one cancel to almost nothing, their rounding remains.
        let isRight = isClose(found, point.derivative, tolerance) || abs(found - point.derivative) < 1e-15
        #expect(isRight, "\(problem.id): \(problem.given)")
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
