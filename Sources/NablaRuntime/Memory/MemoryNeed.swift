import NablaGraph

/// What a call would take, and what there is: said before it starts instead of ending the process in its midst.
public struct MemoryNeed: Error, Hashable, Sendable {
  /// Bytes of inputs and outputs; `Int.max` where they are beyond counting.
  public let columns: Int
  /// Bytes that the computation takes beside them.
  public let workspace: Int
  /// Bytes that there were.
  public let available: Int?

  /// Calls below this are not worth a look at the system.
  static let unnoticed = 1 << 26

  /// Bytes in all.
  public var bytes: Int {
    let (sum, overflow) = columns.addingReportingOverflow(workspace)
    return overflow ? .max : sum
  }

  /// - Parameter available: bytes that may be used; where `nil`, as many as the machine has for this process.
  public init(columns: Int, workspace: Int, available: Int? = nil) {
    self.columns = columns
    self.workspace = workspace
    let (sum, overflow) = columns.addingReportingOverflow(workspace)
    self.available = available ?? (overflow || sum > MemoryNeed.unnoticed ? AvailableMemory.bytes : nil)
  }

  /// What the outputs and the workspace of a call take; its inputs are there already.
  init(of executable: some Executable, points: Int) {
    self.init(
      columns: MemoryNeed.bytes(of: executable.signature.outputs, points: points),
      workspace: executable.workspace(points: points))
  }

  /// Bytes of all numbers of some inputs or outputs.
  public static func bytes(of ports: [Signature.Port], points: Int) -> Int {
    ports.reduce(0) { sum, port in
      let (numbers, tooMany) = port.count.multipliedReportingOverflow(by: points)
      let (bytes, tooLarge) = numbers.multipliedReportingOverflow(by: port.type.element.size)
      let (total, overflow) = sum.addingReportingOverflow(bytes)
      return tooMany || tooLarge || overflow ? .max : total
    }
  }

  /// - Throws: ``ExecutionError/memory(_:)`` where it is more than there is.
  public func check() throws(ExecutionError) {
    if bytes == .max { throw .memory(self) }
    if let available, bytes > available { throw .memory(self) }
  }
}

extension MemoryNeed: CustomStringConvertible {
  public var description: String {
    let needed =
      bytes == .max ? "more memory than can be counted" : "\(MemoryNeed.text(bytes)) of memory (\(bytes) bytes)"
    return "this needs \(needed), and there is \(available.map(MemoryNeed.text) ?? "less")"
  }

  /// `1.5 GB`, in powers of 1000.
  static func text(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "kB", "MB", "GB", "TB", "PB"] {
      if value < 1000 { return unit == "bytes" ? "\(bytes) bytes" : "\((value * 10).rounded() / 10) \(unit)" }
      value /= 1000
    }
    return "\((value * 10).rounded() / 10) EB"
  }
}
