/// One problem of a source text, as a value. Text is made from it only at the edge, by ``DiagnosticRenderer``.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable { case error, warning, note }

  /// A change of the text that would mend the problem.
  public struct FixIt: Hashable, Sendable {
    public let range: SourceRange
    public let replacement: String

    public init(range: SourceRange, replacement: String) {
      self.range = range
      self.replacement = replacement
    }
  }

  /// Stable and documented, such as `parse.unclosed-parenthesis`. Tools and tests match this, never the prose.
  public let id: String
  public let severity: Severity
  /// Lower case, no full stop; names things in quotes; says what was expected and what was found.
  public let message: String
  /// Where the problem is; `nil` when it has no place in a text.
  public let range: SourceRange?
  /// A word under the caret line, such as `784 here, 256 there`.
  public var label: String?
  public var notes: [Diagnostic]
  public var fixIt: FixIt?

  public init(
    _ id: String, _ severity: Severity, _ message: String, at range: SourceRange? = nil,
    label: String? = nil, notes: [Diagnostic] = [], fixIt: FixIt? = nil
  ) {
    self.id = id
    self.severity = severity
    self.message = message
    self.range = range
    self.label = label
    self.notes = notes
    self.fixIt = fixIt
  }

  /// An error.
  public init(
    _ id: String, _ message: String, at range: SourceRange? = nil, label: String? = nil, notes: [Diagnostic] = [],
    fixIt: FixIt? = nil
  ) {
    self.init(id, .error, message, at: range, label: label, notes: notes, fixIt: fixIt)
  }
}

/// Thrown when a source has errors; carries every problem found, in source order.
public struct DiagnosticsError: Error, Sendable {
  public let source: SourceText
  public let diagnostics: [Diagnostic]

  public init(source: SourceText, diagnostics: [Diagnostic]) {
    self.source = source
    self.diagnostics = diagnostics
  }
}

extension DiagnosticsError: CustomStringConvertible {
  /// The problems with their places, as ``DiagnosticRenderer`` writes them.
  public var description: String { DiagnosticRenderer(source: source).render(diagnostics) }
}
