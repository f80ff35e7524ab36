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
  let gradient: Bool
  let pipeline: Pipeline

  /// Numbers of all columns together, where the number of points is not given.
  private static let usualNumbers = 1 << 24

  /// - Parameter parsing: the function's share in parsing and checking the source.
  func run(_ name: String, of module: Module, parsing: Duration) throws -> BenchmarkResult {
    let clock = ContinuousClock()
    var formula: Formula?
    let expansion = try clock.measure { formula = try Formula(module, function: name, pipeline: pipeline) }
    guard let formula else { throw ExitStatus.failed }
    var result = BenchmarkResult(function: name, backend: backend, threads: threads)
    result.parse = parsing + expansion
    try formula.requireSizes { "give it with --size \($0)=…" }

    var start = clock.now
    let value = pipeline.specialise(try formula.differentiated([.value]).program)
    var whole = value
    if gradient {
      start = clock.now
      whole = pipeline.specialise(try formula.differentiated([.value, .gradient]).program)
      result.differentiate = clock.now - start
    }
    result.operations = whole.graph.operationCount(of: whole.rootNodes).operations

    start = clock.now
    let ready = try backend.prepare(whole)
    result.compile = clock.now - start
    result.note = ready.note
    result.backend = ready.backend
    if let kernel = ready.executable as? CompiledKernel {
      result.isCached = kernel.isFromCache
      result.workspace = kernel.workspaceSize
    }
    if gradient {
      (result.points, result.gradient) = try measure(ready.executable)
      (_, result.value) = try measure(backend.prepare(value).executable)
    } else {
      (result.points, result.value) = try measure(ready.executable)
    }
    return result
  }

  /// The number of points and the time of each.
  private func measure(_ executable: any Executable) throws -> (Int, Sample) {
    let signature = executable.signature
    let numbers = (signature.inputs + signature.outputs).reduce(0) { $0 + $1.count }
    let points = points ?? min(100_000, max(1, FormulaBenchmark.usualNumbers / max(numbers, 1)))
    let columns = BenchmarkColumns(signature, points: points)
    let executable: any Executable = threads > 1 ? ParallelExecutable(executable, threads: threads) : executable
    return (points, try Sample.measure(per: points) { try columns.run(executable) })
  }
}
