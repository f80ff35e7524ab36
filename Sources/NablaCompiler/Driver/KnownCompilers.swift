import Foundation
import Synchronization

/// What compilers said about themselves, so that they are asked once and not before every kernel.
///
/// A program is known by its real path, its size and the time of its last change: an update makes it another one. The
/// memory is that of the process and, where there is a cache directory, a file there.
struct KnownCompilers: Sendable {
  private static let known = Mutex<[String: String]>([:])

  /// The directory of the cache; private to the user.
  let directory: String?

  /// What the program at a path says, from memory or from `ask`.
  func version(of path: String, ask: () throws -> String) rethrows -> String {
    guard let stamp = KnownCompilers.stamp(of: path) else { return try ask() }
    if let version = KnownCompilers.known.withLock({ $0[stamp] }) { return version }
    let file = directory.map { "\($0)/compiler-\(KernelCache.key([stamp]))" }
    if let file, let bytes = FileBytes.read(file), !bytes.isEmpty {
      let version = String(decoding: bytes, as: UTF8.self)
      KnownCompilers.known.withLock { $0[stamp] = version }
      return version
    }
    let version = try ask()
    KnownCompilers.known.withLock { $0[stamp] = version }
    // A memory that cannot be written costs time, no more.
    if let file { try? Data(version.utf8).write(to: URL(fileURLWithPath: file), options: .atomic) }
    return version
  }

  private static func stamp(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    #if canImport(Darwin)
      let changed = status.st_mtimespec
    #else
      let changed = status.st_mtim
    #endif
    return "\(String(cString: real)) \(status.st_size) \(changed.tv_sec).\(changed.tv_nsec)"
  }
}
