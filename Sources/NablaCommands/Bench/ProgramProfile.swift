import Nabla
import NablaCompiler
import NablaDiagnostics
import NablaGraph
import NablaNetworks
import NablaRuntime

/// The kernels of a program as text, with times if they are wanted.
struct ProgramProfile {
  let program: Program
  let threads: Int
  /// Whether every sum is taken in the order of the program.
  let strict: Bool
  /// The user's text.
  let source: SourceText
  /// Gives what runs an executable of the program once.
  let bind: (any Executable) throws -> () throws -> Void

  /// A program on random numbers.
  init(_ program: Program, threads: Int, strict: Bool, source: SourceText) throws {
    self.program = program
    self.threads = threads
    self.strict = strict
    self.source = source
    let signature = try NablaRuntime.Signature(program)
    var columns: BenchmarkColumns?
    bind = { executable in
      // Made when something is run: kernels can be looked at without.
      let made = try columns ?? BenchmarkColumns(signature, points: 1)
      columns = made
      return { try made.run(executable) }
    }
  }

  /// The step of a training on random examples.
  init(_ training: SyntheticTraining, threads: Int, strict: Bool, source: SourceText) {
    program = training.step
    self.threads = threads
    self.strict = strict
    self.source = source
    bind = { [program] executable in
      let step = try training.bind(program, to: executable)
      return { try step.run() }
    }
  }

  /// - Parameter isTimed: whether the kernels are run, and their times shown.
  func text(isTimed: Bool) throws -> String {
    let plan = try ProgramPlan(program, threads: threads, strict: strict)
    guard isTimed, case .arrays = plan else { return plan.description(in: source) }
    let isDouble = program.graph.parameters.contains { $0.type.element == .f64 }
    let compiler = try KernelCompiler(options: CompilerOptions(strict: strict))
    let profile = try KernelProfile.measure(
      program, threads: threads, element: isDouble ? .f64 : .f32, compiler: compiler, bind: bind)
    return plan.description(in: source, profile: profile)
  }
}
