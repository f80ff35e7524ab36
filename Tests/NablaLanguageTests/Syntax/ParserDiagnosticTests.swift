import NablaDiagnostics
import NablaLanguage
import Testing

@Suite struct ParserDiagnosticTests {
  /// A program with one mistake, and the program after the fix-it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let source: String
    let id: String
    var fixed: String?

    init(_ source: String, _ id: String, fixed: String? = nil) {
      self.source = source
      self.id = id
      self.fixed = fixed
    }

    var testDescription: String { source }
  }

  static let mistakes: [Mistake] = [
    // Products without a sign.
    Mistake("f(x) = 2 «x»", "parse.missing-operator", fixed: "f(x) = 2*x"),
    Mistake("f(x) = x «y»", "parse.missing-operator", fixed: "f(x) = x*y"),
    Mistake("f(x) = 3 «(»x)", "parse.missing-operator", fixed: "f(x) = 3*(x)"),
    Mistake("f(x) = (x+1)«(»x-1)", "parse.missing-operator", fixed: "f(x) = (x+1)*(x-1)"),
    Mistake("f(x) = sin «x»", "parse.missing-operator", fixed: "f(x) = sin(x)"),
    Mistake("f(x) = sin «2»", "parse.missing-operator", fixed: "f(x) = sin(2)"),
    Mistake("f(x) = e^«2x»", "parse.exponent-product"),
    Mistake("f(x) = √«2x»", "parse.exponent-product"),
    Mistake("f(x, y) = x^«2(»y+1)", "parse.exponent-product", fixed: "f(x, y) = x^2*(y+1)"),
    Mistake("f(x) = «sin^2(x)» + 1", "parse.function-power", fixed: "f(x) = sin(x)^2 + 1"),
    Mistake("f(x) = «sin²(x)»", "parse.function-power", fixed: "f(x) = sin(x)²"),
    Mistake("f(x) = 2«.»*x", "parse.point-without-digits", fixed: "f(x) = 2*x"),
    // Spellings of other languages.
    Mistake("f(x) = x«**»2", "parse.foreign-operator", fixed: "f(x) = x^2"),
    Mistake("f(x) = x > 0 «&&» x < 1", "parse.foreign-operator", fixed: "f(x) = x > 0 and x < 1"),
    Mistake("f(x) = x > 0 «||» x < 1", "parse.foreign-operator", fixed: "f(x) = x > 0 or x < 1"),
    Mistake("f(x) = «!»x", "parse.foreign-operator", fixed: "f(x) = not x"),
    Mistake("f(x) = x «%» 2 + 1", "parse.foreign-operator", fixed: "f(x) = mod(x, 2) + 1"),
    Mistake("f(x) = «|x|»", "parse.absolute-bars", fixed: "f(x) = abs(x)"),
    Mistake("f(x) = «||x||»", "parse.absolute-bars", fixed: "f(x) = norm(x)"),
    Mistake("f(x) = g(x «=» 1)", "parse.named-argument", fixed: "f(x) = g(x: 1)"),
    Mistake("f(x) = if x «=» 1 then 2 else 3", "parse.assignment", fixed: "f(x) = if x == 1 then 2 else 3"),
    Mistake("f(x) = sum(i for i in 1«..n»)", "parse.closed-range", fixed: "f(x) = sum(i for i in 1..<n+1)"),
    Mistake("f(x) = sum(i for i in 1«...n»)", "parse.closed-range", fixed: "f(x) = sum(i for i in 1..<n+1)"),
    Mistake("f(x) = «{1, 2}»", "parse.braces", fixed: "f(x) = [1, 2]"),
    Mistake("f(x) = «{» y = x; y }", "parse.block-position", fixed: "f(x) { y = x; y }"),
    Mistake("x «+=» 1", "parse.compound-assignment", fixed: "x = x + 1"),
    Mistake("f(x) = x[1«..<»3]", "parse.range-position", fixed: "f(x) = x[1:3]"),
    Mistake("f(x) = 1«..»2", "parse.range-position"),
    Mistake("f(x) = x «÷» 2", "lex.spelling", fixed: "f(x) = x / 2"),
    Mistake("f(x) «:=» x", "lex.spelling", fixed: "f(x) = x"),
    Mistake("f(x) = x «=<» 2", "lex.spelling", fixed: "f(x) = x <= 2"),
    Mistake("f(A) = A«ᵀ»", "lex.spelling", fixed: "f(A) = A.T"),
    // Choices.
    Mistake("f(a, b, c) = «a if c > 0 else b»", "parse.foreign-choice", fixed: "f(a, b, c) = if c > 0 then a else b"),
    Mistake(
      "f(x) = 2*(«x + 1 if x > 0 else -x») + 1", "parse.foreign-choice",
      fixed: "f(x) = 2*(if x > 0 then x + 1 else -x) + 1"),
    Mistake("f(x) = «x > 0 ? x : -x»", "parse.foreign-choice", fixed: "f(x) = if x > 0 then x else -x"),
    Mistake(
      "f(x) = «x > 1 ? x : x < 0 ? 0 : 1»", "parse.foreign-choice",
      fixed: "f(x) = if x > 1 then x else if x < 0 then 0 else 1"),
    Mistake("f(x) = g(«x > 0 ? x : 1», 2)", "parse.foreign-choice", fixed: "f(x) = g(if x > 0 then x else 1, 2)"),
    Mistake("f(x) = «x if x > 0»", "parse.foreign-choice"),
    Mistake("f(x) = «if (x > 0) { x } else { -x }»", "parse.foreign-choice", fixed: "f(x) = if (x > 0) then x else -x"),
    Mistake("f(x) = if (x > 0) «x» else -x", "parse.incomplete-if", fixed: "f(x) = if (x > 0) then x else -x"),
    Mistake("f(x) = if x > 0«:» x else -x", "parse.incomplete-if", fixed: "f(x) = if x > 0 then x else -x"),
    Mistake("f(n) = «n!» + 1", "parse.foreign-operator", fixed: "f(n) = gamma(n + 1) + 1"),
    Mistake("f(n) = «(n - 1)!»", "parse.foreign-operator", fixed: "f(n) = gamma(n - 1 + 1)"),
    // Statements.
    Mistake("«def» f(x): return x^2", "parse.foreign-statement", fixed: "f(x) = x^2"),
    Mistake("«def» f(x):\n    return -x", "parse.foreign-statement", fixed: "f(x) = -x"),
    Mistake("«def» f(x):\n    y = x^2\n    return y", "parse.foreign-statement"),
    Mistake("«def» f(x, y=2) -> float: return x*y", "parse.foreign-statement"),
    Mistake("«function» f(x) { x^2 }", "parse.foreign-statement", fixed: "f(x) { x^2 }"),
    Mistake("«function» f(x) = x^2", "parse.foreign-statement", fixed: "f(x) = x^2"),
    Mistake("«f = lambda x, y:» x*y", "parse.foreign-statement", fixed: "f(x, y) = x*y"),
    Mistake("«f = x ->» x^2", "parse.foreign-statement", fixed: "f(x) = x^2"),
    Mistake("f(x) = grad(«lambda» t: t^2)(x)", "parse.foreign-statement"),
    Mistake("f(x) «->» x^2", "parse.foreign-statement", fixed: "f(x) = x^2"),
    Mistake("x «=>» x^2", "parse.foreign-statement", fixed: "f(x) = x^2"),
    Mistake("f(x) = if x «=>» 1 then x else 2", "parse.foreign-operator", fixed: "f(x) = if x >= 1 then x else 2"),
    Mistake("«f x y» = x*y", "parse.foreign-statement", fixed: "f(x, y) = x*y"),
    Mistake("«let» y = 3", "parse.foreign-statement", fixed: "y = 3"),
    Mistake("f(x) { y = x; «return» y }", "parse.foreign-statement", fixed: "f(x) { y = x; y }"),
    Mistake("«import» numpy as np\nf(x) = x", "parse.foreign-statement", fixed: "\nf(x) = x"),
    Mistake("«//» a comment\nf(x) = x", "parse.foreign-statement", fixed: "# a comment\nf(x) = x"),
    Mistake("f(x) { «while» x > 1 { x = x/2 }; x }", "parse.foreign-statement"),
    Mistake("f(x: [n]) { y = x; for i in 0..<n { «y[i] =» 2*x[i] }; y }", "parse.foreign-statement"),
    Mistake("f(x: [n]) { s = 0; for i in range(n)«:» s += x[i] }", "parse.expected-block"),
    Mistake("f(x) { y = x; y «*=» x + 1; y }", "parse.compound-assignment", fixed: "f(x) { y = x; y = y*(x + 1); y }"),
    Mistake("f(x) = einsum(«'i->'», x)", "lex.spelling", fixed: "f(x) = einsum(\"i->\", x)"),
    Mistake("f(x) = einsum(«‘i->’», x)", "lex.spelling", fixed: "f(x) = einsum(\"i->\", x)"),
    Mistake("f(x«;» a) = a*x", "parse.unexpected", fixed: "f(x, a) = a*x"),
    Mistake("f(x) = [1, 2«;» 3, 4]", "parse.unexpected"),
    Mistake("f(x) = «x_{i}»^2", "parse.braces", fixed: "f(x) = x[i]^2"),
    // LaTeX.
    Mistake(#"f(x) = «\frac{1}{1 + e^{-x}}»"#, "lex.latex", fixed: "f(x) = 1/(1 + e^(-x))"),
    Mistake(#"f(x) = 3*g(«\frac{x}{2}») + x"#, "lex.latex", fixed: "f(x) = 3*g(x/2) + x"),
    Mistake(#"f(x) = «\sin x + \cos(2x)»"#, "lex.latex", fixed: "f(x) = sin(x) + cos(2x)"),
    Mistake(#"f(alpha, x) = «\alpha x^{2}»"#, "lex.latex", fixed: "f(alpha, x) = alpha*x^2"),
    Mistake(#"f(x) = x «\cdot \exp\left(-\frac{x^2}{2}\right)»"#, "lex.latex", fixed: "f(x) = x * exp(-x^2/2)"),
    Mistake(#"f(x) = «\log(1 + e^{x})»"#, "lex.latex", fixed: "f(x) = log(1 + e^x)"),
    Mistake(#"f(x) = «\sqrt{x^2 + \hat{y}_{i}}»"#, "lex.latex", fixed: "f(x) = sqrt(x^2 + y_hat[i])"),
    Mistake(#"f(x) = «\sum_{i} x_i»"#, "lex.latex"),
    Mistake(#"f(w, x) = w^«\top» x"#, "lex.latex", fixed: "f(w, x) = w.T @ x"),
    Mistake(#"f(x) = «\foo{x}»"#, "lex.latex"),
    // Brackets.
    Mistake("f(x) = sin«(»x", "parse.unclosed-parenthesis"),
    Mistake("f(x) = sin«(»x\ng(x) = cos(x)", "parse.unclosed-parenthesis"),
    Mistake("f(x) = «[»1, 2", "parse.unclosed-bracket"),
    Mistake("f(x) «{» x", "parse.unclosed-brace"),
    Mistake("f(x) = x«)»", "parse.unopened-parenthesis"),
    Mistake("f(x) = x «}»", "parse.unopened-brace"),
    Mistake("f(x) = [1, 2«)»", "parse.mismatched-bracket", fixed: "f(x) = [1, 2]"),
    Mistake("f(x) = g(x«,»)", "parse.trailing-comma", fixed: "f(x) = g(x)"),
    // Something is missing.
    Mistake("f(x) = x +«»", "parse.expected-expression"),
    Mistake("f(x) = x +«»\ng(x) = x", "parse.expected-expression"),
    Mistake("f(x) =«»", "parse.expected-expression"),
    Mistake("f(x) = «*» 3", "parse.expected-expression"),
    Mistake("f(x) = if x then 1«»", "parse.incomplete-if"),
    Mistake("f(«2») = x", "parse.expected-name"),
    Mistake("f(x) = sum(x for «in» y)", "parse.expected-name"),
    Mistake("f(x: «)» = x", "parse.expected-type"),
    Mistake("f(x) = sum(i for i «=» x)", "parse.expected-in", fixed: "f(x) = sum(i for i in x)"),
    Mistake("f(x) { for i in x«;» x }", "parse.expected-block"),
    Mistake("f(x) = x where «y»", "parse.expected-definition"),
    Mistake("f(x) = x where «g»(t) { t }", "parse.expected-definition"),
    Mistake("x = 3 «y» = 4", "parse.separator", fixed: "x = 3; y = 4"),
    Mistake("f(x) = x where a = 1 «b» = 2", "parse.separator", fixed: "f(x) = x where a = 1, b = 2"),
    Mistake("f(x) = x where a = 1« where» b = 2", "parse.second-where", fixed: "f(x) = x where a = 1, b = 2"),
    // Something is in the wrong place.
    Mistake("f(x) = 1 + «for» i in x { i }", "parse.loop-position"),
    Mistake("f(x) = (i «for» i in x)", "parse.comprehension-position"),
    Mistake("f(x) = [i for i in x «if» i > 0]", "parse.comprehension-filter"),
    Mistake("f(x) = [i for i in x «for» j in x]", "parse.second-for", fixed: "f(x) = [i for i in x , j in x]"),
    Mistake("f(x) = (a «where» a = x)", "parse.where-position"),
    Mistake("«param» W: [n] = zeros", "parse.variable-position"),
    Mistake("f(x) = 1 + «not» x", "parse.not-operand"),
    Mistake("f(x) = «a < b > c»", "parse.chain-direction"),
    Mistake("f(x) = x |> «3»", "parse.pipe-target"),
    Mistake("f(x) = «∂»x", "parse.partial"),
    Mistake("f(x) = x«,» y", "parse.unexpected"),
    Mistake("f(x) = x «then» y", "parse.unexpected"),
    // Values.
    Mistake("f(x) { «x»; x }", "parse.unused-value"),
    Mistake("f(x) {\n  «x»\n  - 1\n}", "parse.unused-value", fixed: "f(x) {\n  x -\n   1\n}"),
    Mistake("f(x) = x\n«f(2)»", "parse.unused-value"),
    Mistake("f(x) { y = x «}»", "parse.no-value"),
    Mistake("f(x) «{}»", "parse.no-value"),
  ]

  @Test(arguments: mistakes)
  func `one problem, in its place, with its cure`(_ mistake: Mistake) throws {
    let marked = MarkedSource(mistake.source)
    let parsed = Parser.parse(SourceText(marked.text))
    #expect(parsed.diagnostics.map(\.id) == [mistake.id])
    let found = try #require(parsed.diagnostics.first)
    #expect(found.severity == .error)
    if mistake.id != "parse.no-value" { #expect(found.range == marked.range) }
    #expect(found.fixIt?.applied(to: marked.text) == mistake.fixed)
    if let fixed = mistake.fixed {
      #expect(Parser.parse(SourceText(fixed)).diagnostics.filter { $0.id == mistake.id } == [])
    }
  }

  @Test func `messages are lower case and without a full stop`() {
    for mistake in Self.mistakes {
      for found in Parser.parse(SourceText(MarkedSource(mistake.source).text)).diagnostics {
        #expect(found.message.first?.isUppercase != true && !found.message.hasSuffix("."), "\(found.message)")
      }
    }
  }

  @Test func `all problems at once, and the good parts are read`() {
    let text = "f(x) = 2 x\ng(x) = x +\nh(x) = [1, 2)\nk(x) = x\nl(x) = sin(x\nm(x) = x\n"
    let parsed = Parser.parse(SourceText(text))
    #expect(
      parsed.diagnostics.map(\.id) == [
        "parse.missing-operator", "parse.expected-expression", "parse.mismatched-bracket",
        "parse.unclosed-parenthesis",
      ])
    guard case .program(let items) = parsed.tree.kind(parsed.tree.root) else { return }
    #expect(items.map { parsed.tree.children($0).first.map(parsed.tree.name(of:)) } == ["f", "g", "h", "k", "l", "m"])
  }

  @Test func `problems come in source order`() {
    let parsed = Parser.parse(SourceText("f(x) { x; $ 2 x\n y = }\ng = )"))
    let starts = parsed.diagnostics.compactMap { $0.range?.start }
    #expect(starts == starts.sorted() && starts.count > 2)
  }

  @Test func `no more are kept than a person would read`() {
    let parsed = Parser.parse(SourceText(String(repeating: "f(x) = )\n", count: 5000)))
    #expect(parsed.diagnostics.count == 101)
    #expect(parsed.diagnostics.last?.id == "parse.too-many")
    #expect(parsed.diagnostics.last?.message == "4900 more problems are not shown")
  }

  @Test(arguments: [
    ("f(e) = «2e3»*e", true), ("f(x) = 2e3*x", false), ("f(x) = 2e3\ng(e) = 2e*e", false),
    ("f(x) { e = x; «2e+3» + e }", true),
  ])
  func `a number with an exponent is doubtful beside a name e`(_ marked: String, _ warns: Bool) {
    let source = MarkedSource(marked)
    let parsed = Parser.parse(SourceText(source.text))
    #expect(parsed.diagnostics.map(\.id) == (warns ? ["parse.exponent-number"] : []))
    #expect(parsed.diagnostics.first?.range == source.range)
    #expect(!parsed.hasErrors)
  }

  @Test(arguments: [
    "f(x) = sin(", "f(x) = sin(x", "f(x) = [1,", "f(x) {", "f(x) {\n y = x", "f(x) =", "f(x) = x +", "f(x) = x where",
    "f(x) = if x > 0", "f(x) = if x > 0 then 1 else", "f(", "x |>", "f(x) = x where a = 1,", "sum(x for i in",
    "layer f",
    "f(x) { for i in x {", "a +\n", "f(x: [n",
  ])
  func `input that stops too early is incomplete`(_ text: String) {
    #expect(Parser.parse(SourceText(text)).isIncomplete)
  }

  @Test(arguments: [
    "", "x", "f(x) = x", "f(x) = 2 x +", "f(x) = )", "f(x) { x }", "\"abc", "f(x) = $ +", "1..2", "x = ",
  ])
  func `input with other errors, or none, is not`(_ text: String) {
    #expect(Parser.parse(SourceText(text)).isIncomplete == (text == "x = "))
  }
}
