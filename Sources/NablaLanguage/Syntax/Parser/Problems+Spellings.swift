import NablaDiagnostics

/// What the parser reports of other languages' spellings: what is meant is known, so that most say what to write.
extension Diagnostic {
  static func foreignOperator(_ found: String, replacement: String, at range: SourceRange) -> Diagnostic {
    error(.foreignOperator, "'\(found)' is written '\(replacement.trimmed)' here", range, fix: replacement)
  }

  static func remainder(at range: SourceRange, whole: SourceRange, replacement: String?) -> Diagnostic {
    error(
      .foreignOperator, "'%' is written as the function 'mod' here", range, fix: replacement, fixRange: whole)
  }

  static func absoluteBars(_ bars: String, at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.absoluteBars, "'\(bars)…\(bars)' is written as a function here", range, fix: replacement)
  }

  static func loneBar(at range: SourceRange) -> Diagnostic {
    error(.unexpected, "unexpected '|': the pipe is '|>', 'or' is a word, and '|x|' is 'abs(x)'", range)
  }

  /// - Parameter sign: `if` of `a if c else b`, `?` of `c ? a : b`.
  static func foreignChoice(_ sign: String, at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.foreignChoice, "a choice is written 'if c then a else b'", range, fix: replacement)
  }

  static func factorial(at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.foreignOperator, "the factorial n! is 'gamma(n + 1)'", range, fix: replacement)
  }

  static func foreignDefinition(
    at range: SourceRange, from lower: UInt32, to upper: UInt32, replacement: String?
  ) -> Diagnostic {
    error(
      .foreignStatement, "a function is defined by 'f(x) = …', or by 'f(x) { … }' with several statements", range,
      fix: replacement, fixRange: SourceRange(lower: lower, upper: upper))
  }

  static func namelessFunction(at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.foreignStatement, "functions have names: define one by 'f(x) = …'", range, fix: replacement)
  }

  static func headerWithoutBrackets(at range: SourceRange, replacement: String) -> Diagnostic {
    error(.foreignStatement, "the parameters of a function stand in '( )'", range, fix: replacement)
  }

  /// `->` or `=>` after the parameters.
  static func arrow(at range: SourceRange, fixIt: Diagnostic.FixIt?) -> Diagnostic {
    Diagnostic(.foreignStatement, "a function is defined by 'f(x) = …'", at: range, fixIt: fixIt)
  }

  static func singleQuotes(at range: SourceRange, replacement: String?) -> Diagnostic {
    error(.spelling, "a string stands in double quotes", range, fix: replacement)
  }

  static func semicolon(at range: SourceRange, isList: Bool) -> Diagnostic {
    isList
      ? error(.unexpected, "unexpected ';': the rows of a matrix have brackets of their own, '[[1, 2], [3, 4]]'", range)
      : error(.unexpected, "unexpected ';': what stands in brackets is separated by ','", range, fix: ",")
  }

  static func loopColon(at range: SourceRange) -> Diagnostic {
    error(.expectedBlock, "the body of a loop stands in '{ }', found ':'", range)
  }

  static func subscriptBraces(at range: SourceRange, replacement: String?) -> Diagnostic {
    error(
      .braces,
      replacement == nil
        ? "the indices of a sum stand behind 'for': 'sum(x[i] for i in 0..<n)'" : "an element is written 'x[i]'", range,
      fix: replacement)
  }

  static func foreignBinding(_ word: String, at range: SourceRange, gap: SourceRange) -> Diagnostic {
    error(.foreignStatement, "a name is defined by 'x = …', without '\(word)'", range, fix: "", fixRange: gap)
  }

  static func foreignReturn(at range: SourceRange, gap: SourceRange) -> Diagnostic {
    error(
      .foreignStatement, "the last expression of a block is its value, without 'return'", range, fix: "", fixRange: gap)
  }

  static func foreignLoop(at range: SourceRange) -> Diagnostic {
    error(.foreignStatement, "a loop runs over an array or a range: 'for i in 0..<n { … }'", range)
  }

  static func foreignImport(at range: SourceRange, line: SourceRange) -> Diagnostic {
    error(.foreignStatement, "functions of the library need no import", range, fix: "", fixRange: line)
  }

  static func foreignComment(at range: SourceRange) -> Diagnostic {
    error(.foreignStatement, "a comment begins with '#'", range, fix: "#")
  }

  static func elementAssignment(at range: SourceRange) -> Diagnostic {
    error(
      .foreignStatement, "arrays are built as a whole, '[… for i in 0..<n]': elements are not assigned to", range)
  }

  static func assignment(at range: SourceRange) -> Diagnostic {
    error(.assignment, "'=' defines a name; a comparison is written '=='", range, fix: "==")
  }

  static func namedArgument(at range: SourceRange, gap: SourceRange) -> Diagnostic {
    error(.namedArgument, "an argument is named with ':'", range, fix: ": ", fixRange: gap)
  }

  static func compoundAssignment(_ found: String, at range: SourceRange, fixIt: Diagnostic.FixIt?) -> Diagnostic {
    Diagnostic(
      .compoundAssignment, "'\(found)' is not part of the language: assign the whole value", at: range, fixIt: fixIt)
  }

  /// - Parameter isExponent: as TeX has it, `e^{-z}`.
  static func braces(at range: SourceRange, inside: String?, isExponent: Bool) -> Diagnostic {
    isExponent
      ? error(.braces, "'{ }' holds statements; an exponent stands in '( )'", range, fix: inside.map { "(\($0))" })
      : error(.braces, "'{ }' holds statements; a list is written '[ ]'", range, fix: inside.map { "[\($0)]" })
  }

  static func closedRange(_ found: String, at range: SourceRange, upper: String?) -> Diagnostic {
    error(
      .closedRange, "'\(found)' is not a range: '..<' leaves its end out", range,
      fix: upper.flatMap { $0.isEmpty ? nil : "..<\($0)+1" })
  }
}
