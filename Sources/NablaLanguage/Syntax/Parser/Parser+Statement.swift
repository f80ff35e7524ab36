import NablaDiagnostics

extension Parser {
  /// Flags of `.definition` and `.block` frames.
  struct Context {
    /// The definition stands in a `where` clause: no `where` of its own.
    static var inWhere: UInt8 { 1 }
    /// The definition is a layer, the block its body: `param` and `state` may stand in it.
    static var layer: UInt8 { 2 }
    /// The block is the body of a definition, so it ends in a value.
    static var definition: UInt8 { 4 }
  }

  /// Reads a statement of the innermost block or program.
  ///
  /// ```
  /// program   = { item sep }        sep = NEWLINE | ";"
  /// item      = "layer" NAME params block | statement             "layer" is a word only before a NAME
  /// statement = ( "param" | "state" ) NAME ":" type [ "=" expr ]  in a layer, and only before NAME ":"
  ///           | NAME params ( "=" body | block )                  when the matching ")" is followed by "=" or "{"
  ///           | NAME "=" body
  ///           | "(" NAME { "," NAME } ")" "=" body                when the matching ")" is followed by "="
  ///           | body
  /// block     = "{" { statement sep } "}"
  /// ```
  mutating func statement() -> Step {
    while take(.semicolon) {}
    guard let frame = frames.last else { return .done }
    if position == lastStatementPosition, current.kind != .end {
      // Nothing could be made of the token that begins the line; it has been reported.
      advance()
      skipStatement(isInBlock: frame.kind == .block)
      return .statement
    }
    lastStatementPosition = position
    switch current.kind {
    case .end:
      if frame.kind == .program { return closeProgram(frame) }
      report(.unclosed(tokens[Int(frame.token)]))
      return closeBlock(frame, isClosed: false)
    case .rightBrace where frame.kind == .block:
      advance()
      return closeBlock(frame, isClosed: true)
    case .rightBrace, .rightParenthesis, .rightBracket:
      skipUnopened()
      return .statement
    case .name:
      if let step = declaration(in: frame) ?? foreignStatement(in: frame) { return step }
    case .doubleSlash:
      report(.foreignComment(at: current.range))
      repeat { advance() } while !current.beginsLine && current.kind != .end
      return .statement
    case .leftParenthesis:
      if let close = partner(of: position), tokens[min(close + 1, tokens.count - 1)].kind == .assign {
        return openDestructuring()
      }
    default: break
    }
    push(.value)
    return body()
  }

  /// A statement that begins with a name, unless it is an expression.
  private mutating func declaration(in frame: Frame) -> Step? {
    let next = peek()
    if next.kind == .name, !next.beginsLine {
      if isWord("layer", at: position) { return openLayer() }
      if peek(2).kind == .colon {
        if isWord("param", at: position) { return openVariable(.param, in: frame) }
        if isWord("state", at: position) { return openVariable(.state, in: frame) }
      }
    }
    if next.kind == .assign { return namelessFunction(in: frame) ?? openAssignment() }
    if startsDefinition(at: position) { return openDefinition() }
    return openCompoundAssignment()
  }

  /// Whether `NAME (` stands there and the matching `)` is followed by `=` or `{`.
  func startsDefinition(at index: Int) -> Bool {
    isHeader(at: index, then: .assign) || isHeader(at: index, then: .leftBrace)
  }

  /// Whether `NAME ( … )` and then that token stand there.
  func isHeader(at index: Int, then kind: TokenKind) -> Bool {
    guard tokens[index].kind == .name, index + 1 < tokens.count, tokens[index + 1].kind == .leftParenthesis,
      !tokens[index + 1].beginsLine, let close = partner(of: index + 1), close + 1 < tokens.count
    else { return false }
    return tokens[close + 1].kind == kind
  }

  /// Whether a statement begins there that is no expression.
  func startsStatement(at index: Int) -> Bool {
    guard tokens[index].kind == .name, index + 1 < tokens.count else { return false }
    return tokens[index + 1].kind == .assign || startsDefinition(at: index)
  }

