import NablaDiagnostics

extension Parser {
  /// Looks at what follows an operand.
  ///
  /// ```
  /// expr, loosest first
  ///   10 left   |>                    20 left   or         30 left   and        40 prefix not
  ///   50 chain  == != < <= > >=       60 left   + -        70 left   * / // @
  ///   80 prefix - +                   90        NUMBER power (touching), power
  /// power    = postfix [ SUPERSCRIPT ] [ "^" exponent ]           right-associative
  /// exponent = ( "-" | "+" ) exponent | power
  /// ```
  mutating func operation() -> Step {
    let token = current
    if token.beginsLine, endsExpression(token) { return .finished }
    switch token.kind {
    case .or: return openInfix(.or)
    case .and: return openInfix(.and)
    case .equal: return openInfix(.equal)
    case .notEqual: return openInfix(.notEqual)
    case .less: return openInfix(.less)
    case .lessOrEqual: return openInfix(.lessOrEqual)
    case .greater: return openInfix(.greater)
    case .greaterOrEqual: return openInfix(.greaterOrEqual)
    case .plus: return openInfix(.add)
    case .minus: return openInfix(.subtract)
    case .star: return openInfix(.multiply)
    case .slash: return openInfix(.divide)
    case .doubleSlash: return openInfix(.floorDivide)
    case .at: return openInfix(.contract)
    case .caret: return openPower()
    case .superscript: return superscript()
    case .pipe: return openPipe()
    case .leftParenthesis, .leftBracket, .dot, .prime: return postfix()
    case .name, .number, .string, .root, .partial, .if, .not: return adjacentOperand()
    case .doubleStar:
      report(.foreignOperator("**", replacement: "^", at: token.range))
      return openPower()
    case .doubleAmpersand: return openForeign(.and, "&&")
    case .doubleBar where !isInBars(.doubleBar): return openForeign(.or, "||")
    case .question: return openForeignChoice(.ternary)
    case .fatArrow:
      if isStatement(before: 0, value.lower) {
        report(.arrow(at: token.range, fixIt: arrowReplacement(token, left: value.id, from: value.lower)))
      } else {
        report(.foreignOperator("=>", replacement: ">=", at: token.range))
      }
      return openInfix(.greaterOrEqual)
    case .leftBrace where token.touchesPrevious && position > 0 && text(tokens[position - 1]).hasSuffix("_"):
      return subscriptInBraces()
    case .bang where token.touchesPrevious && !value.traits.isDisjoint(with: [.takesPostfix, .bareNumber]):
      return factorial()
    case .percent:
      return openInfix(.floorDivide, detail: Self.remainderFlag)
    case .assign: return assignmentInExpression()
    case .stray:
      advance()
      lastErrorPosition = position
      return .operation
    default: return .finished
    }
  }

  private mutating func openForeign(_ infix: InfixOperator, _ found: String) -> Step {
    report(.foreignOperator(found, replacement: infix.spelling, at: current.range))
    return openInfix(infix)
  }

  /// `x_{i}`, at the brace.
  private mutating func subscriptInBraces() -> Step {
    let name = tokens[position - 1]
    guard let close = partner(of: position), tree.nodes[value.id.index].tag == .name else { return .finished }
    let range = SourceRange(lower: name.start, upper: tokens[close].end)
    let word = text(name).dropLast()
    let inside = ["sum", "prod", "max", "min"].contains(word) ? nil : excerpt(current.end, tokens[close].start)
    report(.subscriptBraces(at: range, replacement: inside.map { "\(word)[\($0)]" }))
    position = close
    advance()
    yield(tree.leaf(.error, range), value.lower, range.upper, .takesPostfix)
    return .operation
  }

  /// `n!`, at the sign.
  private mutating func factorial() -> Step {
    let range = SourceRange(lower: value.lower, upper: current.end)
    // Without brackets that are not needed any more.
    let isGroup = tokens[position - 1].kind == .rightParenthesis && tree.range(value.id).lower > value.lower
    let operand = isGroup ? excerpt(value.lower + 1, value.upper - 1) : excerpt(value.lower, value.upper)
    report(.factorial(at: range, replacement: operand.map { "gamma(\($0) + 1)" }))
    advance()
    yield(tree.leaf(.error, range), range.lower, range.upper, .takesPostfix)
    return .operation
  }

  /// Marks `a % b`, which is read as `mod(a, b)`.
  static var remainderFlag: UInt8 { 0x80 }

  /// `=` inside an expression is taken for `==`; between two statements, it begins the next one.
  private mutating func assignmentInExpression() -> Step {
    if minimum > .comparison { return .finished }
    if isElementAssignment() {
      report(.elementAssignment(at: SourceRange(lower: value.lower, upper: current.end)))
    } else {
      report(.assignment(at: current.range))
    }
    return openInfix(.equal)
  }

  // MARK: Opening

  private mutating func openInfix(_ infix: InfixOperator, detail flag: UInt8 = 0) -> Step {
    if infix.level < minimum { return .finished }
    if infix.isComparison { return openComparison(infix) }
    reduceOperators(atLeast: infix.level)
    push(.infix, infix.level, detail: infix.rawValue | flag, lower: value.lower, node: value.id)
    advance()
    return .operand
  }

