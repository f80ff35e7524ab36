import NablaDiagnostics

/// Every problem that reading a text reports. Its stable id, its meaning and an example stand in one row of
/// `SyntaxProblem+Table.swift`, from which the page of diagnostics is made.
public enum SyntaxProblem: String, CaseIterable, Hashable, Sendable {
  // Characters and words
  case character = "lex.character"
  case invalidText = "lex.invalid-utf8"
  case number = "lex.number"
  case spelling = "lex.spelling"
  case latex = "lex.latex"
  case superscript = "lex.superscript"
  case tooLong = "lex.too-long"
  case unterminatedString = "lex.unterminated-string"
  // Something is missing or in the way
  case expectedExpression = "parse.expected-expression"
  case unexpected = "parse.unexpected"
  case expectedName = "parse.expected-name"
  case expectedType = "parse.expected-type"
  case expectedIn = "parse.expected-in"
  case expectedBlock = "parse.expected-block"
  case expectedDefinition = "parse.expected-definition"
  case incompleteIf = "parse.incomplete-if"
  case separator = "parse.separator"
  case trailingComma = "parse.trailing-comma"
  // Brackets
  case unclosedParenthesis = "parse.unclosed-parenthesis"
  case unclosedBracket = "parse.unclosed-bracket"
  case unclosedBrace = "parse.unclosed-brace"
  case unclosedBar = "parse.unclosed-bar"
  case unopenedParenthesis = "parse.unopened-parenthesis"
  case unopenedBracket = "parse.unopened-bracket"
  case unopenedBrace = "parse.unopened-brace"
  case mismatchedBracket = "parse.mismatched-bracket"
  // Products without a sign
  case missingOperator = "parse.missing-operator"
  case exponentProduct = "parse.exponent-product"
  case functionPower = "parse.function-power"
  case pointWithoutDigits = "parse.point-without-digits"
  // Spellings of other languages
  case foreignOperator = "parse.foreign-operator"
  case absoluteBars = "parse.absolute-bars"
  case assignment = "parse.assignment"
  case namedArgument = "parse.named-argument"
  case compoundAssignment = "parse.compound-assignment"
  case foreignChoice = "parse.foreign-choice"
  case foreignStatement = "parse.foreign-statement"
  case braces = "parse.braces"
  case closedRange = "parse.closed-range"
  // The right thing in the wrong place
  case rangePosition = "parse.range-position"
  case loopPosition = "parse.loop-position"
  case comprehensionPosition = "parse.comprehension-position"
  case comprehensionFilter = "parse.comprehension-filter"
  case secondFor = "parse.second-for"
  case wherePosition = "parse.where-position"
  case secondWhere = "parse.second-where"
  case blockPosition = "parse.block-position"
  case variablePosition = "parse.variable-position"
  case notOperand = "parse.not-operand"
  case partial = "parse.partial"
  case rightOfPipe = "parse.pipe-target"
  case chainDirection = "parse.chain-direction"
  // Values
  case unusedValue = "parse.unused-value"
  case noValue = "parse.no-value"
  case exponentNumber = "parse.exponent-number"
  case tooMany = "parse.too-many"

  public var id: String { rawValue }

  public var severity: Diagnostic.Severity {
    switch self {
    case .exponentNumber: .warning
    case .tooMany: .note
    default: .error
    }
  }
}

extension Diagnostic {
  init(
    _ problem: SyntaxProblem, _ message: String, at range: SourceRange? = nil, label: String? = nil, fixIt: FixIt? = nil
  ) {
    self.init(problem.id, problem.severity, message, at: range, label: label, fixIt: fixIt)
  }
}
