import NablaDiagnostics

/// Statements of other languages: `def f(x): return …`, `function f(x) { … }`, `let y = …`, `f = lambda x: …`, `return y`,
/// `y[i] = …`. Each is reported once, with what to write, and read as that where it is plain.
extension Parser {
  private static let definitionWords: Set<String> = ["def", "function", "func", "fn", "fun", "defun"]
  private static let bindingWords: Set<String> = [
    "let", "var", "const", "val", "auto", "double", "float", "int", "real", "local", "global",
  ]

  /// A statement that begins with a word of another language; `nil` where the word is an ordinary name.
  mutating func foreignStatement(in frame: Frame) -> Step? {
    let next = peek()
    guard next.kind != .assign, next.kind != .leftParenthesis || isWord("return", at: position) || isLoopWord() else {
      return nil
    }
    let word = current
    let spelling = word.end - word.start <= 8 ? text(word) : ""
    if spelling == "return", !next.beginsLine, beginsOperand(next.kind) {
      report(.foreignReturn(at: word.range, gap: SourceRange(lower: word.start, upper: next.start)))
      advance()
      push(.value)
      return body()
    }
    if spelling == "while", !next.beginsLine, next.kind == .name || next.kind == .leftParenthesis {
      report(.foreignLoop(at: word.range))
      return skippedStatement(in: frame)
    }
    guard next.kind == .name, !next.beginsLine else { return nil }
    if spelling == "import" || spelling == "using" || spelling == "from" {
      let end = lineEnd(from: position)
      report(.foreignImport(at: word.range, line: SourceRange(lower: word.start, upper: tokens[end - 1].end)))
      return skippedStatement(in: frame)
    }
    if let step = headerWithoutBrackets(in: frame) { return step }
    if Self.definitionWords.contains(spelling), peek(2).kind == .leftParenthesis, let close = partner(of: position + 2)
    {
      return foreignDefinition(closedAt: close, in: frame)
    }
    if Self.bindingWords.contains(spelling), peek(2).kind == .assign || startsDefinition(at: position + 1) {
      report(
        .foreignBinding(spelling, at: word.range, gap: SourceRange(lower: word.start, upper: next.start)))
      advance()
      return .statement
    }
    return nil
  }

  private func isLoopWord() -> Bool {
    guard isWord("while", at: position), let close = partner(of: position + 1) else { return false }
    return tokens[min(close + 1, tokens.count - 1)].kind == .leftBrace
      || tokens[min(close + 1, tokens.count - 1)].kind == .colon
  }

  /// `def f(x):` and its kin, at the word.
  private mutating func foreignDefinition(closedAt close: Int, in frame: Frame) -> Step {
    let (word, name) = (current, peek())
    let header = excerpt(name.start, tokens[close].end)
    switch tokens[close + 1].kind {
    case .assign, .leftBrace:
      report(.foreignDefinition(at: word.range, from: word.start, to: name.start, replacement: ""))
      advance()
      return .statement
    case .colon:
      let first = tokens[close + 2]
      let isReturn = isWord("return", at: close + 2)
      if isReturn || !first.beginsLine {
        let end = isReturn ? first.end : tokens[close + 1].end
        report(.foreignDefinition(at: word.range, from: word.start, to: end, replacement: header.map { "\($0) =" }))
        // Read as it is written here: `=` for the colon, and nothing for `return`.
        tokens[close + 1].kind = .assign
        if isReturn { tokens[close + 2].kind = .stray }
        advance()
        return .statement
      }
    default: break
    }
    report(.foreignDefinition(at: word.range, from: word.start, to: word.start, replacement: nil))
    return skippedStatement(in: frame)
  }

  /// `f x y = …`
  private mutating func headerWithoutBrackets(in frame: Frame) -> Step? {
    var index = position + 1
    while tokens[index].kind == .name, !tokens[index].beginsLine { index += 1 }
    let isBinding = index == position + 2 && Self.bindingWords.contains(text(current))
    guard tokens[index].kind == .assign, !isBinding else { return nil }
    let parameters = (position + 1..<index).map { text(tokens[$0]) }.joined(separator: ", ")
    let range = SourceRange(lower: current.start, upper: tokens[index - 1].end)
    report(.headerWithoutBrackets(at: range, replacement: "\(text(current))(\(parameters))"))
    return skippedStatement(in: frame)
  }

