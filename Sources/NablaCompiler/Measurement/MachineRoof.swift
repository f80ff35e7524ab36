import Dispatch
import Foundation
import NablaGraph
import Synchronization

/// What this machine can do at most, measured: multiplications with additions in registers, and bytes through memory.
///
/// A kernel's time stands under both; figures of another moment are worth little where machines are shared.
public struct MachineRoof: Hashable, Sendable {
  /// Operations a second, a fused multiply-add being two.
  public let operations: Double
  /// Bytes a second, read and written, of arrays that no cache holds.
  public let bandwidth: Double

  /// Measures for about a third of a second.
  ///
  /// - Parameters:
  ///   - threads: that work at once.
  ///   - element: `f32` or `f64`.
  /// - Throws: ``CompilerError`` where no kernel can be compiled.
  public static func measure(
    threads: Int, element: ElementType = .f32, compiler: KernelCompiler
  ) throws(CompilerError) -> MachineRoof {
    let kernel = try RoofKernel(element, unit: .native, compiler: compiler)
    // More threads than cores take turns.
    let threads = min(threads, ProcessInfo.processInfo.activeProcessorCount)
    return MachineRoof(
      operations: rate(threads) { _ in kernel.multiply(steps: 1 << 18) },
      bandwidth: rate(threads) { kernel.copy(share: $0, of: threads) })
  }

  /// The best rate of several rounds: what disturbs a measurement only makes it slower.
  ///
  /// - Parameter work: what a thread does; gives the amount of it.
  private static func rate(_ threads: Int, _ work: @Sendable (Int) -> Double) -> Double {
    let clock = ContinuousClock()
    var best: Double = 0
    let end = clock.now + .milliseconds(160)
    var rounds = 0
    while rounds < 4 || clock.now < end {
      rounds += 1
      let amounts = Mutex<Double>(0)
      // Started together, and each timed by itself, so that waking a thread costs nothing.
      DispatchQueue.concurrentPerform(iterations: threads) { share in
        var amount: Double = 0
        let time = clock.measure { amount = work(share) }
        let rate = amount / (time / .seconds(1))
        amounts.withLock { $0 += rate }
      }
      best = max(best, amounts.withLock { $0 })
    }
    return best
  }
}

/// The two loops, compiled for this machine.
private final class RoofKernel: Sendable {
  private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeRawPointer?, Int) -> Void

  private let library: NativeLibrary
  private let multiplication: Function
  private let copying: Function
  private let lanes: Int
  /// The source, then the target of copies.
  private let memory: UInt

  /// Bytes that are copied: more than caches hold.
  private static let copied = 64 << 20
  private static let sums = 12

  init(_ element: ElementType, unit: VectorUnit, compiler: KernelCompiler) throws(CompilerError) {
    lanes = unit.lanes(of: element)
    let source = RoofKernel.source(element, unit)
    library = try compiler.library(of: source, statements: 2 * RoofKernel.sums, contracting: true)
    multiplication = unsafeBitCast(try library.symbol("nabla_roof_multiply"), to: Function.self)
    copying = unsafeBitCast(try library.symbol("nabla_roof_copy"), to: Function.self)
    let block = UnsafeMutableRawPointer.allocate(byteCount: 2 * RoofKernel.copied, alignment: 4096)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: 2 * RoofKernel.copied)
    memory = UInt(bitPattern: block)
  }

  deinit { UnsafeMutableRawPointer(bitPattern: memory)?.deallocate() }

  /// Operations done.
  func multiply(steps: Int) -> Double {
    withUnsafeTemporaryAllocation(byteCount: 64 * RoofKernel.sums, alignment: 64) { room in
      guard let base = room.baseAddress else { return }
      base.initializeMemory(as: UInt8.self, repeating: 0, count: room.count)
      multiplication(base, nil, steps)
    }
    return 2 * Double(steps * RoofKernel.sums * lanes)
  }

  /// Bytes read and written.
  func copy(share: Int, of threads: Int) -> Double {
    guard let block = UnsafeMutableRawPointer(bitPattern: memory) else { return 0 }
    let size = RoofKernel.copied / threads / 4096 * 4096
    let source = block + share * size
    copying(source + RoofKernel.copied, UnsafeRawPointer(source), size)
    return 2 * Double(size)
  }

  private static func source(_ element: ElementType, _ unit: VectorUnit) -> String {
    let block = "nabla_block_\(element.cSuffix)"
    func each(_ text: (Int) -> String) -> String { (0..<sums).map { "  \(text($0))\n" }.joined() }
    return """
      \(CKernel.types)
      \(CKernel.noInline)
      \(CTileSupport(element: element, unit: unit).text)
      void nabla_roof_multiply(void *memory, const void *none, int64_t steps) {
        \(block)_memory *const room = memory;
        (void)none;
      \(each { "\(block) s\($0) = {\($0)};" })
        // Numbers that the compiler does not know.
        const \(block) y = room[0], z = room[1];
        for (int64_t step = 0; step < steps; ++step) {
      \(each { "  s\($0) = s\($0) * y + z;" })
        }
      \(each { "room[\($0)] = s\($0);" })
      }
      void nabla_roof_copy(void *to, const void *from, int64_t bytes) {
        \(block) *const y = to;
        const \(block) *const x = from;
        for (int64_t k = 0; k < bytes / (int64_t)sizeof(\(block)); ++k) {
      #ifdef __clang__
          __builtin_nontemporal_store(x[k], y + k);
      #else
          y[k] = x[k];
      #endif
        }
      }

      """
  }
}
