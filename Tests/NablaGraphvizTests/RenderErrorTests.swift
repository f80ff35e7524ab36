import NablaGraphviz
import Testing

struct RenderErrorTests {
  /// The first fits on every version; the scanner of some keeps what it could not use, and the next text suffers.
  @Test(arguments: [
    "digraph { a -> ; }", "digraph { a [label=\"open", "digraph { a [label=<b", "digraph { /* open", "", " \n ",
    "digraph { a", "digraph {} }", "digraph {} junk", "digraph {} digraph { b }", "digraph {} \"open",
    "digraph {} /* open",
    "digraph {} <<<open", "digraph {} digraph {} digraph {}", "digraph {} digraph {} digraph {} \"open",
    "\0", "{}", "<svg/>", "digraph { a -> b", "# only a comment",
  ])
  func `a broken text is refused and leaves no trace`(_ dot: String) throws {
    let error = #expect(throws: RenderError.self) { try Graphviz.shared.render(dot, as: .svg) }
    guard case .syntax(let message) = try #require(error) else {
      Issue.record("\(dot) gave \(String(describing: error))")
      return
    }
    #expect(!message.isEmpty)
    #expect(Picture.count("node", in: try Picture.svg("digraph { x -> y }")) == 2)
  }

  @Test func `a syntax error names its line, also the second time`() {
    for _ in 0..<2 {
      #expect {
        try Graphviz.shared.render("digraph {\n  a -> b\n  b -> ;\n}", as: .svg)
      } throws: { error in
        "\(error)".contains("line 3")
      }
    }
  }

  @Test(arguments: ["digraph { a [label=<<b>x</i>>] }", "digraph { a [shape=record label=\"{a|{b\"] }"])
  func `a broken label is a layout error`(_ dot: String) throws {
    let error = #expect(throws: RenderError.self) { try Graphviz.shared.render(dot, as: .svg) }
    guard case .layout = try #require(error) else {
      Issue.record("\(dot) gave \(String(describing: error))")
      return
    }
    #expect(try Picture.svg("digraph { ok }").contains(">ok</text>"))
  }

  @Test func `a text above the limit is refused unread`() {
    let bytes = Graphviz.textLimit + 1
    #expect(throws: RenderError.textTooLong(bytes: bytes, limit: Graphviz.textLimit)) {
      try Graphviz.shared.render(String(repeating: " ", count: bytes), as: .svg)
    }
  }

  @Test func `every error says what happened and what the limit is`() {
    let size = LayoutSize(nodes: 7, edges: 8, crossed: 90_000)
    let messages: [(RenderError, String)] = [
      (.textTooLong(bytes: 5, limit: 4), "limit of 4"), (.syntax("near ';'"), "near ';'"),
      (.tooLarge(size, limit: 20_000), "90007 together, the limit is 20000"), (.layout("why"), "why"),
      (.output(.png, "why"), "could not write PNG: why"),
    ]
    for (error, part) in messages { #expect("\(error)".contains(part)) }
  }
}
