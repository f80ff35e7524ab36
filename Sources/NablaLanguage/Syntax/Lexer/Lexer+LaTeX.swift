import NablaDiagnostics

extension Lexer {
  /// `\frac{a}{b}`, `\sin`, `\alpha`: LaTeX. As much of it as belongs together is one problem, and the fix-it has all of
  /// it in this language's words.
  mutating func scanCommand() {
    guard NameCharacter.begins(peek(1)), peek(1) != UInt8(ascii: "_") else { return reportStray(length: 1) }
    if tokens.last?.kind == .caret, scanTranspose() { return }
    // A formula is read once for every problem that is shown, so that long lines cost no more than that.
    guard diagnostics.diagnostics.count < DiagnosticCollector.limit else { return reportStray(length: 1) }
    let start = offset
    var translation = LaTeXTranslation(bytes, from: offset)
    translation.run()
    guard translation.end > start else { return reportStray(length: 1) }
    let range = SourceRange(start, translation.end)
    let message = translation.advice ?? "this is LaTeX, which is not read: a fraction is 'a/b', a root 'sqrt(x)'"
    let fixIt = translation.isWhole ? Diagnostic.FixIt(range: range, replacement: translation.text) : nil
    diagnostics.report(Diagnostic(.latex, message, at: range, fixIt: fixIt))
    offset = translation.end
    appendStray(from: start)
  }

  /// `w^\top x`, after the sign of the power.
  private mutating func scanTranspose() -> Bool {
    guard let caret = tokens.last else { return false }
    for word in [#"\top"#, #"\intercal"#] where bytes[offset...].starts(with: word.utf8) {
      let start = offset
      var end = start + word.utf8.count
      if end < bytes.count, NameCharacter.begins(bytes[end]) { continue }
      while end < bytes.count, bytes[end] == 0x20 { end += 1 }
      let isProduct = end < bytes.count && (NameCharacter.begins(bytes[end]) || bytes[end] == UInt8(ascii: "\\"))
      let range = SourceRange(Int(caret.start), isProduct ? end : start + word.utf8.count)
      diagnostics.report(
        Diagnostic(
          .latex, "a transpose is written 'A.T', a product of arrays 'A @ B'",
          at: SourceRange(start, start + word.utf8.count),
          fixIt: Diagnostic.FixIt(range: range, replacement: isProduct ? ".T @ " : ".T")))
      offset = start + word.utf8.count
      appendStray(from: start)
      return true
    }
    return false
  }
}
