import Foundation
import NablaDiagnostics

/// Turns C text into a shared library in a directory of its own.
struct CompilerDriver: Sendable {
  let compiler: CCompiler
  let options: CompilerOptions

  static let sourceName = "kernel.c"
  static let libraryName = "kernel.so"

  /// Lines of the compiler's messages that an error carries.
  private static let messageLimit = 8

  /// Compiles a source in `directory`, which exists and is private; leaves source and library there.
  ///
  /// Names inside are the same for every kernel, so that equal sources give equal libraries.
  ///
  /// - Throws: ``CompilerError/compilation(command:source:status:messages:)``,
  ///   ``CompilerError/timeout(command:source:seconds:)``, ``CompilerError/badCompiler(path:reason:)``,
  ///   ``CompilerError/file(path:message:)``.
  func compile(_ source: String, flags: [String], in directory: URL) throws(CompilerError) {
    let file = directory.appendingPathComponent(CompilerDriver.sourceName)
    let log = directory.appendingPathComponent("messages")
    do {
      try Data(source.utf8).write(to: file)
    } catch {
      throw .file(path: file.path, message: "\(SystemReason(error))")
    }
    let arguments = flags + ["-o", CompilerDriver.libraryName, CompilerDriver.sourceName, "-lm"]
    let command = [compiler.path] + arguments
    let outcome: Subprocess.Outcome
    do {
      outcome = try Subprocess(executable: compiler.path, arguments: arguments)
        .run(in: directory, log: log, timeout: options.timeout)
    } catch {
      throw .badCompiler(path: compiler.path, reason: "\(SystemReason(error))")
    }
    let messages = (try? Data(contentsOf: log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    switch outcome {
    case .exited(0):
      try? FileManager.default.removeItem(at: log)
    case .exited(let status):
      let lines = messages.split(separator: "\n").prefix(CompilerDriver.messageLimit).map(String.init)
      throw .compilation(command: command, source: file.path, status: status, messages: lines)
    case .timedOut:
      throw .timeout(command: command, source: file.path, seconds: options.timeout)
    }
  }
}
