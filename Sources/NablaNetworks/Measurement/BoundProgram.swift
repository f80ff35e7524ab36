import NablaCompiler
import NablaGraph
import NablaRuntime

/// A program with memory for all that it reads and writes, ready to run again and again.
///
/// `@unchecked Sendable`: it is used from one thread at a time.
public final class BoundProgram: @unchecked Sendable {
  public let program: Program
  public let executable: any Executable
  private let signature: NablaRuntime.Signature
  private let block: UnsafeMutableRawPointer
  private let byteCount: Int
  private let arguments: [UnsafeRawPointer]
  private let results: [UnsafeMutableRawPointer]
  private let dimensions: [Int]

  /// - Parameters:
  ///   - executable: of the program; an output that lies where an input does is written there.
  ///   - values: what every input has at first.
  /// - Throws: ``ExecutionError/memory(_:)`` where there is less than it needs.
  init(_ program: Program, _ executable: any Executable, values: [Column]) throws(ExecutionError) {
    self.program = program
    self.executable = executable
    signature = executable.signature
    let ports = signature.inputs + signature.outputs
    try MemoryNeed(
      columns: MemoryNeed.bytes(of: ports, points: 1), workspace: executable.workspace(points: 1)
    ).check()
    var offsets: [Int] = []
    var end = 0
    for (number, port) in ports.enumerated() {
      if number >= values.count, let input = program.aliases[number - values.count] {
        offsets.append(offsets[input])
        continue
      }
      offsets.append(end)
      end += (port.count * port.type.element.size + 127) / 64 * 64
    }
    byteCount = max(end, 64)
    let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
    self.block = block
    block.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    for (offset, value) in zip(offsets, values) {
      value.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { (block + offset).copyMemory(from: base, byteCount: bytes.count) }
      }
    }
    let addresses = offsets.map { block + $0 }
    // A list without members has no address.
    let inputs = values.isEmpty ? [block] : Array(addresses.prefix(values.count))
    arguments = inputs.map { UnsafeRawPointer($0) }
    results = Array(addresses.dropFirst(values.count))
    dimensions = [1] + ports.map(\.count)
  }

  deinit { block.deallocate() }

  /// Runs the program once.
  public func run() throws(ExecutionError) {
    try executable.run(arguments: arguments, results: results, dimensions: dimensions)
  }

  /// The numbers of an output.
  func output(_ position: Int) -> [Double] {
    let port = signature.outputs[position]
    return Column(port.count, of: port.type.element) { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(start: results[position], count: bytes.count))
    }.doubles
  }
}
