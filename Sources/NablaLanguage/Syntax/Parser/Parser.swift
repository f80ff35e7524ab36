import NablaDiagnostics

/// Turns text into a ``SyntaxTree`` and diagnostics. Never throws and never recurses.
public struct Parser {
  var tree: SyntaxTree

  /// Parses a whole source.
  ///
  /// - Complexity: linear in the length of the text.
  public static func parse(_ source: SourceText) -> ParsedSource {
    var parser = Parser(tree: SyntaxTree(source: source))
    _ = parser.tree.node(.program, [], SourceRange(0, source.endOffset))
    return ParsedSource(tree: parser.tree, diagnostics: [], isIncomplete: false)
  }
}
