/// Makes text of diagnostics, in the layout of compilers:
///
///     f.nabla:2:4: error: 'sin' takes 1 argument, not 2 [check.arity]
///     2 | β = sin(α, γ)
///       |    ^~~~~~~~~
public struct DiagnosticRenderer: Sendable {
  /// The most columns of source shown; a longer line shows the part around the problem.
  private static let width = 100
  private static let tabWidth = 4

  private let source: SourceText
  private let usesColor: Bool

  public init(source: SourceText, usesColor: Bool = false) {
    self.source = source
    self.usesColor = usesColor
  }

  /// A diagnostic with its notes and its fix-it, without a final newline.
  public func render(_ diagnostic: Diagnostic) -> String {
    var lines = [headline(diagnostic)]
    if let range = diagnostic.range { lines += excerpt(range, label: diagnostic.label) }
    if let fixIt = diagnostic.fixIt {
      let found = source[fixIt.range]
      let change =
        fixIt.replacement.isEmpty
        ? "remove '\(found)'" : "write '\(fixIt.replacement)'" + (found.isEmpty ? "" : " instead of '\(found)'")
      lines.append("help: \(change)")
    }
    lines += diagnostic.notes.map(render)
    return lines.joined(separator: "\n")
  }

  private func headline(_ diagnostic: Diagnostic) -> String {
    var place = ""
    if let range = diagnostic.range {
      let position = source.position(at: range.start)
      place = "\(source.name):\(position.line):\(position.column): "
    }
    let color =
      switch diagnostic.severity {
      case .error: "31"
      case .warning: "35"
      case .note: "36"
      }
    let severity = painted(diagnostic.severity.rawValue + ":", "1;" + color)
    return "\(place)\(severity) \(painted(diagnostic.message, "1")) [\(diagnostic.id)]"
  }

  private func painted(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// The first line of a range, and a caret under its beginning with a tail to its end.
  private func excerpt(_ range: SourceRange, label: String?) -> [String] {
    let number = source.position(at: range.start).line
    let line = source.range(ofLine: number)
    let before = expanded(source[SourceRange(line.start, max(line.start, min(range.start, line.end)))])
    let marked = expanded(source[SourceRange(min(range.start, line.end), min(max(range.end, range.start), line.end))])
    let after = expanded(source[SourceRange(min(max(range.end, range.start), line.end), line.end)])
    // A window of the line: what is marked, with some text before and after.
    let visibleMark = marked.prefix(DiagnosticRenderer.width)
    let room = max(0, DiagnosticRenderer.width - visibleMark.count)
    let visibleBefore = before.suffix(before.count <= room ? room : room / 2)
    let visibleAfter = after.prefix(max(0, room - visibleBefore.count))
    let lead = visibleBefore.count < before.count ? "…" : ""
    let tail = visibleAfter.count < after.count || visibleMark.count < marked.count ? "…" : ""
    let gutter = "\(number) | "
    let blank = String(repeating: " ", count: "\(number)".count) + " | "
    let indent = String(repeating: " ", count: displayWidth(lead + visibleBefore))
    let underline = "^" + String(repeating: "~", count: max(0, displayWidth(String(visibleMark)) - 1))
    let text = label.map { " " + $0 } ?? ""
    return [
      gutter + lead + visibleBefore + visibleMark + visibleAfter + tail,
      blank + indent + painted(underline, "1;32") + text,
    ]
  }

  /// Tabs as spaces, and control characters as what shows them.
  private func expanded(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 9: result += String(repeating: " ", count: DiagnosticRenderer.tabWidth)
      case 0..<32, 127: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Columns that a text takes on a terminal: none for combining marks, two for East Asian wide characters and emoji.
  private func displayWidth(_ text: String) -> Int {
    text.reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      let properties = scalar.properties
      if properties.generalCategory == .nonspacingMark || properties.generalCategory == .format { return width }
      return width + (DiagnosticRenderer.isWide(scalar.value) || properties.isEmojiPresentation ? 2 : 1)
    }
  }

  /// The blocks that Unicode Standard Annex 11 calls wide or fullwidth.
  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