  // MARK: Opening

  private mutating func openLayer() -> Step {
    push(.layer)
    advance()
    let lower = current.start
    let name = takeName(as: .binder)
    return openHeader(name, lower: lower, context: Context.layer)
  }

  private mutating func openVariable(_ role: VariableRole, in frame: Frame) -> Step {
    let word = current
    if frame.detail & Context.layer == 0 { report(.variablePosition(text(word), at: word.range)) }
    advance()
    let name = takeName(as: .binder)
    if let id = tree.nameID(name) { valueNames.insert(id) }
    advance()
    push(.variableType, detail: role.rawValue << 1, lower: word.start, node: name)
    return openType()
  }

  mutating func openAssignment(context: UInt8 = 0) -> Step {
    let lower = current.start
    let name = takeName(as: .binder)
    if let id = tree.nameID(name) { valueNames.insert(id) }
    advance()
    push(.assignment, detail: context, lower: lower, node: name)
    return context == 0 ? body() : .operand
  }

  mutating func openDefinition(context: UInt8 = 0) -> Step {
    let lower = current.start
    let name = takeName(as: .binder)
    if let id = tree.nameID(name) { functionNames.insert(id) }
    return openHeader(name, lower: lower, context: context)
  }

  /// `"(" NAME { "," NAME } ")" "=" body`
  mutating func openDestructuring(context: UInt8 = 0) -> Step {
    let close = partner(of: position) ?? position
    push(.destructuring, detail: context)
    advance()
    while position < close {
      if current.kind == .name {
        scratch.append(takeName(as: .binder))
        if let id = scratch.last.flatMap({ tree.nameID($0) }) { valueNames.insert(id) }
        if current.kind == .comma, position + 1 < close {
          advance()
          continue
        }
      }
      if position < close {
        let isList = current.kind == .leftParenthesis
        report(
          isList
            ? .listInList(at: current.range)
            : .expectedName("on the left of '='", found: describe(current), at: current.range))
      }
      break
    }
    position = close
    advance()
    advance()
    return context == 0 ? body() : .operand
  }

  /// `x += 1` of other languages, read as `x = x + 1`.
  private mutating func openCompoundAssignment() -> Step? {
    let infix: InfixOperator
    switch peek().kind {
    case .plus: infix = .add
    case .minus: infix = .subtract
    case .star: infix = .multiply
    case .slash: infix = .divide
    default: return nil
    }
    guard peek(2).kind == .assign, peek(2).touchesPrevious, !peek().beginsLine else { return nil }
    let name = current
    let range = SourceRange(lower: peek().start, upper: peek(2).end)
    report(.compoundAssignment(tree.source[range], at: range, fixIt: compoundFix(infix, name, range)))
    let binder = takeName(as: .binder)
    let use = tree.leaf(.name, self.name(name), name.range)
    advance()
    advance()
    push(.assignment, lower: name.start, node: binder)
    push(.infix, infix.level, detail: infix.rawValue, lower: name.start, node: use)
    return .operand
  }

  /// `y = y*(x + 1)` for `y *= x + 1`.
  private func compoundFix(_ infix: InfixOperator, _ name: Token, _ sign: SourceRange) -> Diagnostic.FixIt? {
    if infix.level == .sum {
      return Diagnostic.FixIt(range: sign, replacement: "= \(text(name)) \(infix.spelling)")
    }
    var end = position + 3
    var isPlain = true
    while end < tokens.count, !tokens[end].beginsLine, ![.end, .semicolon, .rightBrace].contains(tokens[end].kind) {
      if [.plus, .minus, .if, .or, .and, .slash].contains(tokens[end].kind) { isPlain = false }
      end += 1
    }
    let range = SourceRange(lower: sign.lower, upper: tokens[end - 1].end)
    guard let value = excerpt(sign.upper, range.upper), !value.isEmpty else { return nil }
    let operand = isPlain ? value : "(\(value))"
    return Diagnostic.FixIt(range: range, replacement: "= \(text(name))\(infix.spelling)\(operand)")
  }

