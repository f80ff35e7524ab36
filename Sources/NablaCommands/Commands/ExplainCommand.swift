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

  @Option(name: .long, help: "How it is written: text, markdown.")
  var format: Format = .text

  func perform() throws {
    let formula = try input.formula()
    let explanation = try formula.explanation(at: try point.values(for: formula))
    print(format == .text ? explanation.text : explanation.markdown, terminator: "")
  }
}
