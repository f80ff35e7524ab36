import NablaDiagnostics

extension Parser {
  /// `"if" expr "then" expr "else" expr`: the last part reaches as far as it can.
  mutating func openConditional() -> Step {
    push(.condition)
    advance()
    return .operand
  }

  mutating func finishCondition(_ frame: Frame) -> Step {
    let isMended = current.kind != .then && mendsThen(frame)
    guard current.kind == .then || isMended else {
      return bracedConditional(frame) ?? incompleteConditional(frame, missing: .then)
    }
    pop()
    push(.consequence, token: Int(frame.token), lower: frame.lower, node: value.id)
    if !isMended || current.kind == .colon { advance() }
    return .operand
  }

  mutating func finishConsequence(_ frame: Frame) -> Step {
    guard current.kind == .else else { return incompleteConditional(frame, missing: .else) }
    pop()
    push(.alternative, token: Int(frame.token), lower: frame.lower, node: frame.node, other: value.id)
    advance()
    if current.kind == .colon {
      report(.elseColon(at: current.range))
      advance()
    }
    return .operand
  }

  mutating func finishAlternative(_ frame: Frame) -> Step {
    pop()
    guard let condition = frame.node, let consequence = frame.other else { return .finished }
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    yield(tree.node(.conditional, condition, consequence, value.id, at: range), range.lower, range.upper)
    return .operation
  }

  /// `if (c) a else b` and `if c: a else b` of other languages: reported, and read on as if `then` stood there.
  private mutating func mendsThen(_ frame: Frame) -> Bool {
    let place = current.range
    if current.kind == .colon {
      report(.missingThen(at: place, gap: place, replacement: " then"))
      return true
    }
    guard isConditionInBrackets(), beginsPrimary(current.kind) else { return false }
    report(.missingThen(at: place, gap: SourceRange(lower: place.lower, upper: place.lower), replacement: "then "))
    return true
  }

  /// Whether all that has been read of an `if` is a condition in parentheses.
  func isConditionInBrackets() -> Bool {
    guard let frame = frames.last, frame.kind == .condition, position > 0 else { return false }
    let open = Int(frame.token) + 1
    return tokens[open].kind == .leftParenthesis && partner(of: open) == position - 1
  }

  /// `if (c) { a } else { b }`, at the first brace, where both blocks are one expression.
  private mutating func bracedConditional(_ frame: Frame) -> Step? {
    guard current.kind == .leftBrace, let close = partner(of: position), tokens[close + 1].kind == .else,
      tokens[close + 2].kind == .leftBrace, let end = partner(of: close + 2)
    else { return nil }
    let isPlain = !(position + 1..<end).contains { tokens[$0].kind == .semicolon || tokens[$0].kind == .assign }
    let range = SourceRange(lower: frame.lower, upper: tokens[end].end)
    var replacement: String?
    if isPlain, let condition = excerpt(value.lower, value.upper),
      let first = excerpt(current.end, tokens[close].start),
      let second = excerpt(tokens[close + 2].end, tokens[end].start), !first.contains("\n"), !second.contains("\n")
    {
      replacement = "if \(condition) then \(first) else \(second)"
    }
    report(.foreignChoice("{", at: range, replacement: replacement))
    position = end
    advance()
    pop()
    yield(tree.leaf(.error, range), range.lower, range.upper)
    return .operation
  }

  /// `then` or `else` is missing: the rest of the conditional is an error node.
  private mutating func incompleteConditional(_ frame: Frame, missing: TokenKind) -> Step {
    report(.incompleteConditional(missing.spelling, found: describe(current), at: place))
    pop()
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    yield(tree.leaf(.error, range), range.lower, range.upper)
    return .finished
  }
}
