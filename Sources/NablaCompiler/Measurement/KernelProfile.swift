import NablaGraph
import NablaRuntime

/// How long each kernel of a program takes, beside what the machine can do.
public struct KernelProfile: Sendable {
  /// Nanoseconds of every kernel in one call of the program, in the order of a ``KernelListing``.
  public let nanoseconds: [Double]
  /// A call of the program as a whole, without counting.
  public let whole: Double
  public let roof: MachineRoof
  public let threads: Int

  /// Runs a program for about half a second.
  ///
  /// - Parameters:
  ///   - bind: gives what calls an executable once.
  ///   - element: what the multipliers' peak is measured with.
  /// - Throws: ``CompilerError`` where nothing can be compiled, and what a call throws.
  public static func measure(
    _ program: Program, threads: Int, element: ElementType, compiler: KernelCompiler,
    bind: (any Executable) throws -> () throws -> Void
  ) throws -> KernelProfile {
    let plain = try compiler.compile(program, threads: threads)
    let counting = try compiler.compile(program, threads: threads, profiles: true)
    let clock = ContinuousClock()
    let (run, runCounting) = (try bind(plain), try bind(counting))
    try run()
    try runCounting()
    guard let counters = counting.counters else {
      throw CompilerError.export("only programs of arrays have kernels")
    }
    counters.reset()
    // Taking turns, so that both have the same neighbours. A call is timed behind one of its own: what the other kind has
    // left in the caches is no part of it.
    var times: [Double] = []
    let start = clock.now
    repeat {
      try run()
      times.append(try clock.measure { try run() } / .nanoseconds(1))
      try runCounting()
    } while times.count < 3 || clock.now - start < .milliseconds(500)
    let calls = Double(times.count)
    times.sort()
    return KernelProfile(
      nanoseconds: counters.nanoseconds.map { Double($0) / calls }, whole: times[times.count / 2],
      roof: try MachineRoof.measure(threads: threads, element: element, compiler: compiler),
      threads: threads)
  }

  /// The line above the table.
  ///
  /// - Parameter sum: the time of all kernels; those in loops are in the loops' time.
  func summary(_ sum: Double) -> String {
    "\(threads) thread\(threads == 1 ? "" : "s"): a call \(micro(whole)) µs, its kernels one by one "
      + "\(micro(sum)) µs; peak \(KernelListing.decimal(roof.operations / 1e9, 1)) Gflop/s, "
      + "stream \(KernelListing.decimal(roof.bandwidth / 1e9, 1)) GB/s\n"
  }

  /// Microseconds, the part of all kernels' time, and the rates with their parts of the roof.
  func cells(_ number: Int, _ work: KernelWork, of sum: Double) -> [String] {
    guard nanoseconds.indices.contains(number), nanoseconds[number] > 0 else {
      return Array(repeating: "", count: 6)
    }
    let time = nanoseconds[number]
    func percent(_ part: Double) -> String { KernelListing.decimal(part * 100, 0) + " %" }
    let (operations, bytes) = (Double(work.operations) / time, Double(work.bytes) / time)
    return [
      micro(time), percent(time / sum), KernelListing.decimal(operations, 1),
      percent(operations * 1e9 / roof.operations), KernelListing.decimal(bytes, 1),
      percent(bytes * 1e9 / roof.bandwidth),
    ]
  }

  private func micro(_ nanoseconds: Double) -> String {
    KernelListing.decimal(nanoseconds / 1000, 1)
  }
}

/// What a kernel counts in the memory of its library.
///
/// `@unchecked Sendable`: the numbers are read and reset between calls, by who measures.
final class KernelCounters: @unchecked Sendable {
  private let address: UnsafeMutablePointer<Int64>
  private let count: Int
  private let library: NativeLibrary

  init(_ address: UnsafeMutableRawPointer, count: Int, library: NativeLibrary) {
    self.address = address.assumingMemoryBound(to: Int64.self)
    self.count = count
    self.library = library
  }

  func reset() { for index in 0..<2 * count { address[index] = 0 } }

  /// The time of every kernel in all calls since.
  var nanoseconds: [Int] { (0..<count).map { Int(address[2 * $0]) } }
}
