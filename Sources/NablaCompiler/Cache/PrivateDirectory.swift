import Foundation
import NablaDiagnostics

/// A directory that nobody but the user can enter: what a program may load code from.
struct PrivateDirectory: Hashable, Sendable {
  let path: String

  var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

  /// Makes the directory if it is missing, and checks whose it is.
  ///
  /// - Throws: ``CompilerError/untrustedDirectory(path:reason:)``, ``CompilerError/file(path:message:)``.
  init(_ path: String) throws(CompilerError) {
    self.path = path
    var status = stat()
    if stat(path, &status) != 0 {
      do {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } catch {
        throw .file(path: path, message: "\(SystemReason(error))")
      }
      guard stat(path, &status) == 0 else {
        throw .file(path: path, message: String(cString: strerror(errno)))
      }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .untrustedDirectory(path: path, reason: "it is not a directory")
    }
    guard status.st_uid == geteuid() else {
      throw .untrustedDirectory(path: path, reason: "it belongs to another user")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .untrustedDirectory(path: path, reason: "others may enter it; 'chmod 700' makes it private")
    }
  }

  /// A new directory of its own under the user's temporary directory.
  static func temporary() throws(CompilerError) -> PrivateDirectory {
    try PrivateDirectory(
      FileManager.default.temporaryDirectory.appendingPathComponent("nabla-\(UUID().uuidString)").path)
  }
}
