import NablaDiagnostics

/// Choices as Python and C spell them: `a if c else b` and `c ? a : b`. Both are read as `if c then a else b`, and reported
/// once they have been read, with the whole choice as it is written here.
extension Parser {
  /// At the sign that makes the expression before it a part of a choice.
  mutating func openForeignChoice(_ kind: Frame.Kind) -> Step {
    reduceOperators(atLeast: .any)
    push(kind, lower: value.lower, node: value.id)
    advance()
    return .operand
  }

  /// The second part is complete: `else` or `:` must follow.
  mutating func finishForeignChoice(_ frame: Frame) -> Step {
    let isPython = frame.kind == .trailingIf
    let sign = tokens[Int(frame.token)]
    pop()
    guard current.kind == (isPython ? .else : .colon) else {
      let range = SourceRange(lower: frame.lower, upper: max(value.upper, sign.end))
      report(.foreignChoice(sign.kind.spelling, at: range, replacement: nil))
      yield(tree.leaf(.error, range), range.lower, range.upper)
      return .finished
    }
    push(
      isPython ? .trailingElse : .ternaryElse, token: Int(frame.token), lower: frame.lower, node: frame.node,
      other: value.id)
    frames[frames.count - 1].partLower = UInt32(truncatingIfNeeded: position)
    advance()
    return .operand
  }

  mutating func finishForeignAlternative(_ frame: Frame) -> Step {
    pop()
    guard let first = frame.node, let second = frame.other else { return .finished }
    let isPython = frame.kind == .trailingElse
    let (sign, separator) = (tokens[Int(frame.token)], tokens[Int(frame.partLower)])
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, separator.end))
    var replacement: String?
    if let a = excerpt(frame.lower, sign.start), let b = excerpt(sign.end, separator.start),
      let c = takeInnerChoice(from: separator.end) ?? excerpt(separator.end, range.upper)
    {
      replacement = isPython ? "if \(b) then \(a) else \(c)" : "if \(a) then \(b) else \(c)"
    }
    diagnostics.report(.foreignChoice(sign.kind.spelling, at: range, replacement: replacement))
    let (condition, consequence) = isPython ? (second, first) : (first, second)
    yield(tree.node(.conditional, condition, consequence, value.id, at: range), range.lower, range.upper)
    return .finished
  }

  /// The spelling of a choice that is the last part of this one: both are one problem.
  private mutating func takeInnerChoice(from start: UInt32) -> String? {
    guard let inner = diagnostics.diagnostics.last, inner.id == SyntaxProblem.foreignChoice.id,
      let range = inner.range, range.lower >= start, range.upper == value.upper, let text = inner.fixIt?.replacement
    else { return nil }
    diagnostics.removeLast()
    return text
  }
}
