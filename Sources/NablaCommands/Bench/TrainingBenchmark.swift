import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaNetworks
import NablaRuntime

/// Measures one step of training, and one prediction, on random examples.
struct TrainingBenchmark {
  let backend: Backend
  let threads: Int
  let recipe: Recipe
  /// The function that predicts.
  let inference: String

  /// Steps whose numbers are compared with the interpreter's; fewer where one takes long.
  private static let comparedSteps = 3

  func run(_ source: SourceText) throws -> (SyntheticTraining, TrainingBenchmarkResult) {
    let clock = ContinuousClock()
    var parsed = Module(checking: SourceText(""))
    let parse = clock.measure { parsed = Module(checking: source, options: CheckOptions(floatType: recipe.floatType)) }
    if parsed.hasErrors { throw DiagnosticsError(source: source, diagnostics: parsed.diagnostics) }
    let training = try SyntheticTraining(source, recipe, inference: inference)
    var start = clock.now
    let ready = try backend.prepare(training.step, threads: threads)
    let compile = clock.now - start
    try compare(training, ready.executable)
    let step = try training.bind(training.step, to: ready.executable)
    let sample = try Sample.measure(per: 1, seconds: 1) { try step.run() }

    var inferred: (sample: Sample, compile: Duration)?
    if let program = training.inference {
      start = clock.now
      let ready = try backend.prepare(program, threads: threads)
      let compile = clock.now - start
      let bound = try training.bind(program, to: ready.executable)
      inferred = (try Sample.measure(per: 1, seconds: 1) { try bound.run() }, compile)
    }

    let plan = try? ProgramPlan(training.step, threads: threads)
    let elements = training.step.graph.parameters.map(\.type.element)
    let compiler = try? KernelCompiler()
    let roof = try compiler.map {
      try MachineRoof.measure(threads: threads, element: elements.contains(.f64) ? .f64 : .f32, compiler: $0)
    }
    let kernel =
      ready.executable as? CompiledKernel ?? (ready.executable as? ParallelExecutable)?.executable as? CompiledKernel
    let result = TrainingBenchmarkResult(
      function: recipe.loss, backend: ready.backend, threads: threads, batch: training.batch, parse: parse,
      preparation: training.preparation, compile: compile, isCached: kernel?.isFromCache ?? false,
      operations: training.step.graph.operationCount(of: training.step.rootNodes).operations,
      workspace: kernel?.workspaceSize ?? 0, step: sample, inference: inferred?.sample,
      inferenceCompile: inferred?.compile, kernels: plan?.kernelCount ?? 1, work: plan?.work ?? KernelWork(),
      roof: roof,
      note: ready.note)
    return (training, result)
  }

  /// Runs some steps here and in the interpreter.
  ///
  /// - Throws: a diagnostic if they are not the same numbers.
  private func compare(_ training: SyntheticTraining, _ executable: any Executable) throws {
    if backend == .interpreter { return }
    let one = try training.bind(training.step, to: executable)
    let other = try training.bind(training.step, to: try Interpreter(training.step))
    let clock = ContinuousClock()
    let start = clock.now
    var steps = 0
    repeat {
      try one.run()
      try other.run()
      steps += 1
    } while steps < TrainingBenchmark.comparedSteps && clock.now - start < .milliseconds(500)
    if let difference = training.difference(one, other, steps: steps) {
      throw Diagnostic(
        "bench.differs",
        "after \(steps) steps '\(difference.output)' is not what the interpreter computes: it differs by "
          + "\(difference.distance), where its norm is \(difference.size) and changed by \(difference.change)")
    }
  }
}
