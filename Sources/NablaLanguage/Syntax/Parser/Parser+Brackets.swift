import NablaDiagnostics

extension Parser {
  // MARK: Opening

  /// Opens a frame at an opening bracket, moves past it and makes newlines insignificant.
  mutating func openBracket(
    _ kind: Frame.Kind, minimum: Level = .any, lower: UInt32? = nil, node: SyntaxID? = nil
  ) {
    push(kind, minimum: minimum, lower: lower, node: node)
    bracketDepth += 1
    advance()
  }

  /// `"(" expr { "," expr } ")"`: brackets around one expression, a tuple of several.
  mutating func openGroup() -> Step {
    openBracket(.group)
    return .operand
  }

  /// `"[" [ element { "," element } ] "]"`, where `element = expr [ "for" binding { "," binding } ]`
  mutating func openList() -> Step {
    openBracket(.list)
    guard let frame = frames.last, current.kind == .rightBracket else { return .operand }
    advance()
    return closeList(frame)
  }

  /// `args = "(" [ arg { "," arg } ] ")"`, with the value as callee.
  mutating func openArguments() -> Step {
    openBracket(.arguments, lower: value.lower, node: value.id)
    guard let frame = frames.last, current.kind == .rightParenthesis else { return .argument }
    advance()
    return closeArguments(frame)
  }

  /// `"[" index { "," index } "]"`, with the value as base.
  mutating func openIndex() -> Step {
    openBracket(.index, minimum: .or, lower: value.lower, node: value.id)
    return .subscriptPart
  }

  /// `arg = NAME ":" expr | element`
  mutating func argument() -> Step {
    guard current.kind == .name else { return .operand }
    switch peek().kind {
    case .colon: break
    case .assign:
      report(.namedArgument(at: peek().range, gap: SourceRange(lower: current.end, upper: peek(2).start)))
    default: return .operand
    }
    let lower = current.start
    let label = takeName(as: .binder)
    advance()
    push(.label, lower: lower, node: label)
    return .operand
  }

  // MARK: Elements

  mutating func finishGroupElement(_ frame: Frame) -> Step {
    if current.kind == .for { return misplacedComprehension() }
    scratch.append(value.id)
    if continuesList(frame, closer: .rightParenthesis) { return .operand }
    pop()
    let count = scratch.count - Int(frame.base)
    let id =
      count == 1
      ? scratch.removeLast()
      : takeScratch(.tuple, from: frame.base, SourceRange(lower: frame.lower, upper: previousEnd))
    yield(id, frame.lower, previousEnd, .takesPostfix)
    return .operation
  }

  mutating func finishListElement(_ frame: Frame) -> Step {
    if current.kind == .for { return openComprehension() }
    scratch.append(value.id)
    return continuesList(frame, closer: .rightBracket) ? .operand : closeList(frame)
  }

  private mutating func closeList(_ frame: Frame) -> Step {
    pop()
    let id = takeScratch(.list, from: frame.base, SourceRange(lower: frame.lower, upper: previousEnd))
    yield(id, frame.lower, previousEnd, .takesPostfix)
    return .operation
  }

  mutating func finishArgument(_ frame: Frame) -> Step {
    if current.kind == .for { return openComprehension() }
    scratch.append(value.id)
    return continuesList(frame, closer: .rightParenthesis) ? .argument : closeArguments(frame)
  }

  mutating func finishLabelledArgument(_ frame: Frame) -> Step {
    if current.kind == .for { return misplacedComprehension() }
    pop()
    if let label = frame.node {
      let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
      yield(tree.node(.argument, label, value.id, at: range), range.lower, range.upper)
    }
    return .finished
  }

  private mutating func closeArguments(_ frame: Frame) -> Step {
    pop()
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    let call = takeScratch(.call, from: frame.base, first: frame.node, range)
    yield(call, frame.lower, previousEnd, .takesPostfix)
    return .operation
  }

  /// Whether another element follows. If not, the bracket has been closed, or its error reported and skipped.
  mutating func continuesList(_ frame: Frame, closer: TokenKind) -> Bool {
    if current.kind == .semicolon, let close = partner(of: Int(frame.token)), close > position + 1 {
      report(.semicolon(at: current.range, isList: closer == .rightBracket))
      advance()
      return true
    }
    if take(.comma) {
      guard current.kind == closer else { return true }
      if tree.nodes[value.id.index].tag != .error { report(.trailingComma(at: tokens[position - 1].range)) }
    }
    if !take(closer) { closeWithError(Int(frame.token), closer: closer) }
    return false
  }

  // MARK: Bars

  /// `|x|` and `||x||` of other notations, read as `abs(x)` and `norm(x)`.
  mutating func openBars() -> Step {
    push(.bars, detail: current.kind.rawValue)
    advance()
    return .operand
  }

  func isInBars(_ kind: TokenKind) -> Bool {
    innermostDelimiter.kind == .bars && innermostDelimiter.detail == kind.rawValue
  }

  mutating func finishBars(_ frame: Frame) -> Step {
    pop()
    let bars = tokens[Int(frame.token)]
    guard current.kind == bars.kind else {
      report(.unexpected(describe(current), at: place, expected: "'\(bars.kind.spelling)'"))
      return .finished
    }
    let range = SourceRange(lower: bars.start, upper: current.end)
    let function = bars.kind == .bar ? "abs" : "norm"
    let inside = excerpt(bars.end, current.start)
    report(.absoluteBars(bars.kind.spelling, at: range, replacement: inside.map { "\(function)(\($0))" }))
    advance()
    let callee = tree.leaf(.name, intern(function), bars.range)
    yield(tree.node(.call, callee, value.id, at: range), range.lower, range.upper, .takesPostfix)
    return .operation
  }
}
