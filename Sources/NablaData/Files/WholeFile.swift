import Foundation
import NablaDiagnostics

/// A file that is looked at, or written, as a whole.
public struct WholeFile: Hashable, Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Reads the file; a large one is mapped, and not read into memory of its own.
  ///
  /// - Throws: ``DataError/file(path:reason:)`` with the system's reason, and what `body` throws as an error in the file.
  public func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(DataError) -> Value
  ) throws(DataError) -> Value {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .file(path: path, reason: "\(SystemReason(error))")
    }
    return try data.withUnsafeBytes { bytes in Result { () throws(DataError) in try body(bytes) } }.get()
  }

  /// Looks whether the file could be written: its folder is there, and files can be made in it. Nobody should learn that after
  /// hours of work.
  public func requireFolder() throws(DataError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder) else {
      throw .file(path: path, reason: "there is no folder '\(folder)'")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw .file(path: path, reason: "nothing can be written into '\(folder)'")
    }
  }
}
