import NablaDiagnostics

/// Where statements end, and how the parser finds its way back after an error.
extension Parser {
  /// Inside `(` and `[` newlines do not count.
  var isInBrackets: Bool { bracketDepth > 0 }

  // MARK: Newlines

  /// Whether the expression before a token that begins a line is complete.
  ///
  /// A newline ends it unless the next line begins with a token that cannot begin a statement. Inside brackets it
  /// never does, but a line that begins like a definition means that a bracket was not closed.
  func endsExpression(_ token: Token) -> Bool {
    isInBrackets ? isDefinitionBoundary() : !continuesLine(token)
  }

  func continuesLine(_ token: Token) -> Bool {
    switch token.kind {
    case .pipe, .and, .or, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .star, .slash,
      .doubleSlash, .at, .caret, .then, .else, .rightParenthesis, .rightBracket, .comma, .assign, .leftBrace,
      .rangeUpTo, .doubleStar, .doubleAmpersand, .doubleBar, .percent, .question:
      true
    case .name: isWord("where", at: position) && (peek().kind == .name || takesTuple(token))
    default: false
    }
  }

  /// Whether a word `where` at the current place has the names of a tuple after it, `where (a, b) = …`. Written without a gap
  /// it is the name of a function.
  private func takesTuple(_ token: Token) -> Bool { peek().start > token.end && isHeader(at: position, then: .assign) }

  /// Whether the current token, the first of its line, begins a definition where an expression goes on.
  func isDefinitionBoundary() -> Bool {
    if isHeader(at: position, then: .assign) { return true }
    return !isInBrackets && current.kind == .name && peek().kind == .assign
  }

  // MARK: Reporting

  /// Reports an error, unless one has been reported at this token: the second would follow from the first.
  mutating func report(_ problem: Diagnostic) {
    guard lastErrorPosition != position else { return }
    lastErrorPosition = position
    if current.kind == .end, diagnostics.diagnostics.isEmpty { isIncomplete = true }
    diagnostics.report(problem)
  }

  /// Where to point when the current token is not what was expected: the end of the line when that came too early.
  var place: SourceRange {
    if current.kind == .end || current.beginsLine && !isInBrackets {
      return SourceRange(lower: previousEnd, upper: previousEnd)
    }
    return current.range
  }

  /// A token in words.
  func describe(_ token: Token) -> String {
    if token.kind == .end { return "the end of the input" }
    if token.beginsLine, !isInBrackets { return "the end of the line" }
    let text = text(token)
    return text.utf8.count > 40 ? "'\(text.prefix(36))…'" : "'\(text)'"
  }

  /// Reports that a statement begins before the one before it has ended.
  mutating func reportMissingSeparator() {
    let token = current
    let inWhere: Bool
    switch innermostDelimiter.kind {
    case .assignment, .definition, .destructuring: inWhere = innermostDelimiter.detail & Context.inWhere != 0
    default: inWhere = false
    }
    report(.separator(at: token.range, gap: SourceRange(lower: previousEnd, upper: token.start), inWhere: inWhere))
  }

  /// Reports a token that cannot go on a statement, with advice where it has a known meaning elsewhere.
  mutating func reportUnexpected(expected: String? = nil) {
    let token = current
    switch token.kind {
    case .rightParenthesis, .rightBracket, .rightBrace: skipUnopened(advancing: false)
    case .doubleDot, .rangeUpTo: report(.rangePosition(text(token), at: token.range))
    case .bar: report(.loneBar(at: token.range))
    case .comma where !isInBrackets && !token.beginsLine: report(.lonelyComma(at: token.range))
    default:
      if isWord("where", at: position) {
        report(.wherePosition(at: token.range))
      } else {
        report(.unexpected(describe(token), at: place, expected: expected))
      }
    }
  }

  /// Reports a closing bracket that nothing opened; silent if its opening one was reported as unclosed.
  mutating func skipUnopened(advancing: Bool = true) {
    let token = current
    if let open = partner(of: position), tokens[open].kind == .stray {
      lastErrorPosition = position
    } else {
      report(.unopened(token))
    }
    if advancing {
      let wasReported = lastErrorPosition == position
      advance()
      if wasReported { lastErrorPosition = position }
    }
  }

