import Dispatch
import Foundation

/// Runs a program with an argument list: no shell, no input, output and errors to a file.
struct Subprocess {
  enum Outcome {
    /// The status, or the negated signal.
    case exited(Int32)
    case timedOut
  }

  let executable: String
  let arguments: [String]

  /// Runs to the end, or ends the program after `timeout` seconds.
  ///
  /// - Parameters:
  ///   - directory: where the program runs.
  ///   - log: a file that takes what the program says; a file and not a pipe, so that nothing can stall.
  /// - Throws: what Foundation throws if the program does not start.
  func run(in directory: URL, log: URL, timeout: Double) throws -> Outcome {
    guard FileManager.default.createFile(atPath: log.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
    let output = try FileHandle(forWritingTo: log)
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    // Messages in one language and without colours, whatever the user's terminal likes.
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C", "TERM": "dumb"]) { $1 }
    let finished = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in finished.signal() }
    try process.run()
    if finished.wait(timeout: .now() + timeout) == .timedOut {
      end(process)
      _ = finished.wait(timeout: .now() + 5)
      return .timedOut
    }
    return .exited(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
  }

  /// Ends the program and, where it leads a process group, what it has started.
  private func end(_ process: Process) {
    let id = process.processIdentifier
    if getpgid(id) == id { kill(-id, SIGKILL) }
    kill(id, SIGKILL)
  }
}
