import Foundation
import NablaCompiler
import NablaDiagnostics

/// A file that a command reads.
struct SourceFile {
  let path: String

  /// - Throws: `source.unreadable` with the system's reason.
  func bytes() throws(Diagnostic) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var status = stat()
    // What a file says of its size is a hint: a pipe says nothing, and a hole may say anything.
    if fstat(descriptor, &status) == 0, (1...1 << 26).contains(status.st_size) {
      bytes.reserveCapacity(Int(status.st_size) + 1)
    }
    while true {
      let before = bytes.count
      // Grows with what was read, so that the copies of a long file stay in proportion to it.
      let room = max(1 << 16, bytes.capacity - before)
      bytes.append(contentsOf: repeatElement(0, count: room))
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + before }, room)
      }
      bytes.removeLast(room - max(count, 0))
      if count == 0 { return bytes }
      if count < 0, errno != EINTR { throw unreadable(errno) }
    }
  }

  /// Whether there is a file, of whatever kind, at that path.
  var exists: Bool { access(path, F_OK) == 0 }

  private func unreadable(_ number: Int32) -> Diagnostic {
    Diagnostic("source.unreadable", "cannot read '\(path)': \(SystemReason(errno: number))")
  }
}
