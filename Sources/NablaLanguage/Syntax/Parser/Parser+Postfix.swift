import NablaDiagnostics

extension Parser {
  /// Reads what may follow a primary expression directly, on the same line.
  ///
  /// ```
  /// postfix = primary { args | "[" index { "," index } "]" | "." NAME | "'" }     never after a NUMBER
  /// ```
  mutating func postfix() -> Step {
    let token = current
    let takesPostfix = value.traits.contains(.takesPostfix) && !token.beginsLine
    switch token.kind {
    case .leftParenthesis where takesPostfix && isCallable(value): return openArguments()
    case .leftBracket where takesPostfix: return openIndex()
    case .leftParenthesis, .leftBracket: return adjacentOperand()
    case .prime where takesPostfix:
      advance()
      yield(
        tree.node(.prime, value.id, at: SourceRange(lower: value.lower, upper: token.end)), value.lower, token.end,
        .takesPostfix)
      return .operation
    case .dot where takesPostfix && peek().kind == .name && !peek().beginsLine:
      advance()
      let member = takeName(as: .binder)
      let range = SourceRange(lower: value.lower, upper: previousEnd)
      yield(tree.node(.member, value.id, member, at: range), value.lower, previousEnd, .takesPostfix)
      return .operation
    case .dot where value.traits.contains(.bareNumber) && token.touchesPrevious:
      // As arrays are printed: `[0., 1.]`.
      let isListed = peek().kind == .comma || peek().kind == .rightBracket
      if !isListed { report(.pointWithoutDigits(at: token.range)) }
      advance()
      return .operation
    case .dot where takesPostfix:
      advance()
      report(.expectedName("after '.'", found: describe(current), at: place))
      return .operation
    default:
      return .finished
    }
  }

  /// `(x + 1)(x - 1)` is a forgotten `*`, not a call.
  private func isCallable(_ value: Value) -> Bool {
    switch tree.nodes[value.id.index].tag {
    case .name, .call, .prime, .member, .index, .conditional, .error: true
    default: false
    }
  }

  /// Two operands with no operator between them.
  ///
  /// A number multiplies what touches it; a line that begins like a statement is one; all else is an error that is
  /// read as a product.
  mutating func adjacentOperand() -> Step {
    let token = current
    if value.traits.contains(.bareNumber), token.touchesPrevious {
      switch token.kind {
      case .name, .leftParenthesis, .root, .partial:
        guard let frame = frames.last, isExponentFrame(frame) else { return openJuxtaposition() }
        if let step = functionPower(frame) { return step }
        reportExponentProduct(token)
        return multiply()
      default: break
      }
    }
    if isWord("where", at: position), !isInBrackets { return .finished }
    if tree.nodes[value.id.index].tag == .error { return multiply() }
    if !isInBrackets, startsStatement(at: position) {
      switch innermostDelimiter.kind {
      case .bindingSource, .bindingUpper: break  // The loop will ask for its `{`.
      default: reportMissingSeparator()
      }
      return .finished
    }
    if token.kind == .if, isInBrackets,
      innermostDelimiter.kind == .bindingSource || innermostDelimiter.kind == .bindingUpper
    {
      report(.comprehensionFilter(at: token.range))
      skipElement()
      return .finished
    }
    if isWord("where", at: position) {
      report(.wherePosition(at: token.range))
      return .finished
    }
    if isConditionInBrackets() { return .finished }
    if token.kind == .if { return openForeignChoice(.trailingIf) }
    if let step = functionOfSuperscript() { return step }
    if let step = applicationWithoutBrackets(token) { return step }
    reportAdjacent(token)
    return multiply()
  }

  /// Goes on as if `*` stood before the current token.
  private mutating func multiply() -> Step {
    if minimum > .product { return .finished }
    reduceOperators(atLeast: .product)
    push(.infix, .product, detail: InfixOperator.multiply.rawValue, lower: value.lower, node: value.id)
    return .operand
  }

  /// `x^2(y + 1)`, `e^2x`, `√2x`: where the exponent ends is anyone's guess.
  private mutating func reportExponentProduct(_ token: Token) {
    let number = tree.source[SourceRange(lower: value.lower, upper: value.upper)]
    let range = SourceRange(lower: value.lower, upper: token.end)
    if token.kind == .leftParenthesis {
      report(.exponentProduct(number, "(…)", at: range, multiply: SourceRange(lower: token.start, upper: token.start)))
    } else {
      report(.exponentProduct(number, text(token), at: range, multiply: nil))
    }
  }

