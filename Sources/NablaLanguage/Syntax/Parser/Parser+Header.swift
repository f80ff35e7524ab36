import NablaDiagnostics

/// Parameters, types, and `where`.
extension Parser {
  /// ```
  /// params = "(" [ param { "," param } ] ")"
  /// param  = NAME [ ":" type ] [ "=" expr ]
  /// ```
  mutating func openHeader(_ name: SyntaxID, lower: UInt32, context: UInt8) -> Step {
    push(.definition, detail: context, lower: lower, node: name)
    guard current.kind == .leftParenthesis else {
      report(.unexpected(describe(current), at: place, expected: "'(' and the parameters"))
      return finishHeader()
    }
    openBracket(.parameters)
    if take(.rightParenthesis) {
      pop()
      return finishHeader()
    }
    return .parameter
  }

  mutating func parameter() -> Step {
    guard current.kind == .name else {
      report(.expectedName("as a parameter", found: describe(current), at: place))
      yieldError()
      return .finished
    }
    let lower = current.start
    let name = takeName(as: .binder)
    if let id = tree.nameID(name) { valueNames.insert(id) }
    if take(.colon) {
      push(.parameterType, lower: lower, node: name)
      return openType()
    }
    return parameterInitial(name, nil, lower)
  }

  mutating func finishParameterType(_ frame: Frame) -> Step {
    pop()
    guard let name = frame.node else { return .finished }
    return parameterInitial(name, value.id, frame.lower)
  }

  private mutating func parameterInitial(_ name: SyntaxID, _ type: SyntaxID?, _ lower: UInt32) -> Step {
    guard take(.assign) else { return yieldParameter(name, type, nil, lower) }
    push(.parameterInitial, lower: lower, node: name, other: type)
    return .operand
  }

  mutating func finishParameterInitial(_ frame: Frame) -> Step {
    pop()
    guard let name = frame.node else { return .finished }
    return yieldParameter(name, frame.other, value.id, frame.lower)
  }

  private mutating func yieldParameter(
    _ name: SyntaxID, _ type: SyntaxID?, _ initial: SyntaxID?, _ lower: UInt32
  ) -> Step {
    let range = SourceRange(lower: lower, upper: previousEnd)
    let parts: UInt8 = (type == nil ? 0 : 1) | (initial == nil ? 0 : 2)
    let id = tree.node(.parameter, detail: parts, name, type ?? initial, type == nil ? nil : initial, at: range)
    yield(id, range.lower, range.upper)
    return .finished
  }

  /// A parameter is complete.
  mutating func finishParameters(_ frame: Frame) -> Step {
    scratch.append(value.id)
    if continuesList(frame, closer: .rightParenthesis) { return .parameter }
    pop()
    return finishHeader()
  }

  /// `"=" body | block`
  private mutating func finishHeader() -> Step {
    guard let frame = frames.last else { return .done }
    switch current.kind {
    case .leftBrace where frame.detail & Context.inWhere == 0:
      return openBlock()
    case .assign:
      advance()
      return frame.detail & Context.inWhere == 0 ? body() : .operand
    default:
      report(
        .unexpected(describe(current), at: place, expected: "'=' or '{'"))
      yieldError()
      return .finished
    }
  }

  // MARK: Types

  /// ```
  /// type = "size" | NAME | [ NAME ] "[" [ dim { "," dim } ] "]"
  /// dim  = "..." | expr                                           a sum
  /// ```
  mutating func openType() -> Step {
    let token = current
    var element: SyntaxID?
    if token.kind == .name, !token.beginsLine || isInBrackets { element = takeName(as: .binder) }
    if current.kind == .leftBracket, !current.beginsLine {
      openBracket(.dimensions, minimum: .sum, lower: token.start, node: element)
      return .dimension
    }
    guard let element else {
      report(.expectedType(found: describe(current), at: place))
      yieldError()
      return .finished
    }
    yield(tree.node(.type, detail: 1, element, at: token.range), token.start, token.end)
    return .finished
  }

  mutating func dimension() -> Step {
    guard let frame = frames.last else { return .operand }
    // `[]` has no axes: a scalar.
    if scratch.count == Int(frame.base), take(.rightBracket) { return finishDimensions(frame) }
    guard current.kind == .ellipsis else { return .operand }
    let token = current
    advance()
    yield(tree.leaf(.ellipsis, token.range), token.start, token.end)
    return finishDimension(frame)
  }

  mutating func finishDimension(_ frame: Frame) -> Step {
    scratch.append(value.id)
    return continuesList(frame, closer: .rightBracket) ? .dimension : finishDimensions(frame)
  }

  private mutating func finishDimensions(_ frame: Frame) -> Step {
    pop()
    let parts: UInt8 = (frame.node == nil ? 0 : 1) | 2
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    let id = takeScratch(.type, detail: parts, from: frame.base, first: frame.node, range)
    yield(id, range.lower, range.upper)
    return .finished
  }

  // MARK: Variables of a layer

  mutating func finishVariableType(_ frame: Frame) -> Step {
    pop()
    guard take(.assign) else { return yieldVariable(frame, type: value.id, initial: nil) }
    push(.variableInitial, detail: frame.detail, lower: frame.lower, node: frame.node, other: value.id)
    return .operand
  }

  mutating func finishVariableInitial(_ frame: Frame) -> Step {
    pop()
    guard let type = frame.other else { return .finished }
    return yieldVariable(frame, type: type, initial: value.id)
  }

  private mutating func yieldVariable(_ frame: Frame, type: SyntaxID, initial: SyntaxID?) -> Step {
    guard let name = frame.node else { return .finished }
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    let detail = frame.detail | (initial == nil ? 0 : 1)
    yield(tree.node(.variable, detail: detail, name, type, initial, at: range), range.lower, range.upper)
    return .finished
  }

  // MARK: where

  /// `def = NAME [ params ] "=" expr | "(" NAME { "," NAME } ")" "=" expr`
  mutating func whereDefinition() -> Step {
    if current.kind == .name {
      if peek().kind == .assign { return openAssignment(context: Context.inWhere) }
      if isHeader(at: position, then: .assign) { return openDefinition(context: Context.inWhere) }
    } else if current.kind == .leftParenthesis, let close = partner(of: position),
      tokens[min(close + 1, tokens.count - 1)].kind == .assign
    {
      return openDestructuring(context: Context.inWhere)
    }
    report(.expectedDefinition(found: describe(current), at: place))
    yieldError()
    return .finished
  }

  /// Whether a name and its value stand here: what ``whereDefinition()`` takes tokens of, so that the parser gets on.
  private func startsWhereDefinition() -> Bool {
    current.kind == .name && (peek().kind == .assign || isHeader(at: position, then: .assign))
  }

  mutating func finishWhereDefinition(_ frame: Frame) -> Step {
    scratch.append(value.id)
    if take(.comma) { return .whereDefinition }
    // Two definitions without a comma have been reported as such.
    if !current.beginsLine, lastErrorPosition == position, startsWhereDefinition() { return .whereDefinition }
    pop()
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    yield(takeScratch(.whereClause, from: frame.base, first: frame.node, range), range.lower, range.upper)
    return .finished
  }
}
