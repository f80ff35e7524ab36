import Dispatch
import Foundation
import NablaGraph
import NablaRuntime
import Synchronization

/// Interprets at once, looks for a kernel in the cache as soon as there is some work, compiles one in the background when
/// there has been enough of it, and then runs the kernel.
///
/// Both give the same values within a few units in the last place; a call runs wholly on one of them.
public final class AdaptiveExecutable: Executable {
  /// A kernel that came late.
  private final class Arrival: Sendable {
    let kernel: CompiledKernel

    init(_ kernel: CompiledKernel) { self.kernel = kernel }
  }

  private let interpreter: Interpreter
  private let workPerPoint: Int
  private let program: Program
  private let options: CompilerOptions
  private let environment: [String: String]?
  private let threads: Int
  private let threshold: Int
  private let work = Atomic<Int>(0)
  private let looked = Atomic<Bool>(false)
  private let started = Atomic<Bool>(false)
  private let finished = DispatchSemaphore(value: 0)
  private let arrival = AtomicLazyReference<Arrival>()
  private let problem = Mutex<String?>(nil)

  public var signature: Signature { interpreter.signature }

  /// Numbers that are computed before a kernel is compiled: about ten milliseconds of interpreting, a few times less
  /// than a compiler takes, which works beside the interpreter.
  public static let usualThreshold = 50_000_000
  /// Numbers that are computed before the cache is looked through: some tens of microseconds of interpreting.
  static let lookThreshold = 200_000

  /// - Parameters:
  ///   - threads: the most that share a call of a kernel over arrays.
  ///   - options: how the kernel is compiled.
  ///   - threshold: how many numbers are computed before a kernel is compiled.
  /// - Throws: ``LoweringError`` if the program cannot be interpreted.
  public init(
    _ program: Program, threads: Int = 1, options: CompilerOptions = CompilerOptions(),
    environment: [String: String]? = nil,
    threshold: Int = AdaptiveExecutable.usualThreshold
  ) throws(LoweringError) {
    interpreter = try Interpreter(program)
    workPerPoint = interpreter.workPerPoint
    self.program = program
    self.options = options
    self.environment = environment
    self.threads = threads
    self.threshold = threshold
  }

  /// Whether calls run compiled code by now.
  public var isCompiled: Bool { arrival.load() != nil }

  /// One line for a person that says why there will be no kernel, once that is known.
  public var note: String? { problem.withLock { $0 } }

  public func workspace(points: Int) -> Int {
    arrival.load()?.kernel.workspaceSize ?? interpreter.workspace(points: points)
  }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) throws(ExecutionError) {
    if let arrival = arrival.load() {
      try arrival.kernel.run(arguments: arguments, results: results, dimensions: dimensions)
      return
    }
    try interpreter.run(arguments: arguments, results: results, dimensions: dimensions)
    let (done, overflow) = dimensions[0].multipliedReportingOverflow(by: workPerPoint)
    let before = work.load(ordering: .relaxed)
    if overflow || done >= threshold - before {
      compileInBackground()
      return
    }
    work.add(done, ordering: .relaxed)
    if before + done >= AdaptiveExecutable.lookThreshold, !looked.exchange(true, ordering: .relaxed) {
      DispatchQueue.global(qos: .utility).async { [self] in
        // Compiling finds the same later, with its reasons.
        guard !started.load(ordering: .relaxed),
          let compiler = try? KernelCompiler(environment: environment, options: options),
          let kernel = try? compiler.cached(program, threads: threads)
        else { return }
        _ = arrival.storeIfNil(Arrival(kernel))
      }
    }
  }

  /// Starts compiling, unless that has been done.
  public func compileInBackground() {
    if started.exchange(true, ordering: .relaxed) { return }
    if isCompiled {
      finished.signal()
      return
    }
    DispatchQueue.global(qos: .utility).async { [self] in
      do {
        let kernel = try KernelCompiler(environment: environment, options: options).compile(program, threads: threads)
        _ = arrival.storeIfNil(Arrival(kernel))
      } catch {
        problem.withLock { $0 = "interpreting: \(error)" }
      }
      finished.signal()
    }
  }

  /// Compiles, if that has not been done, and waits until it is known whether there is a kernel.
  public func waitForKernel() {
    compileInBackground()
    finished.wait()
    finished.signal()
  }
}
