import NablaDiagnostics
import Testing

@Suite struct DiagnosticRendererTests {
  /// Renders a diagnostic at the part of a text between `«` and `»`.
  private func render(
    _ marked: String, _ message: String = "m", label: String? = nil, width: Int = 100, color: Bool = false,
    fix: ((SourceRange) -> Diagnostic.FixIt)? = nil, notes: [Diagnostic] = []
  ) -> String {
    let bytes = Array(marked.utf8)
    let (open, close) = (Array("«".utf8), Array("»".utf8))
    var text: [UInt8] = []
    var (lower, upper) = (0, 0)
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: open) {
        lower = text.count
        index += open.count
      } else if bytes[index...].starts(with: close) {
        upper = text.count
        index += close.count
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    let range = SourceRange(lower, upper)
    let diagnostic = Diagnostic(
      "a.b", message, at: range, label: label, notes: notes, fixIt: fix.map { $0(range) })
    let source = SourceText(utf8: text, name: "f.nabla")
    return DiagnosticRenderer(source: source, usesColor: color, width: width).render(diagnostic)
  }

  @Test func `shows place, line, underline and label`() {
    let message = "'x @ w' needs the inner dimensions to agree: [m, 784] @ [256, 10]"
    let text = render("f(x) {\n    h = relu(«x @ w» + b)\n}", message, label: "784 here, 256 there")
    #expect(
      text == """
        f.nabla:2:14: error: 'x @ w' needs the inner dimensions to agree: [m, 784] @ [256, 10] [a.b]
        2 |     h = relu(x @ w + b)
          |              ^~~~~ 784 here, 256 there
        """)
  }

  @Test func `counts characters, not bytes`() {
    #expect(
      render("\nβ = «sin(α, γ)»") == """
        f.nabla:2:5: error: m [a.b]
        2 | β = sin(α, γ)
          |     ^~~~~~~~~
        """)
  }

  @Test func `an empty range is one caret, also at the end`() {
    #expect(
      render("x +«»") == """
        f.nabla:1:4: error: m [a.b]
        1 | x +
          |    ^
        """)
    #expect(
      render("«»") == """
        f.nabla:1:1: error: m [a.b]
        1 |
          | ^
        """)
  }

  @Test func `wide and combining characters keep the caret in place`() {
    // A CJK character takes two columns, a combining accent none.
    #expect(
      render("\"温度\" + «x»") == """
        f.nabla:1:8: error: m [a.b]
        1 | "温度" + x
          |          ^
        """)
    #expect(
      render("x\u{302} + «y»") == """
        f.nabla:1:6: error: m [a.b]
        1 | x\u{302} + y
          |     ^
        """)
  }

  @Test func `tabs become spaces up to the next stop`() {
    #expect(
      render("a\t«b»\tc") == """
        f.nabla:1:3: error: m [a.b]
        1 | a   b   c
          |     ^
        """)
  }

  @Test func `control characters and stray bytes do not reach the terminal`() {
    let text = render("a \u{1B}[31m «b»\u{7} \u{202E}", "bad '\u{1B}'")
    #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{7}"))
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    let source = SourceText(utf8: [0x61, 0xFF, 0xFE, 0x62], name: "f")
    let rendered = DiagnosticRenderer(source: source).render(Diagnostic("a.b", "m", at: SourceRange(3, 4)))
    #expect(
      rendered == """
        f:1:4: error: m [a.b]
        1 | a\u{FFFD}\u{FFFD}b
          |    ^
        """)
  }

  @Test func `the line's end is not part of it`() {
    #expect(
      render("«x»\r\ny") == """
        f.nabla:1:1: error: m [a.b]
        1 | x
          | ^
        """)
  }

  @Test func `long lines are cropped around the caret`() {
    let text = render(
      String(repeating: "a+", count: 50_000) + "«bad»" + String(repeating: "+c", count: 50_000), width: 40)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "f.nabla:1:100001: error: m [a.b]")
    #expect(lines[1].hasPrefix("1 | …") && lines[1].hasSuffix("…"))
    #expect(lines[1].count <= 44)
    // The underline stands below the word.
    let (shown, under) = (Array(lines[1]), Array(lines[2]))
    #expect(under.count <= shown.count && String(zip(shown, under).filter { "^~".contains($0.1) }.map(\.0)) == "bad")
  }

  @Test func `the start and the end of a long line are shown without dots`() {
    let start = render("«bad»" + String(repeating: "+c", count: 500), width: 40).split(separator: "\n")
    #expect(start[1].hasPrefix("1 | bad+c"))
    let end = render(String(repeating: "c+", count: 500) + "«bad»", width: 40).split(separator: "\n")
    #expect(end[1].hasSuffix("+bad") && end[1].count > 35)
  }

  @Test func `a range over lines shows the first and the last`() {
    #expect(
      render("f(x) = «g(a,\n b,\n c,\n   d)» + 1", label: "here") == """
        f.nabla:1:8: error: m [a.b]
        1 | f(x) = g(a,
          |        ^~~~
          | …
        4 |    d) + 1
          |    ~~ here
        """)
    #expect(
      render("«a\nb»") == """
        f.nabla:1:1: error: m [a.b]
        1 | a
          | ^
        2 | b
          | ~
        """)
  }

  @Test func `the gutter is as wide as the number`() {
    #expect(
      render(String(repeating: "\n", count: 99) + "«x»") == """
        f.nabla:100:1: error: m [a.b]
        100 | x
            | ^
        """)
  }

  @Test func `fix-its are put into words`() {
    func help(_ marked: String, _ replacement: String) -> Substring? {
      render(marked, fix: { .init(range: $0, replacement: replacement) }).split(separator: "\n").last
    }
    #expect(help("«A'»", "A.T") == "help: write 'A.T'")
    #expect(help("f(x) = 2« »x", "*") == "help: write '2*x'")
    #expect(help("x «=» 3", "==") == "help: write '=='")
    #expect(help("f(x«,» )", "") == "help: remove ','")
    #expect(help("x^2«»(y+1)", "*") == "help: insert '*'")
  }

  @Test func `notes follow, with their own place`() {
    let note = Diagnostic("a.c", .note, "declared here", at: SourceRange(0, 1))
    #expect(
      render("x = 1\n«x» = 2", notes: [note]) == """
        f.nabla:2:1: error: m [a.b]
        2 | x = 2
          | ^
        f.nabla:1:1: note: declared here [a.c]
        1 | x = 1
          | ^
        """)
  }

  @Test func `a problem without a place has a headline only`() {
    let text = DiagnosticRenderer(source: SourceText("", name: "f")).render(Diagnostic("a.b", .warning, "m"))
    #expect(text == "warning: m [a.b]")
  }

  @Test func `colour only when asked`() {
    #expect(!render("«x»").contains("\u{1B}"))
    let text = render("«x»", color: true)
    #expect(text.contains("\u{1B}[1;31merror:\u{1B}[0m"))
    #expect(text.contains("\u{1B}[1;31m^\u{1B}[0m"))
  }

  @Test func `ranges beyond the text are clipped`() {
    let source = SourceText("ab", name: "f")
    let text = DiagnosticRenderer(source: source).render(Diagnostic("a.b", "m", at: SourceRange(100, 200)))
    #expect(text.hasPrefix("f:1:3: error"))
  }
}