  /// Reports values that stand before the last statement of a block, or beside definitions in a program.
  mutating func reportUnusedValues(_ places: Range<Int>, isProgram: Bool) {
    for offset in places {
      let id = scratch[offset]
      guard case .value(let expression) = tree.kind(id) else { continue }
      switch tree.kind(expression) {
      case .error, .loop: continue
      case .whereClause(let value, _):
        if case .loop = tree.kind(value) { continue }
      default: break
      }
      var fix: Diagnostic.FixIt?
      if offset + 1 < scratch.count { fix = continuation(of: id, at: scratch[offset + 1]) }
      if fix == nil, offset > places.lowerBound { fix = continuation(of: scratch[offset - 1], at: id) }
      diagnostics.report(.unusedValue(at: tree.range(id), isProgram: isProgram, continuation: fix))
    }
  }

  /// The change that joins a statement with a next line that begins with `+` or `-`.
  private func continuation(of id: SyntaxID, at next: SyntaxID) -> Diagnostic.FixIt? {
    let end = tree.range(id).end
    let start = tree.range(next).start
    guard end < start, start - end < 100, case .value = tree.kind(next), start < tree.source.endOffset else {
      return nil
    }
    let sign = tree.source[SourceRange(start, start + 1)]
    let between = tree.source[SourceRange(end, start)]
    guard sign == "+" || sign == "-", between.utf8.allSatisfy({ $0 <= 0x20 }) else { return nil }
    return Diagnostic.FixIt(range: SourceRange(end, start + 1), replacement: " \(sign)\(between)")
  }

  /// A piece of the source for a fix-it; `nil` when it is too long to be worth repeating.
  func excerpt(_ range: SourceRange) -> String? {
    range.end - range.start <= 1000 ? tree.source[range].trimmed : nil
  }

  func excerpt(_ lower: UInt32, _ upper: UInt32) -> String? { excerpt(SourceRange(lower: lower, upper: upper)) }

  // MARK: Skipping

  /// Skips the rest of a statement; bracketed parts are skipped whole.
  mutating func skipStatement(isInBlock: Bool) {
    while true {
      let token = current
      if token.kind == .end || token.kind == .semicolon || token.beginsLine { return }
      if token.kind == .rightBrace, isInBlock { return }
      position = max(partner(of: position) ?? position, position)
      advance()
    }
  }

  /// Skips to the comma or bracket that ends an element.
  mutating func skipElement() {
    while true {
      switch current.kind {
      case .end, .comma, .rightParenthesis, .rightBracket, .rightBrace: return
      default: break
      }
      if current.beginsLine, isDefinitionBoundary() { return }
      position = max(partner(of: position) ?? position, position)
      advance()
    }
  }

  /// Closes a bracket whose closing one does not stand where it should.
  mutating func closeWithError(_ open: Int, closer: TokenKind) {
    let isBoundary = current.beginsLine && isDefinitionBoundary()
    if let close = partner(of: open), close >= position, !isBoundary {
      reportUnexpected(expected: "',' or '\(closer.spelling)'")
      position = close
      advance()
    } else if isCloser(current.kind), partner(of: position) == nil, !isBoundary {
      report(.mismatchedBracket(current, open: tokens[open], replacement: closer.spelling))
      advance()
    } else {
      report(.unclosed(tokens[open]))
      // The closing bracket, wherever it is, is not reported again.
      tokens[open].kind = .stray
    }
  }

  private func isCloser(_ kind: TokenKind) -> Bool {
    kind == .rightParenthesis || kind == .rightBracket || kind == .rightBrace
  }

  /// The innermost bracket that is open at this point of the parse.
  func innermostOpenBracket() -> Int? {
    for frame in frames.reversed() {
      switch frame.kind {
      case .group, .list, .arguments, .index, .parameters, .dimensions, .block, .bars: return Int(frame.token)
      default: continue
      }
    }
    return nil
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let isSpace = { (character: Character) in character.isWhitespace }
    let rest = drop(while: isSpace)
    return String(rest.reversed().drop(while: isSpace).reversed())
  }
}
