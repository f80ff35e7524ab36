/// Turns diagnostics into text for people.
///
/// ```
/// f.nabla:2:14: error: 'x @ w' needs the inner dimensions to agree: [m, 784] @ [256, 10] [shape.contract]
/// 2 |     h = relu(x @ w + b)
///   |              ^~~~~ 784 here, 256 there
/// ```
///
/// Lines and columns count from 1, columns in characters. Nothing that a source contains reaches the terminal as a
/// control character.
public struct DiagnosticRenderer: Sendable {
  public let source: SourceText
  /// Whether to colour with ANSI sequences. The caller decides: it knows the terminal and `NO_COLOR`.
  public var usesColor: Bool
  /// The most columns of a source line that are shown.
  public var width: Int

  public init(source: SourceText, usesColor: Bool = false, width: Int = 100) {
    self.source = source
    self.usesColor = usesColor
    self.width = max(width, 20)
  }

  /// All of them, one below the other, without a newline at the end.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(render).joined(separator: "\n")
  }

  /// One diagnostic with its notes and its fix-it, without a newline at the end.
  public func render(_ diagnostic: Diagnostic) -> String {
    var lines = [headline(diagnostic)]
    if let range = diagnostic.range {
      lines += excerpts(of: range, label: diagnostic.label, color: color(of: diagnostic.severity))
    }
    if let fixIt = diagnostic.fixIt {
      lines.append(paint("help:", .cyan) + " " + advice(fixIt).printable)
    }
    lines += diagnostic.notes.map(render)
    return lines.joined(separator: "\n")
  }

  private func headline(_ diagnostic: Diagnostic) -> String {
    var place = ""
    if let range = diagnostic.range {
      let position = source.position(at: range.start)
      place = paint("\(source.name.printable):\(position.line):\(position.column):", .bold) + " "
    }
    let severity = paint("\(diagnostic.severity.rawValue):", color(of: diagnostic.severity))
    return "\(place)\(severity) \(diagnostic.message.printable) [\(diagnostic.id)]"
  }

  // MARK: Source lines

  /// A source line and the part of it to mark; no part for the lines left out between.
  private struct Row {
    let number: Int
    let line: SourceRange
    let mark: SourceRange?
  }

  /// The line of a range; of a longer one the first and the last line.
  private func rows(of range: SourceRange) -> [Row] {
    let first = source.position(at: range.start).line
    let last = source.position(at: max(range.end - 1, range.start)).line
    guard last > first else {
      return [Row(number: first, line: source.range(ofLine: first), mark: range)]
    }
    let (top, bottom) = (source.range(ofLine: first), source.range(ofLine: last))
    var start = bottom.start
    while start < bottom.end, source.utf8[start] <= 0x20 { start += 1 }
    var rows = [Row(number: first, line: top, mark: SourceRange(range.start, top.end))]
    if last > first + 1 { rows.append(Row(number: first + 1, line: SourceRange(top.end, top.end), mark: nil)) }
    rows.append(Row(number: last, line: bottom, mark: SourceRange(start, range.end)))
    return rows
  }

  private func excerpts(of range: SourceRange, label: String?, color: Color) -> [String] {
    let rows = rows(of: range)
    let gutter = String(rows.last?.number ?? 1).count
    let blank = String(repeating: " ", count: gutter)
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
      guard let mark = row.mark else {
        lines.append(paint("\(blank) |", .blue) + " …")
        continue
      }
      let number = String(row.number)
      let excerpt = SourceExcerpt(source, line: row.line, mark: mark, width: width)
      let padding = String(repeating: " ", count: gutter - number.count)
      lines.append(paint("\(padding)\(number) |", .blue) + (excerpt.text.isEmpty ? "" : " " + excerpt.text))
      let tip = index == 0 ? "^" : "~"
      var underline = tip + String(repeating: "~", count: excerpt.length - 1)
      if index == rows.count - 1, let label { underline += " " + label.printable }
      let indent = String(repeating: " ", count: excerpt.indent)
      lines.append(paint("\(blank) |", .blue) + " " + indent + paint(underline, color))
    }
    return lines
  }

  // MARK: Advice

  /// The change in words. A change inside a word shows the whole word: `write '2*x'`, not `write '*'`.
  private func advice(_ fixIt: Diagnostic.FixIt) -> String {
    let (lower, upper) = (min(fixIt.range.start, source.endOffset), min(fixIt.range.end, source.endOffset))
    let before = source[SourceRange(wordStart(source.utf8, before: lower), lower)]
    let after = source[SourceRange(upper, wordEnd(source.utf8, after: upper))]
    if !before.isEmpty, !after.isEmpty { return "write '\(before + fixIt.replacement + after)'" }
    if fixIt.replacement.isEmpty { return "remove '\(source[fixIt.range])'" }
    return "\(fixIt.range.isEmpty ? "insert" : "write") '\(fixIt.replacement)'"
  }

  /// The most bytes of a word around a change that are shown.
  private static let wordLimit = 24

  private func wordStart(_ bytes: [UInt8], before offset: Int) -> Int {
    var start = offset
    while start > 0, offset - start <= Self.wordLimit, isWord(bytes[start - 1]) { start -= 1 }
    return offset - start <= Self.wordLimit ? start : offset
  }

  private func wordEnd(_ bytes: [UInt8], after offset: Int) -> Int {
    var end = offset
    while end < bytes.count, end - offset <= Self.wordLimit, isWord(bytes[end]) { end += 1 }
    return end - offset <= Self.wordLimit ? end : offset
  }

  private func isWord(_ byte: UInt8) -> Bool {
    let small = byte | 0x20
    return small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z") || byte == UInt8(ascii: "_") || byte >= 0x80
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  // MARK: Colour

  private enum Color: String {
    case bold = "1"
    case red = "1;31"
    case yellow = "1;33"
    case cyan = "1;36"
    case blue = "34"
  }

  private func color(of severity: Diagnostic.Severity) -> Color {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .note: .cyan
    }
  }

  private func paint(_ text: String, _ color: Color) -> String {
    usesColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}
