import CNablaPool
import Dispatch
import NablaGraph
import Synchronization

/// Spreads the points of a call over threads.
///
/// Every point is computed as it would be alone, so results do not depend on the number of threads. Jobs too small to
/// share run on the calling thread.
public struct ParallelExecutable: Executable {
  public let executable: any Executable
  public let threads: Int

  public var signature: Signature { executable.signature }

  /// Numbers that a thread reads or writes at least: a thread takes tens of microseconds to start.
  public static let leastNumbers = 1 << 15

  private let numbers: Int

  public init(_ executable: any Executable, threads: Int) {
    self.executable = executable
    self.threads = max(threads, 1)
    let signature = executable.signature
    numbers = max((signature.inputs + signature.outputs).reduce(0) { $0 + $1.count }, 1)
  }

  public func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) throws(ExecutionError) {
    let points = dimensions[0]
    let shares = min(threads, points / max(1, ParallelExecutable.leastNumbers / numbers))
    if shares < 2 { return try executable.run(arguments: arguments, results: results, dimensions: dimensions) }
    // Whole groups of 64 points, so that no two threads write to one line of a cache.
    let groups = (points + 63) / 64
    let call = Call(arguments: arguments, results: results, dimensions: dimensions)
    // The error of the first points that fail, whichever thread is first.
    let failure = Mutex<(share: Int, error: ExecutionError)?>(nil)
    DispatchQueue.concurrentPerform(iterations: shares) { share in
      // The threads are all at work: what they call shall not ask for more.
      let was = nabla_pool_mark(1)
      defer { nabla_pool_mark(was) }
      let first = groups * share / shares * 64
      let last = min(groups * (share + 1) / shares * 64, points)
      if first >= last { return }
      do throws(ExecutionError) {
        try run(first..<last, of: call)
      } catch {
        let moved = error.moved(by: first)
        failure.withLock { if share < $0?.share ?? .max { $0 = (share, moved) } }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }

  public func workspace(points: Int) -> Int {
    let share = executable.workspace(points: (points - 1) / threads + 1)
    let (all, overflow) = share.multipliedReportingOverflow(by: threads)
    return overflow ? .max : all
  }

  /// The parameters of a call.
  ///
  /// `@unchecked Sendable`: read only, and valid until all threads are done.
  private struct Call: @unchecked Sendable {
    let arguments: UnsafePointer<UnsafeRawPointer>
    let results: UnsafePointer<UnsafeMutableRawPointer>
    let dimensions: UnsafePointer<Int>
  }

  private func run(_ range: Range<Int>, of call: Call) throws(ExecutionError) {
    let (inputs, outputs) = (signature.inputs, signature.outputs)
    let strides = call.dimensions + 1
    let arguments = inputs.indices.map { index in
      call.arguments[index] + range.lowerBound * strides[index] * inputs[index].type.element.size
    }
    let results = outputs.indices.map { index in
      call.results[index] + range.lowerBound * strides[inputs.count + index] * outputs[index].type.element.size
    }
    let dimensions = [range.count] + (0..<inputs.count + outputs.count).map { strides[$0] }
    try executable.run(arguments: arguments, results: results, dimensions: dimensions)
  }
}
