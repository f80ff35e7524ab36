import ArgumentParser
import Nabla

/// `nabla explain`: the chain rule, step by step, on this graph.
struct ExplainCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain the chain rule, step by step, on a function's own graph.",
    discussion: "Example: nabla explain 'f(a,b,c) = 3*(a + b*c)' --at a=5,b=3,c=2")

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, markdown }

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .long, help: "Which of several results, by name or position from 0; without it, each.")
  var result: String?

  @Flag(name: .long, help: "Functions of the library step by step, too.")
  var expand = false

  @Option(name: .long, help: "How it is written: text, markdown.")
  var format: Format = .text

  func perform() throws {
    let formula = try input.bound(try input.formula(), at: point)
    let values = try point.values(for: formula)
    let results = try result.map { [try ResultOption.position(of: $0, in: formula)] } ?? Array(formula.results.indices)
    let texts = try results.map { index in
      let explanation = try formula.explanation(at: values, result: index, expanding: expand)
      return format == .text ? explanation.text : explanation.markdown
    }
    print(texts.joined(separator: "\n"), terminator: "")
  }
}
