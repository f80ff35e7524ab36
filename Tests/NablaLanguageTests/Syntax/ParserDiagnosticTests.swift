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
