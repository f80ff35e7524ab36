import NablaGraph
import NablaRuntime

/// What runs a program.
public enum Backend: String, CaseIterable, Hashable, Sendable {
  /// The interpreter at once, and a compiled kernel as soon as the work done makes one worth its compile time.
  case auto
  /// The closure interpreter.
  case interpreter
  /// A compiled kernel.
  case c
}

/// A program ready to run.
public struct Preparation: Sendable {
  public let executable: any Executable
  /// What runs it now: `auto` if it will change.
  public let backend: Backend
  /// One line for a person, if it is not what was asked for or not as usual; the library prints nothing.
  public let note: String?
}

extension Backend {
  /// Makes a program ready.
  ///
  /// Where no kernel can be made (there is no compiler, or the program is beyond the C backend), the interpreter runs
  /// the program and ``Preparation/note`` says why. To fail instead, call ``KernelCompiler/compile(_:)``.
  ///
  /// - Parameters:
  ///   - threads: how many threads share the points of a large call, or the kernels of a program of arrays; results do
  ///     not depend on it.
  ///   - options: how kernels are compiled.
  ///   - environment: where the compiler and the cache are looked for; the process's own where it is `nil`.
  /// - Throws: ``LoweringError`` if nothing can run the program.
  public func prepare(
    _ program: Program, threads: Int = 1, options: CompilerOptions = CompilerOptions(),
    environment: [String: String]? = nil
  ) throws(LoweringError) -> Preparation {
    let ready = try prepare(program, max(threads, 1), options, environment)
    if threads <= 1 { return ready }
    return Preparation(
      executable: ParallelExecutable(ready.executable, threads: threads), backend: ready.backend, note: ready.note)
  }

  private func prepare(
    _ program: Program, _ threads: Int, _ options: CompilerOptions, _ environment: [String: String]?
  ) throws(LoweringError) -> Preparation {
    switch self {
    case .interpreter:
      return Preparation(executable: try Interpreter(program), backend: .interpreter, note: nil)
    case .c:
      do {
        let compiler = try KernelCompiler(environment: environment, options: options)
        return Preparation(
          executable: try compiler.compile(program, threads: threads), backend: .c,
          note: compiler.note)
      } catch {
        let note = "interpreting: \(error)"
        return Preparation(executable: try Interpreter(program), backend: .interpreter, note: note)
      }
    case .auto:
      return Preparation(
        executable: try AdaptiveExecutable(program, threads: threads, options: options, environment: environment),
        backend: .auto,
        note: nil)
    }
  }
}
