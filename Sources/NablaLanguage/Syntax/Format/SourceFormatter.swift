import NablaDiagnostics

/// Prints a program in its canonical layout.
///
/// Spaces stand around `+`, `-`, comparisons, words, `@`, `|>` and `=`, none around `*`, `/`, `//` and `^`, nor around
/// `+` and `-` in an index, a dimension or a range: `3*(a + b*c)`, `x[i+1]`. Blocks and continued lines are indented
/// by four. Line breaks stay where the author made them, but for a `{` on a line of its own and the inside of a block
/// that takes several lines; comments stay, and groups of lines stay apart by one blank line. Spellings are kept:
/// `π` does not become `pi`.
///
/// Formatting a formatted program changes nothing, and the tree never changes.
public enum SourceFormatter {
  /// The program in canonical layout.
  ///
  /// - Throws: ``DiagnosticsError`` with every problem if the source has errors; it is then better left alone.
  /// - Complexity: linear in the length of the text.
  public static func format(_ source: SourceText) throws(DiagnosticsError) -> String {
    let parsed = Parser.parse(source)
    guard !parsed.hasErrors else {
      throw DiagnosticsError(source: source, diagnostics: parsed.diagnostics)
    }
    let text = layout(parsed.tree)
    // To change a program would be worse than to leave its layout alone.
    let isSame = Parser.parse(SourceText(text)).tree.hasSameStructure(as: parsed.tree)
    return isSame ? text : String(decoding: source.utf8, as: UTF8.self)
  }

  /// The layout of a source without errors.
  static func layout(_ tree: SyntaxTree) -> String {
    let lexer = Lexer.tokenize(tree.source)
    var layout = LineLayout(tree, lexer, TokenSpacing(tree, lexer.tokens))
    return layout.text()
  }
}
