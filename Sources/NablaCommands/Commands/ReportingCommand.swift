import ArgumentParser
import Foundation
import Nabla
import NablaDiagnostics

/// The exit status of the process.
enum ExitStatus {
  /// The command could not do its work.
  static let failed = ExitCode(1)
  /// The source has errors.
  static let sourceErrors = ExitCode(2)
}

/// A command that reports typed errors on standard error, with the exit status that fits.
protocol ReportingCommand: ParsableCommand {
  func perform() throws
}

extension ReportingCommand {
  func run() throws {
    do {
      try perform()
    } catch let error as DiagnosticsError {
      StandardError.report(error.diagnostics, in: error.source)
      throw ExitStatus.sourceErrors
    } catch let error as DerivativeError {
      StandardError.write("error: \(error.diagnostic.message) [\(error.diagnostic.id)]")
      throw ExitStatus.failed
    } catch let error as Diagnostic {
      StandardError.report([error], in: SourceText(""))
      throw ExitStatus.failed
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      StandardError.write("error: \(error)")
      throw ExitStatus.failed
    }
  }
}

/// Diagnostics and progress go here; standard output carries results alone.
enum StandardError {
  static func write(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  static func report(_ diagnostics: [Diagnostic], in source: SourceText) {
    let renderer = DiagnosticRenderer(source: source, usesColor: Terminal.usesColor(STDERR_FILENO))
    for diagnostic in diagnostics { write(renderer.render(diagnostic)) }
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
}
