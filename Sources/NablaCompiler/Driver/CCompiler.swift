import Foundation
import NablaDiagnostics

/// A C compiler of this machine.
public struct CCompiler: Hashable, Sendable {
  /// Whose options it takes.
  public enum Family: String, Sendable {
    case gcc, clang, other

    /// The family of a compiler that says this of itself.
    init(_ version: String) {
      // The first search of a process for a text in a text takes as long as reading a file.
      let version = Array(version.lowercased().utf8)
      func says(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in version.indices.contains { version[$0...].starts(with: word) } }
      }
      self = says("clang") ? .clang : says("gcc") || says("free software") ? .gcc : .other
    }
  }

  public let path: String
  /// The first line that it says about itself; part of the identity of what it compiles.
  public let version: String
  public let family: Family

  /// The names that are looked for, in order, unless `NABLA_CC` names another.
  public static let names = ["clang", "cc", "gcc"]

  /// The compiler that `NABLA_CC` names, or the first of ``names`` on the path that runs.
  ///
  /// - Throws: ``CompilerError/noCompiler(searched:)``, ``CompilerError/badCompiler(path:reason:)`` for `NABLA_CC`.
  public static func find(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CompilerError) -> CCompiler {
    try find(environment: Environment(environment), known: KnownCompilers(directory: nil))
  }

  static func find(environment: Environment, known: KnownCompilers) throws(CompilerError) -> CCompiler {
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    if let chosen = environment["NABLA_CC"], !chosen.isEmpty {
      guard let executable = executable(chosen, path: path) else {
        throw .badCompiler(path: chosen, reason: "NABLA_CC names no program")
      }
      return try CCompiler(path: executable, known)
    }
    for name in names {
      if let executable = executable(name, path: path), let compiler = try? CCompiler(path: executable, known) {
        return compiler
      }
    }
    throw .noCompiler(searched: names)
  }

  /// Asks the program at a path who it is.
  public init(path: String) throws(CompilerError) {
    try self.init(path: path, KnownCompilers(directory: nil))
  }

  private init(path: String, _ known: KnownCompilers) throws(CompilerError) {
    let version: String
    do {
      version = try known.version(of: path) { try CCompiler.version(of: path) }
    } catch let error as CompilerError {
      throw error
    } catch {
      throw .badCompiler(path: path, reason: "\(SystemReason(error))")
    }
    self.path = path
    self.version = version
    family = Family(version)
  }

  private static func version(of path: String) throws -> String {
    let log = FileManager.default.temporaryDirectory.appendingPathComponent("nabla-version-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: log) }
    let asked = Subprocess(executable: path, arguments: ["--version"])
    switch try asked.run(in: log.deletingLastPathComponent(), log: log, timeout: 10) {
    case .exited(0): break
    case .exited(let status): throw CompilerError.badCompiler(path: path, reason: "status \(status) for --version")
    case .timedOut: throw CompilerError.badCompiler(path: path, reason: "no answer to --version")
    }
    let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
    // The family may stand on a later line, as the licence of gcc under the name `cc` does.
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.prefix(2).joined(separator: "; ")
  }

  /// The program of a name on the path, or of a name with a slash as it stands.
  static func executable(_ name: String, path: String) -> String? {
    if name.contains("/") { return FileBytes.isExecutable(name) ? name : nil }
    for directory in path.split(separator: ":") {
      let file = "\(directory)/\(name)"
      if FileBytes.isExecutable(file) { return file }
    }
    return nil
  }
}
