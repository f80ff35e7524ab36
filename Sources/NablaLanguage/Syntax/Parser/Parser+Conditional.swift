import NablaDiagnostics

extension Parser {
  /// `"if" expr "then" expr "else" expr`: the last part reaches as far as it can.
  mutating func openConditional() -> Step {
    push(.condition)
    advance()
    return .operand
  }

  mutating func finishCondition(_ frame: Frame) -> Step {
    guard current.kind == .then else { return incompleteConditional(frame, missing: .then) }
    pop()
    push(.consequence, token: Int(frame.token), lower: frame.lower, node: value.id)
    advance()
    return .operand
  }

  mutating func finishConsequence(_ frame: Frame) -> Step {
    guard current.kind == .else else { return incompleteConditional(frame, missing: .else) }
    pop()
    push(.alternative, token: Int(frame.token), lower: frame.lower, node: frame.node, other: value.id)
    advance()
    return .operand
  }

  mutating func finishAlternative(_ frame: Frame) -> Step {
    pop()
    guard let condition = frame.node, let consequence = frame.other else { return .finished }
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    yield(tree.node(.conditional, condition, consequence, value.id, at: range), range.lower, range.upper)
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
