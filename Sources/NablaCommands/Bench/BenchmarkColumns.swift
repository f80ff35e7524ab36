import Nabla
import NablaGraph
import NablaRuntime

/// The memory of a measured call: a column an input, with numbers between 0.2 and 0.9, and a column a result.
final class BenchmarkColumns {
  private let arguments: [UnsafeRawPointer]
  private let results: [UnsafeMutableRawPointer]
  /// The number of points and the steps of all columns.
  private let dimensions: [Int]
  private let block: UnsafeMutableRawPointer

  /// - Throws: ``ExecutionError/memory(_:)`` where the columns are larger than the memory.
  init(_ signature: NablaRuntime.Signature, points: Int) throws(ExecutionError) {
    let ports = signature.inputs + signature.outputs
    try MemoryNeed(columns: MemoryNeed.bytes(of: ports, points: points), workspace: 0).check()
    // Columns side by side in one block, as a matrix has its rows. Long ones begin with a line of the cache, and not all
    // with the same one of a page, where they would crowd each other out.
    var offsets: [Int] = []
    var end = 0
    for (number, port) in ports.enumerated() {
      let size = port.count * points * port.type.element.size
      let isLong = size >= 512
      let start = isLong ? (end + 63) & ~63 : (end + 7) & ~7
      offsets.append(start + (isLong ? number % 8 * 64 : 0))
      end = offsets[number] + size
    }
    block = .allocate(byteCount: end + 64, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: end + 64)
    var random = SplitMix64(seed: 1)
    for (port, offset) in zip(signature.inputs, offsets) {
      for index in 0..<port.count * points { random.store(port.type.element, to: block + offset, at: index) }
    }
    let addresses = offsets.map { [block] in block + $0 }
    // A list without members has no address.
    let inputs = signature.inputs.isEmpty ? addresses[...] : addresses.prefix(signature.inputs.count)
    arguments = inputs.map { UnsafeRawPointer($0) }
    results = Array(addresses.dropFirst(signature.inputs.count))
    dimensions = [points] + ports.map(\.count)
  }

  deinit { block.deallocate() }

  /// Hands on the addresses of the columns, and the number of points with the steps.
  ///
  /// - Precondition: there is an input and a result.
  func withAddresses<Result>(
    _ body: (
      UnsafePointer<UnsafeRawPointer>, UnsafePointer<UnsafeMutableRawPointer>, UnsafePointer<Int>
    ) -> Result
  ) -> Result {
    body(arguments, results, dimensions)
  }

  func run(_ executable: any Executable) throws(ExecutionError) {
    try executable.run(arguments: arguments, results: results, dimensions: dimensions)
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
