import Foundation

/// A directory of its own for the commands of one document, with `nabla` on the path, nobody's settings, and no
/// network, terminal or home.
final class ExampleDirectory: Sendable {
  struct Outcome: Hashable, Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  let url: URL
  private let path: String

  /// - Parameters:
  ///   - nabla: the command to put on the path.
  ///   - folder: files that the commands may use; they get a copy.
  init(nabla: URL, copying folder: URL? = nil) throws {
    let files = FileManager.default
    let root = files.temporaryDirectory.appending(path: "nabla-example-\(UUID().uuidString)")
    url = root.appending(path: "here")
    let commands = root.appending(path: "bin")
    try files.createDirectory(at: commands, withIntermediateDirectories: true)
    try files.createSymbolicLink(at: commands.appending(path: "nabla"), withDestinationURL: nabla)
    if let folder {
      try files.copyItem(at: folder, to: url)
    } else {
      try files.createDirectory(at: url, withIntermediateDirectories: true)
    }
    path = commands.path() + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  deinit {
    try? FileManager.default.removeItem(at: url.deletingLastPathComponent())
  }

  func write(_ contents: String, to name: String) throws {
    try contents.write(to: url.appending(path: name), atomically: true, encoding: .utf8)
  }

  /// Runs the script with the system's `sh`; it is ended when it takes longer than `seconds`.
  func run(_ script: String, seconds: Int = 120) throws -> Outcome {
    let root = url.deletingLastPathComponent()
    let (output, errors) = (root.appending(path: "output"), root.appending(path: "errors"))
    for file in [output, errors] { try Data().write(to: file) }

    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-euc", script]
    process.currentDirectoryURL = url
    process.environment = [
      "PATH": path, "HOME": root.path(), "XDG_CACHE_HOME": root.appending(path: "cache").path(), "NO_COLOR": "1",
      "LC_ALL": "C.UTF-8", "TMPDIR": FileManager.default.temporaryDirectory.path(),
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    if ended.wait(timeout: .now() + .seconds(seconds)) == .timedOut {
      // Not a polite signal: a child inherits the signals that a test thread blocks.
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
