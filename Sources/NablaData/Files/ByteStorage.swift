import Foundation
import NablaDiagnostics
import NablaRuntime

/// Bytes that stay at one address and are only read: a mapped file, memory of their own, or those of a column.
///
/// `@unchecked Sendable`: nothing writes to the bytes once there is a storage of them, and the owner outlives it.
public final class ByteStorage: @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer
  private let owner: Owner

  private enum Owner {
    /// Pages of a file, or of memory, which go with the storage.
    case pages(Int)
    case column(Column)
    case part(ByteStorage)
  }

  /// A file as it lies on the disk: nothing is read before it is looked at. What is no regular file is read at once.
  ///
  /// A file must not be shortened as long as it is mapped.
  public init(mapping path: String) throws(DataError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, reason: "\(SystemReason(errno: errno))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(path: path, reason: "\(SystemReason(errno: errno))") }
    if status.st_mode & S_IFMT == S_IFDIR { throw .file(path: path, reason: "\(SystemReason(errno: EISDIR))") }
    let size = Int(status.st_size)
    if status.st_mode & S_IFMT == S_IFREG, size > 0 {
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
        throw .file(path: path, reason: "\(SystemReason(errno: errno))")
      }
      bytes = UnsafeRawBufferPointer(start: base, count: size)
      owner = .pages(size)
      return
    }
    let room = try GrowingBytes(expecting: 1 << 16)
    while true {
      try room.reserve(room.count + 1 << 16)
      let found = read(descriptor, room.memory.baseAddress.map { $0 + room.count }, 1 << 16)
      if found == 0 { break }
      if found < 0, errno != EINTR { throw .file(path: path, reason: "\(SystemReason(errno: errno))") }
      room.count += max(found, 0)
    }
    let whole = room.finished()
    bytes = whole.bytes
    owner = .part(whole)
  }

  /// The numbers of a column, where they lie.
  public init(_ column: Column) {
    owner = .column(column)
    // The address of a column's memory is that of an object which `owner` keeps and nobody writes to.
    bytes = column.withUnsafeBytes { $0 }
  }

  /// Some of the bytes of a storage.
  ///
  /// - Precondition: it has them.
  public init(_ whole: ByteStorage, _ range: Range<Int>) {
    owner = .part(whole)
    bytes = UnsafeRawBufferPointer(rebasing: whole.bytes[range])
  }

  /// Takes pages over.
  init(pages: UnsafeMutableRawBufferPointer, used: Int) {
    owner = .pages(pages.count)
    bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pages)[..<used])
  }

  deinit {
    if case .pages(let size) = owner, let base = bytes.baseAddress { munmap(.init(mutating: base), size) }
  }
}
