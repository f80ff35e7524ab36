import Dispatch
import Foundation
import NablaGraph
import NablaRuntime
import Synchronization

/// Interprets at once, compiles in the background when enough work has been done, and then runs the kernel.
///
/// Both give the same values within a few units in the last place; a call runs wholly on one of them.
public final class AdaptiveExecutable: Executable {
  /// A kernel that came late.
  private final class Arrival: Sendable {
    let kernel: CompiledKernel

    init(_ kernel: CompiledKernel) { self.kernel = kernel }
  }

  private let interpreter: Interpreter
  private let program: Program
  private let environment: [String: String]
  private let threshold: Int
  private let work = Atomic<Int>(0)
  private let started = Atomic<Bool>(false)
  private let finished = DispatchSemaphore(value: 0)
  private let arrival = AtomicLazyReference<Arrival>()
  private let problem = Mutex<String?>(nil)

  public var signature: Signature { interpreter.signature }

  /// Instructions times points after which a kernel is compiled. Not measured yet.
  public static let usualThreshold = 10_000_000

  /// - Parameter threshold: the work, in instructions times points, after which a kernel is compiled.
  /// - Throws: ``LoweringError`` if the program cannot be interpreted.
  public init(
    _ program: Program, environment: [String: String] = ProcessInfo.processInfo.environment,
    threshold: Int = AdaptiveExecutable.usualThreshold
  ) throws(LoweringError) {
    interpreter = try Interpreter(program)
    self.program = program
    self.environment = environment
    self.threshold = threshold
  }

  /// Whether calls run compiled code by now.
  public var isCompiled: Bool { arrival.load() != nil }

  /// One line for a person that says why there will be no kernel, once that is known.
  public var note: String? { problem.withLock { $0 } }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) {
    if let arrival = arrival.load() {
      arrival.kernel.run(arguments: arguments, results: results, dimensions: dimensions)
      return
    }
    interpreter.run(arguments: arguments, results: results, dimensions: dimensions)
    let (done, overflow) = dimensions[0].multipliedReportingOverflow(by: interpreter.instructionCount)
    let before = work.load(ordering: .relaxed)
    if overflow || done >= threshold - before {
      compileInBackground()
    } else {
      work.add(done, ordering: .relaxed)
    }
  }

  /// Starts compiling, unless that has been done.
  public func compileInBackground() {
    if started.exchange(true, ordering: .relaxed) { return }
    DispatchQueue.global(qos: .utility).async { [self] in
      do {
        let kernel = try KernelCompiler(environment: environment).compile(program)
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
