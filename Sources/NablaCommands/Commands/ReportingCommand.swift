import ArgumentParser
import Nabla
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaNetworks
import NablaRuntime

/// The exit status of the process, where it is not 0.
enum ExitStatus {
  /// The command could not do its work.
  static let failed = ExitCode(1)
  /// The source has errors.
  static let sourceErrors = ExitCode(2)
  /// The user ended it with ^C: 128 and the number of the signal, as a shell has it.
  static let interrupted = ExitCode(130)
  /// The command line cannot be understood.
  static let usage = ExitCode.validationFailure
}

/// A command that reports typed errors on standard error, with the exit status that fits.
protocol ReportingCommand: ParsableCommand {
  func perform() throws
}

extension ReportingCommand {
  func run() throws {
    do {
      try perform()
      try StandardOutput.flush()
    } catch let error as DiagnosticsError {
      StandardError.report(error.diagnostics, in: error.source)
      throw ExitStatus.sourceErrors
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      StandardError.write("error: \(error.message)")
      StandardError.write("Usage: \(NablaCommand.usageString(for: Self.self))")
      StandardError.write("  See 'nabla \(Self._commandName) --help' for more information.")
      throw ExitStatus.usage
    } catch {
      StandardError.report([Problem.diagnostic(error)], in: SourceText(""))
      throw ExitStatus.failed
    }
  }
}

/// What the libraries throw, as diagnostics.
enum Problem {
  static func diagnostic(_ error: any Error) -> Diagnostic {
    switch error {
    case let error as Diagnostic: error
    case let error as DerivativeError: error.diagnostic
    case let error as DerivationError: error.diagnostic
    case let error as DataError: error.diagnostic
    case let error as DatasetError: error.diagnostic
    case let error as TrainingError: error.diagnostic
    case let error as ExecutionError: diagnostic(ofRun: error)
    default: Diagnostic("run.failed", "\(error)")
    }
  }

  /// What went wrong while numbers were computed.
  ///
  /// - Parameter source: the text that the program comes from, to show the place in, if that is at hand. What a program has
  ///   been continued with has no place in it.
  static func diagnostic(ofRun error: ExecutionError, in source: SourceText? = nil) -> Diagnostic {
    guard case .indexOutOfRange(let index) = error else {
      if case .memory = error { return Diagnostic("limit.memory", "\(error)") }
      return Diagnostic("run.failed", "\(error)")
    }
    let ranges = source.map { source in index.ranges.filter { $0.start < source.utf8.count } } ?? []
    let notes = ranges.dropFirst().map { Diagnostic("index.range", .note, "the same element is read here", at: $0) }
    return Diagnostic("index.range", "\(error)", at: ranges.first, notes: Array(notes))
  }

  /// Does something with a program's text; a failure is reported at its place in it.
  static func inProgram<Result>(_ source: SourceText, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as TrainingError {
      StandardError.report([error.diagnostic], in: source)
      throw ExitStatus.failed
    } catch let error as ExecutionError {
      StandardError.report([diagnostic(ofRun: error, in: source)], in: source)
      throw ExitStatus.failed
    }
  }

  /// Runs a formula; a failure is reported at its place in the formula's text.
  static func reporting<Result>(in source: SourceText, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ExecutionError {
      StandardError.report([diagnostic(ofRun: error, in: source)], in: source)
      throw ExitStatus.failed
    }
  }
}
