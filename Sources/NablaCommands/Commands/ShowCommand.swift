import ArgumentParser
import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaNetworks

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

  @Option(
    name: .long, help: "Show the kernels, plan or C of a step of training --function with this rule: 'sgd(0.01)'.")
  var train: String?

  @Flag(name: .long, help: "With --stage kernels: run them on random numbers, and show how long each takes.")
  var profile = false

  @Option(name: .long, help: "How many threads share the kernels.")
  var threads = 1

  func perform() throws {
    if stage == .tree {
      // The tree is worth seeing also when the source has errors.
      let module = try input.module()
      print(module.parsed.tree.sExpression)
      if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
      return
    }
    if threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    if profile, stage != .kernels { throw ValidationError("--profile goes with --stage kernels") }
    if let train { return try StandardOutput.write(try text(ofTraining: train)) }
    if stage == nil, let source = Library.standard.source(of: input.source) { return print(source) }
    let formula = try input.formula()
    guard let stage else {
      try formula.requireSpelling(format)
      return print(formula.definition(format, simplified: simplify))
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
    case .kernels:
      try formula.requireSizes { "give it with --size \($0)=…" }
      let program = formula.pipeline.specialise(try formula.differentiated(wants, by: names).program)
      return try ProgramProfile(program, threads: threads, strict: input.strict, source: formula.source).text(
        isTimed: profile)
    case .plan: return try formula.kernelPlan(wants, by: names, threads: threads).memoryDescription
    case .c: return try formula.cSource(wants, by: names)
    }
  }
}

extension ShowCommand {
  /// The step of training at a stage that it has.
  private func text(ofTraining rule: String) throws -> String {
    let source = try input.text()
    let training = try Problem.inProgram(source) {
      try SyntheticTraining(source, try input.recipe(rule))
    }
    let strict = input.strict
    switch stage {
    case .kernels:
      return try ProgramProfile(training, threads: threads, strict: strict, source: source).text(isTimed: profile)
    case .plan: return try ProgramPlan(training.step, threads: threads, strict: strict).memoryDescription
    case .c: return try CKernel(training.step, threads: threads, strict: strict).source
    default: throw ValidationError("--train goes with --stage kernels, plan or c")
    }
  }
}

extension ExpressionStyle: ExpressibleByArgument {}
