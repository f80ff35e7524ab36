extension SyntaxProblem {
  /// The row of the problem.
  public var entry: ProblemEntry {
    switch self {
    case .character:
      ProblemEntry(
        "A character that is no part of the language; a run of them is reported once. Invisible characters get a fix-it that removes them.",
        "f(x) = x $ 2")
    case .invalidText:
      ProblemEntry("Bytes that are not UTF-8 text.")
    case .number:
      ProblemEntry(
        "A number of another language: hexadecimal, binary, octal, or with `_` between digits.", "f(x) = 0x1F*x")
    case .spelling:
      ProblemEntry("A sign that another language, or a text program, writes for one of this language.", "f(x) = x ÷ 2")
    case .latex:
      ProblemEntry("LaTeX, which Nabla writes (`--format latex`) and does not read.", #"f(x) = \frac{1}{1 + e^{-x}}"#)
    case .superscript:
      ProblemEntry("A raised sign without raised digits after it.", "f(x) = x⁻")
    case .tooLong:
      ProblemEntry("A source of more than 2 GiB.")
    case .unterminatedString:
      ProblemEntry("A string that is not closed on its line.", "f(x) = \"abc")
    case .expectedExpression:
      ProblemEntry("Something has no value: an operator without its operand, an empty right-hand side.", "f(x) = x +")
    case .unexpected:
      ProblemEntry("A word or sign that has no meaning at its place.", "f(x) = x then 2")
    case .expectedName:
      ProblemEntry("A name is missing.", "f(2) = 3")
    case .expectedType:
      ProblemEntry("A `:` in a header without a type after it.", "f(x: ) = x")
    case .expectedIn:
      ProblemEntry("The name of a loop without `in`.", "f(x: [3]) = sum(i for i = x)")
    case .expectedBlock:
      ProblemEntry("A loop without `{ }`.", "f(x: [3]) { for i in x; 1 }")
    case .expectedDefinition:
      ProblemEntry("`where` is followed by something that defines nothing.", "f(x) = x where y")
    case .incompleteIf:
      ProblemEntry("`if` is an expression, so it always has both branches.", "f(x) = if x > 0 then 1")
    case .separator:
      ProblemEntry(
        "Two statements on one line without `;`, or two definitions of a `where` without `,`.", "x = 3 y = 4")
    case .trailingComma:
      ProblemEntry("A comma with nothing after it.", "f(x) = max(x, 1,)")
    case .unclosedParenthesis:
      ProblemEntry("`(` that is never closed.", "f(x) = sin(x")
    case .unclosedBracket:
      ProblemEntry("`[` that is never closed.", "f(x) = [1, x")
    case .unclosedBrace:
      ProblemEntry("`{` that is never closed.", "f(x) { x")
    case .unclosedBar:
      ProblemEntry("`|` that is never closed, and is not the language's in the first place.", "f(x) = |x +")
    case .unopenedParenthesis:
      ProblemEntry("`)` that closes nothing.", "f(x) = x)")
    case .unopenedBracket:
      ProblemEntry("`]` that closes nothing.", "f(x) = x]")
    case .unopenedBrace:
      ProblemEntry("`}` that closes nothing.", "f(x) = x }")
    case .mismatchedBracket:
      ProblemEntry("A bracket that is closed by one of another kind.", "f(x) = [1, x)")
    case .missingOperator:
      ProblemEntry(
        "Two values side by side. A number multiplies what touches it; every other product needs `*`.", "f(x, y) = x y")
    case .exponentProduct:
      ProblemEntry(
        "A product without `*` in an exponent or under a root: where it ends is anyone's guess.", "f(x) = e^2x")
    case .functionPower:
      ProblemEntry("The power of a function's value stands after its arguments.", "f(x) = sin^2(x)")
    case .pointWithoutDigits:
      ProblemEntry("A decimal point without digits after it.", "f(x) = 2.*x")
    case .foreignOperator:
      ProblemEntry("An operator as another language spells it.", "f(x) = x**2")
    case .absoluteBars:
      ProblemEntry("`|x|` is written `abs(x)`, and `||x||` is `norm(x)`.", "f(x) = |x|")
    case .assignment:
      ProblemEntry("`=` where a comparison is meant.", "f(x) = if x = 1 then 2 else 3")
    case .namedArgument:
      ProblemEntry("An argument is named with `:`.", "f(x, k) = k*x\ng(x) = f(x, k = 2)")
    case .compoundAssignment:
      ProblemEntry("`+=` and its kin are not part of the language.", "x += 1")
    case .foreignChoice:
      ProblemEntry("A choice as Python or C spells it: `a if c else b`, `c ? a : b`.", "f(x) = x if x > 0 else 0")
    case .foreignStatement:
      ProblemEntry(
        "A statement of another language: `def f(x):`, `function f(x)`, `f = lambda x: …`, `let`, `return`, `while`, "
          + "`import`, `// …`, or an assignment to an element.", "def f(x): return x^2")
    case .braces:
      ProblemEntry("`{ }` holds statements; a list is written `[ ]`.", "f(x) = {1, x}")
    case .closedRange:
      ProblemEntry(
        "A range as another language spells it. `a..<b` leaves its end out.", "f(x: [n]) = sum(i for i in 1..n)")
    case .rangePosition:
      ProblemEntry("A range stands only after `in`.", "f(x) = 1..<x")
    case .loopPosition:
      ProblemEntry(
        "A loop is a whole right-hand side or a statement, never an operand.", "f(x: [3]) = 1 + for i in x { i }")
    case .comprehensionPosition:
      ProblemEntry("`… for … in …` stands in `[ ]` or among the arguments of a function.", "f(x: [3]) = (i for i in x)")
    case .comprehensionFilter:
      ProblemEntry("A comprehension has no condition.", "f(x: [3]) = [i for i in x if i > 0]")
    case .secondFor:
      ProblemEntry("Further names of a comprehension follow a comma.", "f(x: [3]) = [i for i in x for j in x]")
    case .wherePosition:
      ProblemEntry("`where` follows a whole right-hand side.", "f(x) = (a where a = x)")
    case .secondWhere:
      ProblemEntry("There is one `where`; further definitions follow a comma.", "f(x) = a + b where a = x where b = x")
    case .blockPosition:
      ProblemEntry("A block follows the parameters directly, without `=`.", "f(x) = { y = x; y }")
    case .variablePosition:
      ProblemEntry("`param` and `state` declare variables of a layer.", "param w: [n] = zeros")
    case .notOperand:
      ProblemEntry("`not` binds looser than the operator before it.", "f(x) = 1 + not x")
    case .partial:
      ProblemEntry("`∂` is followed by an expression and a name in parentheses.", "f(x) = ∂x")
    case .rightOfPipe:
      ProblemEntry("The right of `|>` is a function or a call.", "f(x) = x |> 3")
    case .chainDirection:
      ProblemEntry(
        "A chain of comparisons goes one way: `a < b > c` says nothing about `a` and `c`.", "f(a, b, c) = a < b > c")
    case .unusedValue:
      ProblemEntry(
        "A value that is not the last of its block, or stands beside definitions. Often a line that begins with an operator.",
        "f(x) { x; 2*x }")
    case .noValue:
      ProblemEntry("A block that ends without a value.", "f(x) { y = x }")
    case .exponentNumber:
      ProblemEntry("`2e3` is 2000 although a name `e` is declared. A warning.", "f(e) = 2e3*e")
    case .tooMany:
      ProblemEntry("More problems than a person would read: a note says how many are not shown.")
    }
  }
}
