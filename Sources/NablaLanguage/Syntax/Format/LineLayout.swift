import NablaDiagnostics

/// Cuts the tokens and comments of a source into lines and indents them.
struct LineLayout {
  private let source: SourceText
  private let tokens: [Token]
  private let comments: [SourceRange]
  private let spacing: TokenSpacing
  /// Where statements begin; other lines go on a statement.
  private let statementStarts: Set<UInt32>
  /// Whether a token is the `{` of a block over several lines, or its `}`.
  private var opensLines: Set<Int> = []
  private var closesLines: Set<Int> = []

  private var lines: [Line] = []
  private var open: [Bracket] = []
  /// The next comment that has not been written.
  private var comment = 0
  private var previousEnd = 0

  private struct Line {
    var indent: Int
    var text: String
    var comment: String?
    var followsBlank = false
    /// The line is empty but for its comment.
    var isComment: Bool { text.isEmpty }
  }

  private struct Bracket {
    let isBrace: Bool
    /// The indentation of the line it was opened on; of the statement for a brace.
    let indent: Int
  }

  private static let step = 4
  /// The deepest indentation: beyond it, a text of nested blocks would grow with the square of their number.
  private static let deepest = 40 * step

  init(_ tree: SyntaxTree, _ lexer: Lexer, _ spacing: TokenSpacing) {
    source = tree.source
    tokens = lexer.tokens
    comments = lexer.comments
    self.spacing = spacing
    var starts: Set<UInt32> = []
    for id in tree.ids {
      switch tree.kind(id) {
      case .program(let statements), .block(let statements):
        for statement in statements { starts.insert(tree.range(statement).lower) }
      default: continue
      }
    }
    statementStarts = starts
    findBlocksOverLines()
  }

  private mutating func findBlocksOverLines() {
    /// How many tokens up to each one begin a line.
    var breaks = 0
    var breaksAtOpening: [Int: Int] = [:]
    for index in tokens.indices {
      if tokens[index].beginsLine { breaks += 1 }
      if tokens[index].kind == .leftBrace { breaksAtOpening[index] = breaks }
      if tokens[index].kind == .rightBrace, let before = breaksAtOpening[Int(tokens[index].partner)], before < breaks {
        opensLines.insert(Int(tokens[index].partner))
        closesLines.insert(index)
      }
    }
  }

  mutating func text() -> String {
    for index in tokens.indices.dropLast() where !isSuperfluous(index) { put(index) }
    putComments(before: source.endOffset, next: nil)
    return joined()
  }

  // MARK: Tokens

  /// A `;` at the end of a line or of a block, or beside another.
  private func isSuperfluous(_ index: Int) -> Bool {
    guard tokens[index].kind == .semicolon else { return false }
    let next = tokens[index + 1]
    if next.beginsLine || tokens[index].beginsLine { return true }
    if next.kind == .semicolon || next.kind == .rightBrace || next.kind == .end { return true }
    var previous = index - 1
    while previous >= 0, tokens[previous].kind == .semicolon { previous -= 1 }
    if previous < 0 || tokens[previous].kind == .leftBrace { return true }
    return hasComment(before: Int(next.start), after: Int(tokens[index].end))
  }

  private func hasComment(before offset: Int, after start: Int) -> Bool {
    comment < comments.count && comments[comment].start < offset && comments[comment].start >= start
  }

  private mutating func put(_ index: Int) {
    let token = tokens[index]
    let hadComment = putComments(before: Int(token.start), next: index)
    let breaksLine = lines.isEmpty || hadComment || beginsLine(index)
    let text = source[token.range]
    if breaksLine {
      let blank = blankLine(before: Int(token.start)) && !closesLines.contains(index)
      lines.append(Line(indent: indent(ofLineAt: index), text: text, followsBlank: blank && allowsBlank))
    } else {
      lines[lines.count - 1].text += (spacing.hasSpace(before: index) ? " " : "") + text
    }
    trackBrackets(index)
    previousEnd = Int(token.end)
  }

  /// Whether a token that the author may have put elsewhere begins a line.
  private func beginsLine(_ index: Int) -> Bool {
    if closesLines.contains(index) { return true }
    if tokens[index].kind == .leftBrace { return false }
    // A superfluous `;` before it may have taken the line break.
    var first = index
    while first > 0, !tokens[first].beginsLine, isSuperfluous(first - 1) { first -= 1 }
    return tokens[first].beginsLine || opensLines.contains(first - 1)
  }

