import Nabla
import NablaGraph
import NablaRuntime

/// The memory of a measured call: a column an input, with numbers between 0.2 and 0.9, and a column a result.
final class BenchmarkColumns {
  private let arguments: [UnsafeRawPointer]
  private let results: [UnsafeMutableRawPointer]
  /// The number of points and the steps of all columns.
  private let dimensions: [Int]
  private let blocks: [UnsafeMutableRawPointer]

  init(_ signature: NablaRuntime.Signature, points: Int) {
    var random = SplitMix64(seed: 1)
    var blocks: [UnsafeMutableRawPointer] = []
    func column(_ port: NablaRuntime.Signature.Port) -> UnsafeMutableRawPointer {
      // A line more than needed, and another one for each column: columns whose addresses differ by a power of two
      // crowd the same lines of a cache.
      let skew = blocks.count % 16 * 64
      let size = port.count * points * port.type.element.size
      let block = UnsafeMutableRawPointer.allocate(byteCount: size + 16 * 64, alignment: 64)
      block.initializeMemory(as: UInt8.self, repeating: 0, count: size + 16 * 64)
      blocks.append(block)
      return block + skew
    }
    var arguments: [UnsafeRawPointer] = []
    for port in signature.inputs {
      let base = column(port)
      for index in 0..<port.count * points { random.store(port.type.element, to: base, at: index) }
      arguments.append(UnsafeRawPointer(base))
    }
    results = signature.outputs.map(column)
    // A list without members has no address.
    self.arguments = arguments.isEmpty ? results.map { UnsafeRawPointer($0) } : arguments
    dimensions = [points] + (signature.inputs + signature.outputs).map(\.count)
    self.blocks = blocks
  }

  deinit { for block in blocks { block.deallocate() } }

  func run(_ executable: any Executable) {
    executable.run(arguments: arguments, results: results, dimensions: dimensions)
  }
}

extension SplitMix64 {
  fileprivate mutating func store(_ element: ElementType, to base: UnsafeMutableRawPointer, at index: Int) {
    switch element {
    case .f64: base.assumingMemoryBound(to: Double.self)[index] = .random(in: 0.2..<0.9, using: &self)
    case .f32: base.assumingMemoryBound(to: Float.self)[index] = .random(in: 0.2..<0.9, using: &self)
    case .i64: base.assumingMemoryBound(to: Int64.self)[index] = .random(in: 1...9, using: &self)
    case .i32: base.assumingMemoryBound(to: Int32.self)[index] = .random(in: 1...9, using: &self)
    case .bool: base.assumingMemoryBound(to: UInt8.self)[index] = .random(in: 0...1, using: &self)
    }
  }
}