  /// `f = lambda x: …` and `f = x -> …`, at the name.
  mutating func namelessFunction(in frame: Frame) -> Step? {
    let name = current
    var index = position + 2
    let isLambda = isWord("lambda", at: index) && tokens[min(index + 1, tokens.count - 1)].kind == .name
    if isLambda { index += 1 }
    let hasBrackets = !isLambda && tokens[min(index, tokens.count - 1)].kind == .leftParenthesis
    if hasBrackets { index += 1 }
    let lower = tokens[min(index, tokens.count - 1)].start
    // Only names and commas stand between, so looking ahead costs no more than reading.
    while index + 1 < tokens.count, tokens[index].kind == .name || tokens[index].kind == .comma { index += 1 }
    let upper = tokens[index - 1].end
    if hasBrackets {
      guard tokens[index].kind == .rightParenthesis, index + 1 < tokens.count else { return nil }
      index += 1
    }
    guard upper > lower, let end = isLambda ? colonEnd(index) : arrowEnd(index) else { return nil }
    let parameters = excerpt(lower, upper) ?? "x"
    let range = SourceRange(lower: name.start, upper: end)
    report(.namelessFunction(at: range, replacement: "\(text(name))(\(parameters)) ="))
    return skippedStatement(in: frame)
  }

  /// `lambda x: …` where a value is expected, as an argument.
  mutating func misplacedLambda() -> Step? {
    guard isWord("lambda", at: position), peek().kind == .name, !peek().beginsLine else { return nil }
    var index = position + 1
    while index - position < 64, tokens[index].kind == .name || tokens[index].kind == .comma { index += 1 }
    guard tokens[index].kind == .colon else { return nil }
    let token = current
    report(.namelessFunction(at: token.range, replacement: nil))
    if isInBrackets { skipElement() } else { skipStatement(isInBlock: true) }
    let range = SourceRange(lower: token.start, upper: previousEnd)
    yield(tree.leaf(.error, range), range.lower, range.upper)
    return .operation
  }

  /// `f(x) -> …`, `x => …`, at the last character of the sign: what is written here in its place.
  func arrowReplacement(_ sign: Token, left: SyntaxID, from lower: UInt32) -> Diagnostic.FixIt? {
    let whole = SourceRange(lower: lower, upper: sign.end)
    switch tree.nodes[left.index].tag {
    case .call: return Diagnostic.FixIt(range: sign.range, replacement: "=")
    case .name, .tuple:
      guard let names = excerpt(lower, sign.start) else { return nil }
      return Diagnostic.FixIt(range: whole, replacement: "f\(names.hasPrefix("(") ? names : "(\(names))") =")
    default: return nil
    }
  }

  private func colonEnd(_ index: Int) -> UInt32? { tokens[index].kind == .colon ? tokens[index].end : nil }

  private func arrowEnd(_ index: Int) -> UInt32? {
    guard tokens[index].kind == .minus, index + 1 < tokens.count, tokens[index + 1].kind == .greater,
      tokens[index + 1].touchesPrevious
    else { return nil }
    return tokens[index + 1].end
  }

  /// `y[i] = …` as a statement, at the `=`.
  func isElementAssignment() -> Bool {
    guard let frame = frames.last, frame.kind == .value, frame.lower == value.lower else { return false }
    return tree.nodes[value.id.index].tag == .index
  }

  // MARK: Skipping

  /// An error node for a statement that is not read: its line, and the lines below that are indented more.
  private mutating func skippedStatement(in frame: Frame) -> Step {
    let start = current
    let column = indentation(of: start)
    repeat {
      position = max(partner(of: position) ?? position, position)
      advance()
    } while !isEnd(of: column, isInBlock: frame.kind == .block)
    let range = SourceRange(lower: start.start, upper: previousEnd)
    scratch.append(tree.node(.value, tree.leaf(.error, range), at: range))
    lastErrorPosition = position
    return .statement
  }

  private func isEnd(of column: UInt32, isInBlock: Bool) -> Bool {
    switch current.kind {
    case .end, .semicolon: true
    case .rightBrace where isInBlock: true
    default: current.beginsLine && indentation(of: current) <= column
    }
  }

  /// Bytes of white space before a token that begins a line; all before it, for any other.
  private func indentation(of token: Token) -> UInt32 {
    var start = Int(token.start)
    while start > 0, tree.source.utf8[start - 1] == 0x20 || tree.source.utf8[start - 1] == 0x09 { start -= 1 }
    return token.start - UInt32(start)
  }

  /// The first token of the next line or statement.
  private func lineEnd(from index: Int) -> Int {
    var end = index + 1
    while end + 1 < tokens.count, !tokens[end].beginsLine, tokens[end].kind != .semicolon { end += 1 }
    return end
  }

  private func beginsOperand(_ kind: TokenKind) -> Bool {
    switch kind {
    case .number, .name, .string, .root, .partial, .leftParenthesis, .leftBracket, .minus, .plus, .if, .not: true
    default: false
    }
  }
}