  private mutating func trackBrackets(_ index: Int) {
    let lineIndent = lines.last?.indent ?? 0
    switch tokens[index].kind {
    case .leftParenthesis, .leftBracket: open.append(Bracket(isBrace: false, indent: lineIndent))
    case .leftBrace: open.append(Bracket(isBrace: true, indent: statementIndent))
    case .rightParenthesis, .rightBracket, .rightBrace: open.removeLast(min(open.count, 1))
    default: break
    }
  }

  // MARK: Indentation

  /// The indentation of a statement of the innermost block.
  private var statementIndent: Int {
    guard let brace = open.last(where: \.isBrace) else { return 0 }
    return min(brace.indent + Self.step, Self.deepest)
  }

  private func indent(ofLineAt index: Int) -> Int {
    let token = tokens[index]
    switch token.kind {
    case .rightParenthesis, .rightBracket, .rightBrace: return open.last?.indent ?? 0
    case .leftBrace: return statementIndent
    default: break
    }
    if let bracket = open.last, !bracket.isBrace { return min(bracket.indent + Self.step, Self.deepest) }
    return statementIndent + (statementStarts.contains(token.start) ? 0 : Self.step)
  }

  // MARK: Comments

  /// Writes the comments that stand before an offset; true if there were any, so that the line has ended.
  @discardableResult
  private mutating func putComments(before offset: Int, next: Int?) -> Bool {
    var found = false
    while comment < comments.count, comments[comment].start < offset {
      let range = comments[comment]
      let text = tidy(range)
      if lines.isEmpty || found || startsLine(range) {
        var indent = next.map { self.indent(ofLineAt: $0) } ?? 0
        if let next, isCloser(tokens[next].kind) { indent += Self.step }
        let blank = blankLine(before: range.start)
        lines.append(Line(indent: indent, text: "", comment: text, followsBlank: blank && allowsBlank))
      } else {
        lines[lines.count - 1].comment = text
      }
      previousEnd = range.end
      comment += 1
      found = true
    }
    return found
  }

  private func isCloser(_ kind: TokenKind) -> Bool {
    kind == .rightParenthesis || kind == .rightBracket || kind == .rightBrace
  }

  private func startsLine(_ comment: SourceRange) -> Bool {
    source.utf8[previousEnd..<comment.start].contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
  }

  /// `#x ` becomes `# x`.
  private func tidy(_ comment: SourceRange) -> String {
    let text = source[comment].trimmed
    guard let second = text.utf8.dropFirst().first else { return text }
    switch second {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "#"), UInt8(ascii: "!"): return text
    default: return "# " + text.dropFirst()
    }
  }

  // MARK: Blank lines

  private func blankLine(before offset: Int) -> Bool {
    var newlines = 0
    for byte in source.utf8[previousEnd..<offset] where byte == UInt8(ascii: "\n") {
      newlines += 1
      if newlines == 2 { return true }
    }
    return false
  }

  /// Not at the start of the text or of a block.
  private var allowsBlank: Bool {
    guard let last = lines.last else { return false }
    return !last.text.hasSuffix("{")
  }

  // MARK: Text

  private func joined() -> String {
    var text = ""
    text.reserveCapacity(source.endOffset + 1)
    let columns = commentColumns()
    for (index, line) in lines.enumerated() {
      if line.followsBlank { text += "\n" }
      text += String(repeating: " ", count: line.indent)
      text += line.text
      if let comment = line.comment {
        if !line.isComment { text += String(repeating: " ", count: columns[index] - width(line)) }
        text += comment
      }
      text += "\n"
    }
    return text
  }

  private func width(_ line: Line) -> Int { line.indent + line.text.count }

  /// Lines longer than this do not push the comments of their neighbours to the right.
  private static let widestAligned = 80

  /// The columns of trailing comments: those of neighbouring lines are aligned.
  private func commentColumns() -> [Int] {
    var columns = lines.map { width($0) + 2 }
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, lines[end].comment != nil, !lines[end].isComment,
        end == start || !lines[end].followsBlank
      {
        end += 1
      }
      let widest = columns[start..<end].filter { $0 <= Self.widestAligned }.max() ?? 0
      for index in start..<end where columns[index] <= widest { columns[index] = widest }
      start = max(end, start + 1)
    }
    return columns
  }
}
