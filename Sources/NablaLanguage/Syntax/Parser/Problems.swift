import NablaDiagnostics

/// The problems that the parser reports, each with its stable id. Those of the lexer (`lex.…`) stand beside its rules.
extension Diagnostic {
  /// A problem of the text, with what to write instead where that is known.
  static func error(
    _ problem: SyntaxProblem, _ message: String, _ range: SourceRange, label: String? = nil, fix: String? = nil,
    fixRange: SourceRange? = nil
  ) -> Diagnostic {
    Diagnostic(
      problem, message, at: range, label: label,
      fixIt: fix.map { FixIt(range: fixRange ?? range, replacement: $0) })
  }

  // MARK: Something is missing or in the way

  static func expectedExpression(found: String, at range: SourceRange, after previous: String?) -> Diagnostic {
    let place = previous.map { " after '\($0)'" } ?? ""
    return error(.expectedExpression, "expected an expression\(place), found \(found)", range)
  }

  static func unexpected(_ found: String, at range: SourceRange, expected: String? = nil) -> Diagnostic {
    error(.unexpected, expected.map { "expected \($0), found \(found)" } ?? "unexpected \(found)", range)
  }

  static func expectedName(_ place: String, found: String, at range: SourceRange) -> Diagnostic {
    error(.expectedName, "expected a name \(place), found \(found)", range)
  }

  static func listInList(at range: SourceRange) -> Diagnostic {
    error(.expectedName, "names on the left of '=' stand in one list, without brackets inside: '(a, b, c) = …'", range)
  }

  static func expectedType(found: String, at range: SourceRange) -> Diagnostic {
    error(.expectedType, "expected a type such as 'f64', '[n]' or 'size', found \(found)", range)
  }

  static func expectedIn(found: String, at range: SourceRange, isAssign: Bool) -> Diagnostic {
    error(.expectedIn, "expected 'in' after the name of the loop, found \(found)", range, fix: isAssign ? "in" : nil)
  }

  static func namesInStep(at range: SourceRange) -> Diagnostic {
    error(.expectedIn, "each name of a loop has an array of its own: 'for a in x, b in y'", range)
  }

  static func expectedBlock(_ what: String, found: String, at range: SourceRange) -> Diagnostic {
    error(.expectedBlock, "\(what), found \(found)", range)
  }

  static func expectedDefinition(found: String, at range: SourceRange) -> Diagnostic {
    error(.expectedDefinition, "expected a definition such as 'a = 1' after 'where', found \(found)", range)
  }

  static func incompleteConditional(_ word: String, found: String, at range: SourceRange) -> Diagnostic {
    error(.incompleteIf, "'if' needs 'then' and 'else': expected '\(word)', found \(found)", range)
  }

  static func missingThen(at range: SourceRange, gap: SourceRange, replacement: String) -> Diagnostic {
    error(.incompleteIf, "'then' is missing: 'if c then a else b'", range, fix: replacement, fixRange: gap)
  }

  static func elseColon(at range: SourceRange) -> Diagnostic {
    error(.incompleteIf, "'else' is followed by the value", range, fix: "")
  }

  static func separator(at range: SourceRange, gap: SourceRange, inWhere: Bool) -> Diagnostic {
    inWhere
      ? error(.separator, "definitions after 'where' are separated by ','", range, fix: ", ", fixRange: gap)
      : error(.separator, "statements are separated by a new line or ';'", range, fix: "; ", fixRange: gap)
  }

  static func lonelyComma(at range: SourceRange) -> Diagnostic {
    error(.unexpected, "unexpected ',': several values stand in parentheses, as in '(a, b)'", range)
  }

  static func trailingComma(at range: SourceRange) -> Diagnostic {
    error(.trailingComma, "nothing follows this comma", range, fix: "")
  }

  // MARK: Brackets

  static func unclosed(_ open: Token) -> Diagnostic {
    let problem: SyntaxProblem
    switch open.kind {
    case .leftBracket: problem = .unclosedBracket
    case .leftBrace: problem = .unclosedBrace
    case .bar, .doubleBar: problem = .unclosedBar
    default: problem = .unclosedParenthesis
    }
    return error(problem, "'\(open.kind.spelling)' is never closed", open.range)
  }

  static func unopened(_ close: Token) -> Diagnostic {
    let (problem, open): (SyntaxProblem, String)
    switch close.kind {
    case .rightBracket: (problem, open) = (.unopenedBracket, "[")
    case .rightBrace: (problem, open) = (.unopenedBrace, "{")
    default: (problem, open) = (.unopenedParenthesis, "(")
    }
    return error(problem, "'\(close.kind.spelling)' without a '\(open)' before it", close.range)
  }

  static func mismatchedBracket(_ close: Token, open: Token, replacement: String) -> Diagnostic {
    error(
      .mismatchedBracket, "'\(open.kind.spelling)' is closed by '\(replacement)', not by '\(close.kind.spelling)'",
      close.range, fix: replacement)
  }

