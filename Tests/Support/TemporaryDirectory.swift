import Foundation

/// A private directory that goes with the test.
public final class TemporaryDirectory: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "nabla-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns where it is.
  @discardableResult
  public func write(_ contents: String, to name: String) throws -> URL {
    let file = url.appending(path: name)
    try contents.write(to: file, atomically: true, encoding: .utf8)
    return file
  }
}
