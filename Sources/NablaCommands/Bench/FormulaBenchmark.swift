import Nabla
import NablaCompiler
import NablaGraph
import NablaLanguage
import NablaRuntime

/// Measures one function on its way from the text to the points.
struct FormulaBenchmark {
  let backend: Backend
  let threads: Int
  /// `nil` for as many as are usual.
  let points: Int?
  /// The derivatives that are measured; the value always is.
  let derivatives: [BenchmarkedDerivative]
  let pipeline: Pipeline

  /// Numbers of all columns together, where the number of points is not given.
  private static let usualNumbers = 1 << 24

  /// - Parameter parsing: the function's share in parsing and checking the source.
  func run(_ name: String, of module: Module, parsing: Duration) throws -> BenchmarkResult {
    let clock = ContinuousClock()
    var formula: Formula?
    let expansion = try clock.measure { formula = try Formula(module, function: name, pipeline: pipeline) }
    guard let formula else { throw ExitStatus.failed }
    try formula.requireSizes { "give it with --size \($0)=…" }
    // The value is lowered first, since the first rewriting of a process sets up its rules, and measured last.
    let value = try lower([.value], formula)
    var result = BenchmarkResult(function: name, threads: threads, parse: parsing + expansion)
    for derivative in derivatives {
      let (program, lowering) = try lower(derivative.wants, formula)
      result.passes[derivative] = try measure(program, lowering)
    }
    result.value = try measure(value.program, value.lowering)
    return result
  }

  private func lower(_ wants: [Want], _ formula: Formula) throws -> (program: Program, lowering: BenchmarkPass.Lowering)
  {
    let clock = ContinuousClock()
    let start = clock.now
    let prepared = pipeline.prepare(formula.program)
    let deriving = clock.now
    let derived = try pipeline.derive(consume prepared, wants)
    let derivation = clock.now - deriving
    let simplified = pipeline.simplify(consume derived).program
    let program = pipeline.specialise(consume simplified)
    let total = clock.now - start
    return (program, BenchmarkPass.Lowering(total: total, simplify: total - derivation))
  }

  /// Compiles a program and evaluates it.
  private func measure(_ program: Program, _ lowering: BenchmarkPass.Lowering) throws -> BenchmarkPass {
    let clock = ContinuousClock()
    let start = clock.now
    let ready = try backend.prepare(program, options: CompilerOptions(strict: pipeline.strict))
    let compile = clock.now - start
    let (columns, points, sample) = try measure(ready.executable)
    let kernel = ready.executable as? CompiledKernel
    let call = points == 1 ? try kernel.flatMap { try CallSample($0, columns) } : nil
    return BenchmarkPass(
      lowering: lowering, operations: program.graph.operationCount(of: program.rootNodes).operations, compile: compile,
      isCached: kernel?.isFromCache ?? false, backend: ready.backend, points: points, sample: sample, call: call,
      workspace: kernel?.workspaceSize ?? 0, note: ready.note)
  }

  /// The columns, the number of points and the time of each.
  private func measure(_ executable: any Executable) throws -> (BenchmarkColumns, Int, Sample) {
    let signature = executable.signature
    let numbers = (signature.inputs + signature.outputs).reduce(0) { $0 + $1.count }
    let points = points ?? min(100_000, max(1, FormulaBenchmark.usualNumbers / max(numbers, 1)))
    let columns = try BenchmarkColumns(signature, points: points)
    let executable: any Executable = threads > 1 ? ParallelExecutable(executable, threads: threads) : executable
    return (columns, points, try Sample.measure(per: points) { try columns.run(executable) })
  }
}
