import Foundation
import NablaCompiler
import NablaDiagnostics

/// Diagnostics and progress go here; standard output carries results alone.
enum StandardError {
  static func write(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) }

  static func report(_ diagnostics: [Diagnostic], in source: SourceText) {
    let renderer = DiagnosticRenderer(source: source, usesColor: Terminal.usesColor(STDERR_FILENO))
    for diagnostic in diagnostics { write(renderer.render(diagnostic)) }
  }
}

/// Where results go.
enum StandardOutput {
  /// Writes a long text at once. Through `print`, a failure in its midst would be forgotten by the time of ``flush()``.
  static func write(_ text: String) throws(Diagnostic) {
    try flush()
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw Diagnostic("output.unwritable", "cannot write to standard output: \(SystemReason(error))")
    }
  }

  /// Hands over what is still buffered: a full disk or a closed descriptor shows only then.
  static func flush() throws(Diagnostic) {
    if fflush(nil) != 0 {
      throw Diagnostic("output.unwritable", "cannot write to standard output: \(SystemReason(errno: errno))")
    }
  }
}

/// What a file descriptor is connected to.
enum Terminal {
  /// Colour only for people: on a terminal that has it, unless `NO_COLOR` is set.
  static func usesColor(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    if !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb" { return false }
    return isatty(descriptor) == 1
  }

  /// How many columns a terminal has; 80 where nothing says it.
  static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
  }
}
