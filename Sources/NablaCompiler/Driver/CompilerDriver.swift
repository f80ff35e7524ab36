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
  /// - Parameter callsLibm: whether it calls functions of libm. To read what libraries have takes three quarters of the
  ///   linker's time; of the few functions of libc that a compiler puts in by itself there is one version, which is in
  ///   every process.
  /// - Throws: ``CompilerError/compilation(command:source:status:messages:)``,
  ///   ``CompilerError/timeout(command:source:seconds:)``, ``CompilerError/badCompiler(path:reason:)``,
  ///   ``CompilerError/file(path:message:)``.
  func compile(
    _ source: String, flags: [String], callsLibm: Bool = true, in directory: URL
  ) throws(CompilerError) {
    let file = directory.appendingPathComponent(CompilerDriver.sourceName)
    do {
      try Data(source.utf8).write(to: file)
    } catch {
      throw .file(path: file.path, message: "\(SystemReason(error))")
    }
    if let linker = CompilerDriver.linker, compiler.family != .other {
      let own = flags.filter { $0 != "-shared" } + ["-c", "-o", CompilerDriver.objectName, CompilerDriver.sourceName]
      try run(compiler.path, own, source: file, in: directory)
      let object = directory.appendingPathComponent(CompilerDriver.objectName)
      defer { try? FileManager.default.removeItem(at: object) }
      let libraries = callsLibm ? linker.libraries : []
      let arguments = linker.options + ["-o", CompilerDriver.libraryName, CompilerDriver.objectName] + libraries
      if (try? run(linker.path, arguments, source: file, in: directory)) != nil { return }
    }
    let arguments = flags + ["-o", CompilerDriver.libraryName, CompilerDriver.sourceName, "-lm"]
    try run(compiler.path, arguments, source: file, in: directory)
  }

  static let objectName = "kernel.o"

  /// The linker, asked without the compiler in between: to start a compiler again, and to read the files that go into a
  /// program, takes longer than to link one small object. `nil` where the compiler had better do it.
  private static let linker: (path: String, options: [String], libraries: [String])? = {
    #if os(Linux)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
      // What else a compiler may have called, it knows to find itself.
      return CCompiler.executable("ld", path: path).map {
        ($0, ["-shared"], ["--no-undefined", "-l:libm.so.6", "-l:libc.so.6"])
      }
    #else
      return nil
    #endif
  }()

  /// Runs the compiler, or the linker.
  private func run(
    _ program: String, _ arguments: [String], source file: URL, in directory: URL
  ) throws(CompilerError) {
    let log = directory.appendingPathComponent("messages")
    let command = [program] + arguments
    let outcome: Subprocess.Outcome
    do {
      outcome = try Subprocess(executable: program, arguments: arguments)
        .run(in: directory, log: log, timeout: options.timeout)
    } catch {
      throw .badCompiler(path: program, reason: "\(SystemReason(error))")
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
