import Foundation
import NablaDiagnostics

/// Room for bytes whose number nobody knows before they come. What outgrows a limit goes on in a temporary file without
/// a name, so that data larger than memory have a place, and one address.
public final class GrowingBytes {
  /// Data up to this size stay in memory.
  public static let usualMemoryLimit = 1 << 28

  /// How many bytes are in use, from the first one.
  public var count = 0
  /// All there is room for; it moves with ``reserve(_:)``.
  public private(set) var memory: UnsafeMutableRawBufferPointer
  private let memoryLimit: Int
  private var file: Int32 = -1

  /// - Parameter expecting: as many bytes as there will probably be.
  public init(expecting: Int, memoryLimit: Int = GrowingBytes.usualMemoryLimit) throws(DataError) {
    self.memoryLimit = memoryLimit
    memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    try reserve(max(expecting, 1))
  }

  deinit {
    if let base = memory.baseAddress { munmap(base, memory.count) }
    if file >= 0 { close(file) }
  }

  /// Makes room for so many bytes in all. What is there stays; the address may change.
  public func reserve(_ needed: Int) throws(DataError) {
    if needed <= memory.count { return }
    let page = 1 << 16
    guard needed < Int.max / 4 else { throw .tooLarge(shape: [needed]) }
    let size = (max(needed, memory.count == 0 ? 0 : memory.count * 2) + page - 1) / page * page
    if file < 0, size > memoryLimit { try openFile() }
    if file >= 0 { try lengthenFile(to: size) }
    let flags = file >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANON
    guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, flags, file, 0), base != MAP_FAILED else {
      throw GrowingBytes.failure()
    }
    let isSameFile = file >= 0 && isInFile
    if let old = memory.baseAddress {
      if !isSameFile { base.copyMemory(from: old, byteCount: count) }
      munmap(old, memory.count)
    }
    isInFile = file >= 0
    memory = UnsafeMutableRawBufferPointer(start: base, count: size)
  }

  /// Whether ``memory`` is that of the file.
  private var isInFile = false

  private func openFile() throws(DataError) {
    var name = Array((NSTemporaryDirectory() + "/nabla-data-XXXXXX").utf8CString)
    file = mkstemp(&name)
    guard file >= 0 else { throw GrowingBytes.failure() }
    unlink(name)
  }

  private func lengthenFile(to size: Int) throws(DataError) {
    #if canImport(Darwin)
      guard ftruncate(file, off_t(size)) == 0 else { throw GrowingBytes.failure() }
    #else
      // Blocks that the disk has not got would be missed only when they are written to, by a signal.
      let problem = posix_fallocate(file, 0, off_t(size))
      guard problem == 0 else { throw GrowingBytes.failure(problem) }
    #endif
  }

  private static func failure(_ number: Int32 = errno) -> DataError {
    .file(path: NSTemporaryDirectory(), reason: "no room for the data: \(SystemReason(errno: number))")
  }

  /// Adds bytes.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    try reserve(count + bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Adds a number.
  public func append<Value: BitwiseCopyable>(_ value: Value) throws(DataError) {
    let end = count + MemoryLayout<Value>.size
    if end > memory.count { try reserve(end) }
    memory.storeBytes(of: value, toByteOffset: count, as: Value.self)
    count = end
  }

  /// Hands the bytes over; the room is empty afterwards.
  public func finished() -> ByteStorage {
    let storage = ByteStorage(pages: memory, used: count)
    memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    count = 0
    if file >= 0 { close(file) }
    file = -1
    isInFile = false
    return storage
  }
}
