import NablaDiagnostics
import NablaGraph

/// A checked source: its functions with their types, and every problem found.
///
/// Checking looks at each function once per combination of argument types; it builds no program. ``program(_:)`` then
/// expands one function into a graph.
public struct Module: Sendable {
  public let parsed: ParsedSource
  public let options: CheckOptions
  /// All problems of all stages, in source order.
  public let diagnostics: [Diagnostic]
  /// In program order.
  public let functions: [Signature]

  /// Checks a source text.
  ///
  /// - Complexity: linear in the length of the text for programs that call each function with few combinations of
  ///   types; bounded by ``CheckOptions/Limits`` for all.
  public init(checking source: SourceText, options: CheckOptions = CheckOptions()) {
    self.init(checking: Parser.parse(source), options: options)
  }

  /// Checks a parsed source, for example again with other sizes.
  public init(checking parsed: ParsedSource, options: CheckOptions = CheckOptions()) {
    self.parsed = parsed
    self.options = options
    diagnostics = parsed.diagnostics
    functions = []
  }

  public var source: SourceText { parsed.source }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The function that is meant where none is named.
  public var lastFunction: Signature? { functions.last }

  /// The function of a name.
  public func function(_ name: String) -> Signature? { functions.last { $0.name == name } }

  /// Expands a function into a graph.
  ///
  /// The inputs of the program are ``Signature/inputs`` in order; its roots are ``Signature/results``.
  ///
  /// - Parameter name: the function; `nil` means ``lastFunction``.
  /// - Throws: the diagnostics of the module if there are errors, and problems that only the expansion shows, such as
  ///   ``CheckOptions/Limits`` exceeded.
  public func program(_ name: String? = nil) throws(DiagnosticsError) -> Program {
    throw DiagnosticsError(source: source, diagnostics: diagnostics)
  }
}
