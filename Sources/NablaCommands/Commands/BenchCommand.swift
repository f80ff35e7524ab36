import ArgumentParser
import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaLanguage
import NablaNetworks
import NablaRuntime

/// `nabla bench`: what every step costs on this machine, from the text to a point.
struct BenchCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure parsing, differentiating, compiling and evaluating.",
    discussion: """
      One line a function: times of every step, then the value and the value with its gradient, per point. Hessians and
      Jacobian-vector products have a line of their own. With --train, one step of training on random examples.
      Example: nabla bench 'f(a,b,c) = 3*(a + b*c)' --gradient
      """)

  @OptionGroup var input: SourceOptions

  @Option(name: .long, help: "The number of points; without it, 100000, or fewer where a point is large.")
  var points: Int?

  @Flag(name: .long, help: "The value and all its derivatives too.")
  var gradient = false

  @Flag(name: .long, help: "The value, the gradient and all second derivatives in one pass.")
  var hessian = false

  @Flag(name: .long, help: "The value and the Jacobian times a vector in one pass.")
  var jvp = false

  @Option(name: .long, help: "The number of threads.")
  var threads = 1

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .c

  @Option(name: .long, help: "Measure one step of training --function with this update rule: 'sgd(0.01)'.")
  var train: String?

  @Option(name: .long, help: "With --train: the function that predicts, which is measured too.")
  var infer = "infer"

  @Flag(name: .long, help: "The time of every kernel, beside what the machine can do at most.")
  var profile = false

  @Option(
    name: .long,
    help: "With --train: seconds to look for better tiles of its products, which are kept for this machine.")
  var tune: Double?

  @Flag(name: .long, help: "One JSON object a line.")
  var json = false

  func perform() throws {
    if let points, points < 1 { throw ValidationError("--points is at least 1") }
    if threads < 1 { throw ValidationError("--threads is at least 1") }
    try TuningTime.require(tune)
    if tune != nil, train == nil { throw ValidationError("--tune needs --train") }
    let text = try input.text()
    if let train { return try measure(training: text, train) }
    let options = try input.options()
    let clock = ContinuousClock()
    let start = clock.now
    let module = Module(checking: text, options: options)
    if module.hasErrors { throw DiagnosticsError(source: module.source, diagnostics: module.diagnostics) }
    let names = input.function.map { [$0] } ?? module.functions.map(\.name)
    let share = (clock.now - start) / max(names.count, 1)
    for name in names {
      let benchmark = FormulaBenchmark(
        backend: backend, threads: threads, points: points, derivatives: derivatives,
        pipeline: Pipeline(strict: input.strict))
      let result = try benchmark.run(name, of: module, parsing: share)
      if let note = result.note { StandardError.write("note: \(name): \(note)") }
      print(json ? result.json.text : result.line)
      if profile { print(try profileText(name, module)) }
    }
  }

  /// The kernels of a function with its derivatives, and their times.
  private func profileText(_ name: String, _ module: Module) throws -> String {
    let formula = try Formula(module, function: name, pipeline: Pipeline(strict: input.strict))
    let wants = derivatives.first?.wants ?? [.value]
    let program = formula.pipeline.specialise(try formula.differentiated(wants).program)
    return try ProgramProfile(program, threads: threads, strict: input.strict, source: module.source).text(
      isTimed: true)
  }

  private func measure(training source: SourceText, _ rule: String) throws {
    let recipe = try input.recipe(rule)
    if let tune { try look(for: tune, source, recipe) }
    let benchmark = TrainingBenchmark(backend: backend, threads: threads, recipe: recipe, inference: infer)
    let (training, result) = try Problem.inProgram(source) { try benchmark.run(source) }
    if let note = result.note { StandardError.write("note: \(recipe.loss): \(note)") }
    print(json ? result.json.text : result.line)
    if profile {
      print(try ProgramProfile(training, threads: threads, strict: input.strict, source: source).text(isTimed: true))
    }
  }

  /// Tunes a step, and says what was found.
  private func look(for seconds: Double, _ source: SourceText, _ recipe: Recipe) throws {
    let training = try Problem.inProgram(source) { try SyntheticTraining(source, recipe, inference: infer) }
    let findings = try KernelTuner(try KernelCompiler()).tune(training.step, seconds: seconds)
    for finding in findings { StandardError.write(finding.text) }
  }

  private var derivatives: [BenchmarkedDerivative] {
    BenchmarkedDerivative.allCases.filter {
      switch $0 {
      case .gradient: gradient
      case .hessian: hessian
      case .jvp: jvp
      }
    }
  }
}
