import NablaDiagnostics

/// What the parser makes of a source: always a tree, and every problem found.
public struct ParsedSource: Sendable {
  public let tree: SyntaxTree
  /// In source order.
  public let diagnostics: [Diagnostic]
  /// The text is a program so far but stops too early: a bracket is open or an operand is missing at its end.
  /// An interactive reader then asks for another line.
  public let isIncomplete: Bool

  public var source: SourceText { tree.source }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
