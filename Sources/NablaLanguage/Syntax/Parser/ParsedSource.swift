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

extension ParsedSource {
  /// The top-level items that have errors, at most one for each error.
  var unreadItems: [SourceRange] {
    guard hasErrors, case .program(let items) = tree.kind(tree.root) else { return [] }
    let errors = diagnostics.filter { $0.severity == .error }.compactMap(\.range)
    return items.lazy.map { tree.range($0) }.filter { item in
      errors.contains { $0.start >= item.start && $0.start <= item.end }
    }
  }
}
