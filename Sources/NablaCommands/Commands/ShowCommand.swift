import ArgumentParser
import Nabla
import NablaCompiler
import NablaGraph
import NablaLanguage

/// `nabla show`: a program at any stage of its way through the compiler.
struct ShowCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a program at a stage of the compiler.",
    discussion: """
      Without --stage, the function as a formula; the name of a library function prints its source. Stages: \(Stage.allCases.map(\.rawValue).joined(separator: ", ")).
      Example: nabla show 'f(a,b,c) = 3*(a + b*c)' --stage backward
      """)

  /// The stages, in the order of the road.
  enum Stage: String, CaseIterable, ExpressibleByArgument {
    /// The syntax tree.
    case tree
    /// The graph as written.
    case graph
    /// With the backward graph, before simplification.
    case backward
    /// Value and gradient, simplified.
    case rewritten
    /// What each kernel computes.
    case kernels
    /// Where its values live.
    case plan
    /// The C text.
    case c
  }

  @OptionGroup var input: SourceOptions

  @Option(name: .long, help: "The stage.")
  var stage: Stage?

  @Option(name: .long, help: "How a formula is written: text, unicode, latex.")
  var format: ExpressionStyle = .text

  @Flag(name: .long, help: "Simplify the formula.")
  var simplify = false

  @Option(name: .long, help: "The parameters to differentiate by, separated by commas; without it, all.")
  var wrt: String?

  @Flag(name: .long, help: "The value alone, without the gradient.")
  var valueOnly = false

  func perform() throws {
    if stage == .tree {
      // The tree is worth seeing also when the source has errors.
      let module = try input.module()
      print(module.parsed.tree.sExpression)
      if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
      return
    }
    if stage == nil, let source = Library.standard.source(of: input.source) { return print(source) }
    let formula = try input.formula()
    guard let stage else {
      let text = simplify ? formula.simplifiedText(format) : formula.text(format)
      // A function with loops has a block.
      let sign = text.hasPrefix("{") ? "" : "= "
      return print("\(formula.name)(\(formula.parameters.joined(separator: ", "))) \(sign)\(text)")
    }
    try StandardOutput.write(try text(of: formula, at: stage))
  }

  private func text(of formula: Formula, at stage: Stage) throws -> String {
    let wants: [Want] = valueOnly ? [.value] : formula.valueAndDerivatives
    let names = try wrt.map(NameList.split)
    switch stage {
    case .tree, .graph: return formula.program.text + "\n"
    case .backward:
      let pipeline = formula.pipeline
      return try pipeline.derive(pipeline.prepare(formula.program), wants, by: names).program.compacted().text + "\n"
    case .rewritten: return try formula.differentiated(wants, by: names).program.text + "\n"
    case .kernels: return try formula.kernelPlan(wants, by: names).description
    case .plan: return try formula.kernelPlan(wants, by: names).memoryDescription
    case .c: return try formula.cSource(wants, by: names)
    }
  }
}

extension ExpressionStyle: ExpressibleByArgument {}