  private mutating func reportAdjacent(_ token: Token) {
    let gap = SourceRange(lower: value.upper, upper: max(token.start, value.upper))
    switch token.kind {
    case .if, .not, .string:
      report(.unexpected(describe(token), at: token.range))
    default:
      if let transpose = transposeBefore(position) {
        let range = SourceRange(lower: transpose, upper: gap.upper)
        return report(.missingMatrixOperator(describe(token), at: token.range, range, ".T @ "))
      }
      report(.missingOperator(describe(token), at: token.range, gap, "*"))
    }
  }

  /// Where `.T`, `^T` or `'` begins, if that is what stands before a token.
  private func transposeBefore(_ position: Int) -> UInt32? {
    if position >= 2, tokens[position - 1].kind == .prime, tokens[position - 1].touchesPrevious {
      return tokens[position - 1].start
    }
    guard position >= 2, tokens[position - 1].kind == .name, text(tokens[position - 1]) == "T" else { return nil }
    let sign = tokens[position - 2]
    return sign.kind == .dot || sign.kind == .caret ? sign.start : nil
  }

  /// `sin x`: a longer name that is no variable is taken for a function.
  private mutating func applicationWithoutBrackets(_ token: Token) -> Step? {
    guard token.kind == .name || token.kind == .number, !token.beginsLine, isFunctionName(value.id) else { return nil }
    let isNumber = token.kind == .number
    if !isNumber, looksLikeFunction(token) { return nil }
    let range = SourceRange(lower: value.lower, upper: token.end)
    let name = excerpt(value.lower, value.upper)
    report(
      .missingOperator(describe(token), at: token.range, range, name.map { "\($0)(\(text(token)))" }))
    let callee = value.id
    if isNumber { advance() }
    let argument = isNumber ? tree.leaf(.number, token.range) : takeName(as: .name)
    yield(tree.node(.call, callee, argument, at: range), range.lower, range.upper, .takesPostfix)
    return .operation
  }

  // MARK: sin^2(x)

  /// `sin^2(x)`: the value is the exponent and `frame` its `^`. Reads up to the closing bracket as an error.
  private mutating func functionPower(_ frame: Frame) -> Step? {
    guard frame.kind == .infix, let base = frame.node, isFunctionName(base) else { return nil }
    let exponent = excerpt(value.lower, value.upper).map { "^" + $0 }
    guard let end = skipArguments() else { return nil }
    pop()
    mendFunctionPower(base, exponent: exponent, from: frame.lower, argumentsTo: end)
    return .operation
  }

  /// `sin²(x)`
  private mutating func functionOfSuperscript() -> Step? {
    guard current.kind == .leftParenthesis, value.traits.contains(.power),
      case .infix(.power, let base, let exponent) = tree.kind(value.id), isFunctionName(base),
      tree.nodes[exponent.index].tag == .superscript, let end = skipArguments()
    else { return nil }
    mendFunctionPower(base, exponent: excerpt(tree.range(exponent)), from: value.lower, argumentsTo: end)
    return .operation
  }

  /// The closing bracket of the arguments at the current position.
  private func skipArguments() -> Int? {
    current.kind == .leftParenthesis ? partner(of: position) : nil
  }

  private mutating func mendFunctionPower(_ base: SyntaxID, exponent: String?, from lower: UInt32, argumentsTo end: Int)
  {
    let range = SourceRange(lower: lower, upper: tokens[end].end)
    var replacement: String?
    if let name = excerpt(tree.range(base)), let arguments = excerpt(current.start, tokens[end].end), let exponent {
      replacement = name + arguments + exponent
    }
    report(.functionPower(at: range, replacement: replacement))
    position = end
    advance()
    yield(tree.leaf(.error, range), range.lower, range.upper)
  }

  private func isFunctionName(_ id: SyntaxID) -> Bool {
    guard tree.nodes[id.index].tag == .name, let name = tree.nameID(id) else { return false }
    return looksLikeFunction(name)
  }

  private func looksLikeFunction(_ token: Token) -> Bool {
    guard token.kind == .name else { return false }
    guard let name = nameIDs[text(token)] else { return token.end - token.start > 1 }
    return looksLikeFunction(name)
  }

  private func looksLikeFunction(_ name: NameID) -> Bool {
    functionNames.contains(name) || !valueNames.contains(name) && tree.name(name).unicodeScalars.count > 1
  }
}
