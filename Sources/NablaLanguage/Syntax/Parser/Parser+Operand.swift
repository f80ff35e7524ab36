import NablaDiagnostics

extension Parser {
  /// Reads what an expression may begin with.
  ///
  /// ```
  /// prefix   = ( "-" | "+" ) operand | "not" operand
  /// primary  = NUMBER | STRING | NAME | "√" postfix | "∂" args | "if" … | "(" … | "[" …
  /// ```
  mutating func operand() -> Step {
    let token = current
    if token.beginsLine, isDefinitionBoundary() { return missingOperand() }
    switch token.kind {
    case .number:
      advance()
      yield(tree.leaf(.number, token.range), token.start, token.end, .bareNumber)
      return .operation
    case .string:
      advance()
      yield(tree.leaf(.string, token.range), token.start, token.end, .takesPostfix)
      return .operation
    case .name:
      if let step = misplacedLambda() { return step }
      yield(takeName(as: .name), token.start, token.end, .takesPostfix)
      return .operation
    case .minus: return openPrefix(.negate)
    case .plus: return openPrefix(.plus)
    case .not: return openNot()
    case .bang:
      report(.foreignOperator("!", replacement: "not ", at: token.range))
      return openNot()
    case .root: return openRoot()
    case .partial: return openPartial()
    case .leftParenthesis: return openGroup()
    case .leftBracket: return openList()
    case .bar, .doubleBar: return openBars()
    case .if: return openConditional()
    case .for:
      report(.loopPosition(at: token.range))
      return openLoop()
    case .leftBrace: return misplacedBrace()
    case .stray: return strayOperand()
    case .prime: return stringInSingleQuotes() ?? missingOperand()
    default: return missingOperand()
    }
  }

  /// `-x^2` is `-(x^2)`, `a*-b` and `2^-1` are allowed.
  private mutating func openPrefix(_ sign: PrefixOperator) -> Step {
    let outer = frames.last
    let isExponent = outer.map { isExponentFrame($0) } ?? false
    push(.prefix, .sign, detail: sign.rawValue | (isExponent ? Self.exponentFlag : 0), lower: current.start)
    advance()
    return .operand
  }

  /// `not` binds looser than comparisons, so it cannot be an operand of anything tighter.
  private mutating func openNot() -> Step {
    if let outer = frames.last, outer.level > .not { report(.notOperand(at: current.range)) }
    push(.prefix, .not, detail: PrefixOperator.not.rawValue, lower: current.start)
    advance()
    return .operand
  }

  /// Marks signs that stand in an exponent: no product by juxtaposition there.
  static var exponentFlag: UInt8 { 0x80 }

  /// Whether the operand of this frame is an exponent, or under a root.
  func isExponentFrame(_ frame: Frame) -> Bool {
    switch frame.kind {
    case .root: true
    case .infix: frame.level == .power
    case .prefix: frame.detail & Self.exponentFlag != 0
    default: false
    }
  }

  /// `√` takes the postfix expression that follows: `√x²` is `(√x)²`, `√(x²)` the other.
  private mutating func openRoot() -> Step {
    let token = current
    let callee = tree.leaf(.name, intern("sqrt"), token.range)
    push(.root, .postfix, lower: token.start, node: callee)
    advance()
    return .operand
  }

  /// `∂(e, x)` is `diff(e, x)`.
  private mutating func openPartial() -> Step {
    let token = current
    advance()
    let callee = tree.leaf(.name, intern("diff"), token.range)
    yield(callee, token.start, token.end, .takesPostfix)
    if current.kind != .leftParenthesis { report(.partial(at: token.range)) }
    return .operation
  }

  // MARK: What cannot begin an expression

  /// `{` where an expression is expected: a list of another language, or a block after `=`.
  private mutating func misplacedBrace() -> Step {
    let open = position
    let token = current
    guard let close = partner(of: open) else {
      guard let frame = frames.last, frame.kind == .definition else { return missingOperand() }
      report(.blockPosition(at: token.range, assign: SourceRange(lower: tokens[open - 1].start, upper: token.start)))
      return openBlock()
    }
    let inside = open + 1..<close
    // Looking for one sign of statements only as far as the block goes; it is skipped or read once after that.
    let isBlock = inside.contains {
      tokens[$0].beginsLine || tokens[$0].kind == .semicolon || tokens[$0].kind == .assign
    }
    if isBlock, let frame = frames.last, frame.kind == .definition {
      report(.blockPosition(at: token.range, assign: SourceRange(lower: tokens[open - 1].start, upper: token.start)))
      return openBlock()
    }
    let range = SourceRange(lower: token.start, upper: tokens[close].end)
    let list = isBlock ? nil : excerpt(token.end, tokens[close].start)
    report(.braces(at: range, inside: list, isExponent: open > 0 && tokens[open - 1].kind == .caret))
    position = close
    advance()
    yield(tree.leaf(.error, range), range.lower, range.upper)
    return .operation
  }

  /// `'ij->ji'` of other languages, at the first sign.
  private mutating func stringInSingleQuotes() -> Step? {
    let token = current
    var end = position + 1
    while tokens[end].kind != .prime {
      if tokens[end].kind == .end || tokens[end].beginsLine || end - position > 64 { return nil }
      end += 1
    }
    let range = SourceRange(lower: token.start, upper: tokens[end].end)
    report(.singleQuotes(at: range, replacement: excerpt(token.end, tokens[end].start).map { "\"\($0)\"" }))
    position = end
    advance()
    yield(tree.leaf(.error, range), range.lower, range.upper, .takesPostfix)
    return .operation
  }

  /// Characters that the lexer has reported: what follows them on the line may still be an operand.
  private mutating func strayOperand() -> Step {
    let token = current
    advance()
    lastErrorPosition = position
    if !current.beginsLine, beginsPrimary(current.kind) { return .operand }
    yield(tree.leaf(.error, token.range), token.start, token.end)
    return .operation
  }

  private mutating func missingOperand() -> Step {
    if current.kind == .greater, current.touchesPrevious, position > 0, tokens[position - 1].kind == .minus {
      var sign = current
      sign.start = tokens[position - 1].start
      var fixIt: Diagnostic.FixIt?
      if let frame = frames.last, frame.kind == .infix, let left = frame.node, isStatement(before: 1, frame.lower) {
        fixIt = arrowReplacement(sign, left: left, from: frame.lower)
      }
      report(.arrow(at: sign.range, fixIt: fixIt))
    } else if current.kind == .end, let open = innermostOpenBracket() {
      report(.unclosed(tokens[open]))
    } else {
      report(.expectedExpression(found: describe(current), at: place, after: previousTokenText()))
    }
    yieldError()
    return .operation
  }

  /// Whether what begins at `lower` is a whole statement so far, with so many operators that wait.
  func isStatement(before waiting: Int, _ lower: UInt32) -> Bool {
    let index = frames.count - 1 - waiting
    return index >= 0 && frames[index].kind == .value && frames[index].lower == lower
  }

  /// The token before, where it is an operator or a keyword that waits for an operand.
  private func previousTokenText() -> String? {
    guard position > 0 else { return nil }
    let previous = tokens[position - 1]
    switch previous.kind {
    case .number, .name, .string, .superscript, .stray, .semicolon, .end, .leftBrace, .rightBrace: return nil
    default: return text(previous)
    }
  }

  func beginsPrimary(_ kind: TokenKind) -> Bool {
    switch kind {
    case .number, .name, .string, .root, .partial, .leftParenthesis, .leftBracket: true
    default: false
    }
  }
}