  /// `body = ( loop | expr ) [ "where" def { "," def } ]`
  mutating func body() -> Step { current.kind == .for ? openLoop() : .operand }

  /// `{` opens a block, in which newlines count again.
  mutating func openBlock() -> Step {
    var context: UInt8 = 0
    if let frame = frames.last, frame.kind == .definition {
      context = Context.definition | (frame.detail & Context.layer)
    }
    push(.block, detail: context)
    bracketDepth = 0
    advance()
    return .statement
  }

  // MARK: Closing

  /// A body is complete: makes the statement, unless a `where` clause follows.
  mutating func finishBody(_ frame: Frame) -> Step {
    if isWord("where", at: position), !current.beginsLine || continuesLine(current), frame.detail & Context.inWhere == 0
    {
      switch tree.nodes[value.id.index].tag {
      case .block: break
      case .whereClause: report(.secondWhere(at: SourceRange(lower: previousEnd, upper: current.end)))
      default:
        push(.whereClause, lower: value.lower, node: value.id)
        advance()
        return .whereDefinition
      }
    }
    pop()
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    let id: SyntaxID
    switch (frame.kind, frame.node) {
    case (.assignment, let name?): id = tree.node(.assignment, name, value.id, at: range)
    case (.destructuring, _): id = takeScratch(.destructuring, from: frame.base, last: value.id, range)
    case (.definition, let name?):
      id = takeScratch(.definition, from: frame.base, first: name, last: value.id, range)
    default: id = tree.node(.value, value.id, at: range)
    }
    yield(id, range.lower, range.upper)
    return .finished
  }

  mutating func finishLayer(_ frame: Frame) -> Step {
    pop()
    let range = SourceRange(lower: frame.lower, upper: value.upper)
    yield(tree.node(.layer, value.id, at: range), range.lower, range.upper)
    return .finished
  }

  /// A statement is complete: a newline, `;`, `}` or the end must follow.
  mutating func finishStatement() -> Step {
    scratch.append(value.id)
    let token = current
    let isInBlock = frames.last?.kind == .block
    if token.beginsLine || token.kind == .semicolon || token.kind == .end { return .statement }
    if token.kind == .rightBrace, isInBlock { return .statement }
    if startsStatement(at: position) {
      reportMissingSeparator()
      return .statement
    }
    reportUnexpected()
    skipStatement(isInBlock: isInBlock)
    return .statement
  }

  private mutating func closeBlock(_ frame: Frame, isClosed: Bool) -> Step {
    pop()
    reportUnusedValues(Int(frame.base)..<max(scratch.count - 1, Int(frame.base)), isProgram: false)
    let close = tokens[max(position - 1, 0)]
    let endsInValue = scratch.count > Int(frame.base) && (scratch.last.map(isValue) ?? false)
    let hasErrors = (diagnostics.diagnostics.last?.range?.lower ?? 0) > frame.lower
    if frame.detail & Context.definition != 0, !endsInValue, isClosed, !hasErrors {
      diagnostics.report(.noValue(at: close.range))
    }
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    yield(takeScratch(.block, from: frame.base, range), range.lower, range.upper)
    return .finished
  }

  private mutating func closeProgram(_ frame: Frame) -> Step {
    pop()
    warnAboutExponents(in: Int(frame.base)..<scratch.count)
    if scratch.count > Int(frame.base) + 1 { reportUnusedValues(Int(frame.base)..<scratch.count, isProgram: true) }
    let end = UInt32(truncatingIfNeeded: tree.source.endOffset)
    _ = takeScratch(.program, from: frame.base, SourceRange(lower: 0, upper: end))
    return .done
  }

  private func isValue(_ id: SyntaxID) -> Bool {
    tree.nodes[id.index].tag == .value || tree.nodes[id.index].tag == .error
  }
}
