import Foundation

/// The bytes of small files, straight from the system: a cached kernel is loaded in less time than the first use of
/// Foundation's files takes.
enum FileBytes {
  /// What is in a file, or its first `limit` bytes; `nil` if it cannot be read.
  static func read(_ path: String, limit: Int = .max) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    // Files of the system's state say that they are empty.
    let size = min(status.st_size > 0 ? Int(status.st_size) : 16 << 10, limit)
    var isRead = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let base = buffer.baseAddress {
        let length = Foundation.read(file, base + count, size - count)
        if length < 0 { isRead = false }
        if length <= 0 { break }
        count += length
      }
    }
    return isRead ? bytes : nil
  }

  /// Whether there is a file at a path that may be run.
  static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
