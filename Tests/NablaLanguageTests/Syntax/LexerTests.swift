import NablaDiagnostics
import Testing

@testable import NablaLanguage

@Suite struct LexerTests {
  /// The tokens' texts, with a bar between.
  private func words(_ text: String) -> String {
    let source = SourceText(text)
    return Lexer.tokenize(source).tokens.dropLast().map { source[$0.range] }.joined(separator: "|")
  }

  private func kinds(_ text: String) -> [TokenKind] {
    Lexer.tokenize(SourceText(text)).tokens.dropLast().map(\.kind)
  }

  private func problems(_ text: String) -> [String] {
    Lexer.tokenize(SourceText(text)).diagnostics.diagnostics.map(\.id)
  }

  @Test(arguments: [
    ("0..<n", "0|..<|n"), ("2e-x", "2|e|-|x"), ("2e-3x", "2e-3|x"), ("2e+3", "2e+3"), ("2E5", "2E5"), ("2ex", "2|ex"),
    (".5", ".5"), ("1.5.2", "1.5|.2"), ("x.5", "x|.5"), ("A.T", "A|.|T"), ("1...n", "1|...|n"), ("1..n", "1|..|n"),
    ("...", "..."), ("2.x", "2|.|x"), ("3e", "3|e"), ("1e5e", "1e5|e"), ("x2y", "x2y"), ("_a1", "_a1"),
  ])
  func `a dot or an e counts only before digits`(_ text: String, _ expected: String) {
    #expect(words(text) == expected)
    #expect(problems(text) == [])
  }

  @Test(arguments: [
    ("x²", "x|²"), ("x⁻¹²", "x|⁻¹²"), ("x₁₂", "x₁₂"), ("a·b", "a|·|b"), ("a\u{387}b", "a|\u{387}|b"), ("2πr", "2|πr"),
    ("√x", "√|x"), ("a′′", "a|′|′"), ("x̂+1", "x̂|+|1"), ("δx_1", "δx_1"), ("λ×μ", "λ|×|μ"), ("−∞", "−|∞"),
    ("a\u{A0}b", "a|b"), ("名前", "名前"), ("x²³", "x|²³"),
  ])
  func `names and signs beyond ASCII`(_ text: String, _ expected: String) {
    #expect(words(text) == expected)
    #expect(problems(text) == [])
  }

  @Test func `other spellings are the same tokens`() {
    #expect(kinds("≤ ≥ ≠ − · × ′ √ ∂ ∞") == kinds("<= >= != - * * '") + [.root, .partial, .name])
    // NFC composes `=` and a stroke, and knows one semicolon.
    #expect(kinds("a =\u{338} b\u{37E}") == [.name, .notEqual, .name, .semicolon])
  }

  @Test func `longest operator first`() {
    let text = "== = <= < >= > != ** * // / |> || | && ..< ... .. ^ @ ' : ; ! %"
    #expect(words(text) == text.split(separator: " ").joined(separator: "|"))
    #expect(problems(text) == [])
  }

  @Test func `reserved words only as whole words`() {
    #expect(kinds("if iff in int not nota Or") == [.if, .name, .in, .name, .not, .name, .name])
  }

  @Test func `comments, line ends and the byte order mark are no tokens`() {
    let lexer = Lexer.tokenize(SourceText("\u{FEFF}a # c\r\n\tb\rc"))
    #expect(lexer.tokens.dropLast().map(\.beginsLine) == [true, true, true])
    #expect(lexer.comments.count == 1)
    #expect(lexer.diagnostics.diagnostics == [])
  }

  @Test func `strings end on their line`() {
    #expect(words(#""a\"b" "\\" """#) == #""a\"b"|"\\"|"""#)
    #expect(problems("\"a\nb\"") == ["lex.unterminated-string", "lex.unterminated-string"])
  }

  @Test(arguments: [
    ("«0x1F»", "31"), ("«0b101»", "5"), ("«0o17»", "15"), ("«1_000»", "1000"), ("«0XaF»", "175"),
  ])
  func `numbers of other languages are errors with the number`(_ marked: String, _ expected: String) throws {
    let source = MarkedSource(marked)
    let found = try #require(Lexer.tokenize(SourceText(source.text)).diagnostics.diagnostics.first)
    #expect(found.id == "lex.number")
    #expect(found.range == source.range)
    #expect(found.fixIt?.applied(to: source.text) == expected)
  }

  @Test func `nought times a name is not a base`() { #expect(words("0x + 0y1") == "0|x|+|0|y1") }

  @Test func `a run of stray characters is one problem`() {
    #expect(problems("$$$ a") == ["lex.character"])
    #expect(problems("a $ b ~") == ["lex.character", "lex.character"])
    #expect(problems("a\u{200B}b") == ["lex.character"])
    let bytes: [UInt8] = [0x61, 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0x62, 0xE2, 0x82]
    let lexer = Lexer.tokenize(SourceText(utf8: bytes))
    #expect(lexer.tokens.map(\.kind) == [.name, .stray, .name, .stray, .end])
    #expect(lexer.diagnostics.diagnostics.map(\.id) == ["lex.invalid-utf8", "lex.invalid-utf8"])
    let quoted = SourceText(utf8: Array("\"é".utf8) + [0xE9, 0x22, 0x23, 0xE9, 0xE9])
    #expect(Lexer.tokenize(quoted).diagnostics.diagnostics.map(\.range) == [SourceRange(3, 4), SourceRange(6, 8)])
  }

  @Test func `decoding agrees with the standard library`() {
    for value in stride(from: UInt32(0x80), to: 0x11_0000, by: 97) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let lexer = Lexer.tokenize(SourceText(utf8: Array(String(scalar).utf8)))
      #expect(lexer.decode(at: 0)?.0 == scalar)
    }
  }

  @Test func `brackets find their partners within their braces`() {
    func partners(_ text: String) -> [Int?] {
      Lexer.tokenize(SourceText(text)).tokens.dropLast().enumerated().map {
        Int($1.partner) == $0 ? nil : Int($1.partner)
      }
    }
    #expect(partners("([{}])") == [5, 4, 3, 2, 1, 0])
    #expect(partners("([)") == [2, nil, 0])
    #expect(partners("{(})") == [2, nil, 0, nil])
    #expect(partners("(]") == [nil, nil])
  }
}
