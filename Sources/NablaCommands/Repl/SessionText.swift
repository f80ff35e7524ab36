import NablaDiagnostics

/// A program put together from what was typed at different times, that knows which part a place belongs to: a problem
/// is shown in the text that somebody typed, never in what the session added.
struct SessionText {
  private struct Part {
    let text: String
    let name: String
    let start: Int
    /// Whether somebody typed it.
    let isTyped: Bool
  }

  private var parts: [Part] = []
  private(set) var joined = ""

  var isEmpty: Bool { parts.isEmpty }

  /// - Parameter name: what a diagnostic calls the part.
  mutating func append(_ text: String, name: String = "<input>") {
    parts.append(Part(text: text, name: name, start: joined.utf8.count, isTyped: true))
    joined += text
  }

  /// Text between what was typed.
  mutating func appendGlue(_ text: String) {
    parts.append(Part(text: text, name: "", start: joined.utf8.count, isTyped: false))
    joined += text
  }

  var source: SourceText { SourceText(joined) }

  /// Problems of the whole, each in its own text.
  func localised(_ diagnostics: [Diagnostic]) -> [(source: SourceText, diagnostic: Diagnostic)] {
    diagnostics.map { diagnostic in
      guard let range = diagnostic.range, let part = part(at: range.start) else {
        return (SourceText(""), moved(diagnostic, into: nil))
      }
      return (SourceText(part.text, name: part.name), moved(diagnostic, into: part))
    }
  }

  private func part(at offset: Int) -> Part? {
    // An error at the end of the text is still one of the last part.
    parts.last { $0.isTyped && $0.start <= offset && offset <= $0.start + $0.text.utf8.count }
  }

  private func moved(_ diagnostic: Diagnostic, into part: Part?) -> Diagnostic {
    let fix = diagnostic.fixIt.flatMap { fix in
      shifted(fix.range, into: part).map { Diagnostic.FixIt(range: $0, replacement: fix.replacement) }
    }
    return Diagnostic(
      diagnostic.id, diagnostic.severity, diagnostic.message, at: diagnostic.range.flatMap { shifted($0, into: part) },
      label: diagnostic.label, notes: diagnostic.notes.map { moved($0, into: part) }, fixIt: fix)
  }

  private func shifted(_ range: SourceRange, into part: Part?) -> SourceRange? {
    guard let part, part.start <= range.start, range.end <= part.start + part.text.utf8.count else { return nil }
    return SourceRange(range.start - part.start, range.end - part.start)
  }
}

/// Problems of a ``SessionText``.
struct SessionError: Error {
  let problems: [(source: SourceText, diagnostic: Diagnostic)]

  func rendered(usesColor: Bool) -> String {
    problems.map { DiagnosticRenderer(source: $0.source, usesColor: usesColor).render($0.diagnostic) }
      .joined(separator: "\n")
  }
}
