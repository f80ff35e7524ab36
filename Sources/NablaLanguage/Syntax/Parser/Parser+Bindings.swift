import NablaDiagnostics

/// Loops and comprehensions.
extension Parser {
  /// Marks bindings of a loop; the others are a comprehension's.
  private static var loopFlag: UInt8 { 1 }

  /// `loop = "for" binding { "," binding } block`
  mutating func openLoop() -> Step {
    push(.bindings, detail: Self.loopFlag)
    advance()
    return .binding
  }

  /// `element = expr [ "for" binding { "," binding } ]`, after the expression.
  mutating func openComprehension() -> Step {
    push(.bindings, lower: value.lower, node: value.id)
    advance()
    return .binding
  }

  /// `(e for i in x)`: a comprehension stands in a list or among arguments. It is read as one all the same.
  mutating func misplacedComprehension() -> Step {
    report(.comprehensionPosition(at: current.range))
    return openComprehension()
  }

  /// `binding = NAME "in" expr [ "..<" expr ]`: the first without `|>`, the second a sum.
  mutating func binding() -> Step {
    let lower = current.start
    let isList = namesInStep()
    guard current.kind == .name else {
      report(.expectedName("after 'for'", found: describe(current), at: place))
      yieldError()
      return finishBindings()
    }
    let name = takeName(as: .binder)
    if let id = tree.nameID(name) { valueNames.insert(id) }
    if isList { skipNamesInStep() }
    if current.kind == .in {
      advance()
    } else {
      report(.expectedIn(found: describe(current), at: place, isAssign: current.kind == .assign))
      if !take(.assign) {
        yieldError()
        scratch.append(tree.node(.binding, name, value.id, at: SourceRange(lower: lower, upper: value.upper)))
        return finishBindings()
      }
    }
    push(.bindingSource, minimum: .or, lower: lower, node: name)
    return .operand
  }

  /// `for (a, b) in …` and `for a, b in …` of other languages are read as `for a in …`.
  ///
  /// - Returns: whether there are several names; the current token is the first of them.
  private mutating func namesInStep() -> Bool {
    let hasBrackets = current.kind == .leftParenthesis
    let first = hasBrackets ? 1 : 0
    guard peek(first).kind == .name, peek(first + 1).kind == .comma, peek(first + 2).kind == .name,
      [.comma, .in, .rightParenthesis].contains(peek(first + 3).kind), hasBrackets || peek(3).kind == .in
    else { return false }
    report(.namesInStep(at: SourceRange(lower: current.start, upper: peek(first + 2).end)))
    if hasBrackets { advance() }
    return true
  }

  private mutating func skipNamesInStep() {
    while current.kind == .comma, peek().kind == .name {
      advance()
      let other = takeName(as: .binder)
      if let id = tree.nameID(other) { valueNames.insert(id) }
    }
    if current.kind == .rightParenthesis { advance() }
  }

  mutating func finishBindingSource(_ frame: Frame) -> Step {
    pop()
    switch current.kind {
    case .colon where isLoopColon():
      report(.loopColon(at: current.range))
      skipStatement(isInBlock: true)
      yieldError()
      if let name = frame.node {
        scratch.append(tree.node(.binding, name, value.id, at: SourceRange(lower: frame.lower, upper: frame.lower)))
      }
      lastErrorPosition = position
      return finishBindings()
    case .colon:
      report(.colonRange(at: current.range))
      push(.bindingUpper, detail: 0, minimum: .sum, lower: frame.lower, node: frame.node, other: value.id)
      advance()
      return .operand
    case .rangeUpTo, .doubleDot, .ellipsis:
      let isExact = current.kind == .rangeUpTo
      push(
        .bindingUpper, detail: isExact ? 0 : 1, minimum: .sum, lower: frame.lower, node: frame.node, other: value.id)
      advance()
      return .operand
    default:
      if let name = frame.node {
        let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
        scratch.append(tree.node(.binding, name, value.id, at: range))
      }
      return finishBindings()
    }
  }

  /// Whether the colon of `for i in range(n): …` or `for x in xs:` begins the body of a loop, as Python has it.
  private func isLoopColon() -> Bool {
    guard let frame = frames.last, frame.kind == .bindings, frame.detail == Self.loopFlag else { return false }
    if peek().beginsLine || peek().kind == .end { return true }
    if case .call = tree.kind(value.id) { return true }
    return peek(2).kind == .assign || peek(2).kind != .leftBrace && peek(3).kind == .assign
  }

  mutating func finishBindingUpper(_ frame: Frame) -> Step {
    pop()
    if frame.detail != 0 { reportClosedRange(frame) }
    if let name = frame.node, let source = frame.other {
      let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
      scratch.append(tree.node(.binding, detail: 1, name, source, value.id, at: range))
    }
    return finishBindings()
  }

  /// `1..n` and `1...n` mean `1..<n+1` in other languages.
  private mutating func reportClosedRange(_ frame: Frame) {
    let sign = tokens[Int(frame.token)]
    diagnostics.report(
      .closedRange(
        text(sign), at: SourceRange(lower: sign.start, upper: value.upper), upper: excerpt(sign.end, value.upper)))
  }

  /// What follows a binding: another one, or the end of all.
  private mutating func finishBindings() -> Step {
    guard let frame = frames.last else { return .done }
    let isLoop = frame.detail == Self.loopFlag
    if current.kind == .comma, isLoop || peek().kind == .name && peek(2).kind == .in {
      advance()
      return .binding
    }
    if isLoop { return openLoopBody() }
    if current.kind == .for {
      report(.secondFor(at: current.range))
      advance()
      return .binding
    }
    pop()
    let range = SourceRange(lower: frame.lower, upper: previousEnd)
    let id = takeScratch(.comprehension, from: frame.base, first: frame.node, range)
    yield(id, range.lower, range.upper)
    return .finished
  }

  private mutating func openLoopBody() -> Step {
    if current.kind == .leftBrace { return openBlock() }
    report(.expectedBlock("the body of a loop stands in '{ }'", found: describe(current), at: place))
    yieldError()
    return .finished
  }

  /// The block of a loop is complete.
  mutating func finishLoop(_ frame: Frame) -> Step {
    pop()
    let range = SourceRange(lower: frame.lower, upper: max(value.upper, frame.lower))
    let id = takeScratch(.loop, from: frame.base, last: value.id, range)
    yield(id, range.lower, range.upper)
    return .finished
  }
}
