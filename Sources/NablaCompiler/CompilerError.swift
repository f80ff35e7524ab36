import NablaGraph
import NablaRuntime

/// Why a program was not compiled to machine code. The interpreter still runs it.
public enum CompilerError: Error, Hashable, Sendable {
  /// The program itself cannot be lowered, for any backend.
  case lowering(LoweringError)
  /// The C backend knows scalars only; the type and the origin of the first array.
  case array(TensorType, Origin)
  /// More statements than a C compiler handles in reasonable time.
  case tooLarge(statements: Int, limit: Int)
  /// Loops inside loops, more deeply than is compiled.
  case nested(limit: Int)
  /// None of these is on the path.
  case noCompiler(searched: [String])
  /// `NABLA_CC` names something that does not run.
  case badCompiler(path: String, reason: String)
  /// The compiler refused the source, which is kept.
  case compilation(command: [String], source: String, status: Int32, messages: [String])
  /// The compiler was stopped after so many seconds; the source is kept.
  case timeout(command: [String], source: String, seconds: Double)
  /// The dynamic linker refused the library.
  case loading(path: String, message: String)
  /// The directory is not private to the user, so that nothing in it can be trusted.
  case untrustedDirectory(path: String, reason: String)
  case file(path: String, message: String)
  /// A name, type or number that an exported file cannot have.
  case export(String)
}

extension CompilerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .lowering(let error): "\(error)"
    case .array(let type, let origin):
      "the C backend takes scalars only, and \(origin.name.map { "'\($0)'" } ?? "a value") is \(type)"
    case .tooLarge(let statements, let limit): "\(statements) statements are more than the \(limit) that are compiled"
    case .nested(let limit): "loops are nested more than \(limit) deep"
    case .noCompiler(let searched): "no C compiler: none of \(searched.joined(separator: ", ")) is on the path"
    case .badCompiler(let path, let reason): "the C compiler \(path) does not run: \(reason)"
    case .compilation(let command, let source, let status, let messages):
      (["the C compiler refused \(source) with status \(status): \(command.joined(separator: " "))"] + messages)
        .joined(separator: "\n")
    case .timeout(let command, let source, let seconds):
      "the C compiler took more than \(seconds) s for \(source): \(command.joined(separator: " "))"
    case .loading(let path, let message): "\(path) was not loaded: \(message)"
    case .untrustedDirectory(let path, let reason): "the directory \(path) is not used: \(reason)"
    case .file(let path, let message): "\(path): \(message)"
    case .export(let reason): reason
    }
  }
}