  // MARK: Products without a sign

  static func missingOperator(_ found: String, at range: SourceRange, _ gap: SourceRange, _ fix: String?) -> Diagnostic
  {
    error(.missingOperator, "expected an operator before \(found)", range, fix: fix, fixRange: gap)
  }

  static func colonRange(at range: SourceRange) -> Diagnostic {
    error(.foreignOperator, "a range of a loop is written '..<' here", range, fix: "..<")
  }

  /// `A.T x`, `w^T x`.
  static func missingMatrixOperator(_ found: String, at range: SourceRange, _ gap: SourceRange, _ fix: String)
    -> Diagnostic
  {
    error(
      .missingOperator, "expected an operator before \(found); a transpose is written 'A.T', a product of arrays '@'",
      range, fix: fix, fixRange: gap)
  }

  static func exponentProduct(
    _ number: String, _ factor: String, at range: SourceRange, multiply: SourceRange?
  ) -> Diagnostic {
    let number = number.utf8.count > 20 ? "…" : number
    return error(
      .exponentProduct,
      "'\(number)\(factor)' is ambiguous in an exponent or under a root: write '(\(number)*\(factor))' or "
        + "'\(number)*\(factor)'", range, fix: multiply == nil ? nil : "*", fixRange: multiply)
  }

  static func functionPower(at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.functionPower, "the power of a function's value is written after its arguments", range, fix: replacement)
  }

  static func pointWithoutDigits(at range: SourceRange) -> Diagnostic {
    error(.pointWithoutDigits, "a decimal point needs digits after it", range, fix: "")
  }

  // MARK: The right thing in the wrong place

  static func rangePosition(_ found: String, at range: SourceRange) -> Diagnostic {
    error(.rangePosition, "'\(found)': a range 'a..<b' stands only after 'in'", range)
  }

  static func rangeInIndex(at range: SourceRange) -> Diagnostic {
    error(.rangePosition, "a slice is written with ':'", range, fix: ":")
  }

  static func loopPosition(at range: SourceRange) -> Diagnostic {
    error(.loopPosition, "a loop is a whole right-hand side or a statement, never an operand", range)
  }

  static func comprehensionPosition(at range: SourceRange) -> Diagnostic {
    error(.comprehensionPosition, "'… for … in …' stands in '[ ]' or among the arguments of a function", range)
  }

  static func comprehensionFilter(at range: SourceRange) -> Diagnostic {
    error(.comprehensionFilter, "a comprehension has no condition: use 'where(condition, value, 0)'", range)
  }

  static func secondFor(at range: SourceRange) -> Diagnostic {
    error(.secondFor, "further loop names follow a comma", range, fix: ",")
  }

  static func wherePosition(at range: SourceRange) -> Diagnostic {
    error(.wherePosition, "'where' follows a whole right-hand side", range)
  }

  static func secondWhere(at range: SourceRange) -> Diagnostic {
    error(.secondWhere, "there is one 'where': further definitions follow a comma", range, fix: ",")
  }

  static func blockPosition(at range: SourceRange, assign: SourceRange) -> Diagnostic {
    error(.blockPosition, "a block follows the parameters directly, without '='", range, fix: "", fixRange: assign)
  }

  static func variablePosition(_ word: String, at range: SourceRange) -> Diagnostic {
    error(.variablePosition, "'\(word)' declares a variable directly in the body of a layer", range)
  }

  static func notOperand(at range: SourceRange) -> Diagnostic {
    error(.notOperand, "'not' binds looser than the operator before it: put it in parentheses", range)
  }

  static func partial(at range: SourceRange) -> Diagnostic {
    error(.partial, "'∂' is followed by an expression and a name: '∂(x^2, x)'", range)
  }

  static func pipeTarget(at range: SourceRange) -> Diagnostic {
    error(.rightOfPipe, "the right of '|>' is a function or a call", range)
  }

  static func chainDirection(at range: SourceRange) -> Diagnostic {
    error(.chainDirection, "a chain of comparisons goes one way: '<' and '<=', or '>' and '>='", range)
  }

  // MARK: Values

  static func unusedValue(at range: SourceRange, isProgram: Bool, continuation: FixIt?) -> Diagnostic {
    let message =
      if continuation != nil {
        "this value is not used: to go on over a line, end the line above with the operator"
      } else if isProgram {
        "this value is not used: a program is definitions, or one expression"
      } else {
        "this value is not used: it is not the last of its block"
      }
    return Diagnostic(.unusedValue, message, at: range, fixIt: continuation)
  }

  /// A warning: `2e3` is read as 2000 although a name `e` is declared.
  static func exponentNumber(_ text: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .exponentNumber,
      "'\(text.prefix(20))' is one number although 'e' is declared here; a product with 'e' needs '*'", at: range)
  }

  static func noValue(at range: SourceRange) -> Diagnostic {
    error(.noValue, "the block ends without a value", range)
  }
}