  /// A second comparison makes a chain: `a < b <= c`.
  private mutating func openComparison(_ infix: InfixOperator) -> Step {
    reduceOperators(atLeast: .sum)
    if let frame = frames.last, frame.kind == .chain {
      scratch.append(value.id)
      chainScratch.append(infix.rawValue)
    } else if let frame = frames.last, frame.kind == .infix, frame.level == .comparison, let left = frame.node {
      pop()
      push(.chain, .comparison, lower: frame.lower)
      scratch.append(left)
      scratch.append(value.id)
      chainScratch.append(frame.detail)
      chainScratch.append(infix.rawValue)
    } else {
      push(.infix, .comparison, detail: infix.rawValue, lower: value.lower, node: value.id)
    }
    advance()
    return .operand
  }

  private mutating func openPower() -> Step {
    reduceOperators(above: .power)
    push(.infix, .power, detail: InfixOperator.power.rawValue, lower: value.lower, node: value.id)
    advance()
    return .operand
  }

  /// `x²`, `x⁻¹²`: a power of the postfix expression before it.
  private mutating func superscript() -> Step {
    guard value.traits.contains(.takesPostfix) || value.traits.contains(.bareNumber) else { return .finished }
    reduceOperators(above: .power)
    let token = current
    advance()
    let exponent = tree.leaf(.superscript, token.range)
    let power = tree.node(
      .infix, detail: InfixOperator.power.rawValue, value.id, exponent,
      at: SourceRange(lower: value.lower, upper: token.end))
    yield(power, value.lower, token.end, .power)
    return .operation
  }

  /// `x |> f(a)`; the function is checked when it has been read.
  private mutating func openPipe() -> Step {
    if minimum > .pipe { return .finished }
    reduceOperators(atLeast: .pipe)
    push(.pipe, .pipe, lower: value.lower, node: value.id)
    advance()
    return .operand
  }

  /// A product by juxtaposition: `2x`, `3(x + k)`.
  mutating func openJuxtaposition() -> Step {
    push(.juxtaposition, .juxtaposition, lower: value.lower, node: value.id)
    return .operand
  }

  // MARK: Closing

  /// Lets the waiting operators that bind at least so tightly take the value as their right operand.
  mutating func reduceOperators(atLeast level: Level) {
    while let frame = frames.last, frame.isOperator, frame.level >= level { reduce(frame) }
  }

  mutating func reduceOperators(above level: Level) {
    while let frame = frames.last, frame.isOperator, frame.level > level { reduce(frame) }
  }

  private mutating func reduce(_ frame: Frame) {
    pop()
    let range = SourceRange(lower: frame.lower, upper: value.upper)
    let right = value
    let id: SyntaxID
    switch (frame.kind, frame.node) {
    case (.prefix, _):
      id = tree.node(.prefix, detail: frame.detail & ~Self.exponentFlag, right.id, at: range)
    case (.infix, let left?) where frame.detail & Self.remainderFlag != 0:
      id = remainder(left, frame, range)
    case (.infix, let left?):
      id = tree.node(.infix, detail: frame.detail, left, right.id, at: range)
    case (.juxtaposition, let number?):
      id = tree.node(.juxtaposition, number, right.id, at: range)
    case (.pipe, let left?):
      id = tree.node(.pipe, left, pipeTarget(right), at: range)
    case (.root, let callee?):
      id = tree.node(.call, callee, right.id, at: range)
    case (.chain, _):
      scratch.append(right.id)
      id = reduceChain(frame, range)
    default:
      id = right.id
    }
    yield(id, frame.lower, right.upper)
  }

  /// A chain may not change direction: `a < b > c` says nothing about `a` and `c`.
  private mutating func reduceChain(_ frame: Frame, _ range: SourceRange) -> SyntaxID {
    let count = scratch.count - Int(frame.base)
    let firstOperator = chainScratch.count - count + 1
    var rises = false
    var falls = false
    for code in chainScratch[firstOperator...] {
      let infix = InfixOperator(rawValue: code)
      rises = rises || infix == .less || infix == .lessOrEqual
      falls = falls || infix == .greater || infix == .greaterOrEqual
    }
    if rises && falls { diagnostics.report(.chainDirection(at: range)) }
    let id = tree.chain(scratch[Int(frame.base)...], chainScratch[firstOperator...], range)
    chainScratch.removeLast(count - 1)
    scratch.removeLast(count)
    return id
  }

  private mutating func remainder(_ left: SyntaxID, _ frame: Frame, _ range: SourceRange) -> SyntaxID {
    let sign = tokens[Int(frame.token)]
    var replacement: String?
    if let a = excerpt(frame.lower, sign.start), let b = excerpt(sign.end, value.upper) {
      replacement = "mod(\(a), \(b))"
    }
    diagnostics.report(.remainder(at: sign.range, whole: range, replacement: replacement))
    let callee = tree.leaf(.name, intern("mod"), sign.range)
    return tree.node(.call, callee, left, value.id, at: range)
  }

  /// The right side of `|>` is a name, primes or a call.
  private mutating func pipeTarget(_ target: Value) -> SyntaxID {
    switch tree.nodes[target.id.index].tag {
    case .name, .call, .prime, .member, .error: return target.id
    default:
      let range = SourceRange(lower: target.lower, upper: target.upper)
      diagnostics.report(.pipeTarget(at: range))
      return tree.leaf(.error, range)
    }
  }
}
