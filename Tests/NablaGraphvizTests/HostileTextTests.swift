import Foundation
import NablaGraphviz
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct HostileTextTests {
  static let labels = [
    "∂f/∂x = 3·σ′(z)² ≤ √π", "𝔸 😀 漢字 עברית", "e\u{301} \u{200D} \u{202E}x", "<script>alert(1)</script>", "]]> --> <!--",
    "&lt;b&gt; &amp; & &; &#; &#x; &#X41; &#1a; &bogus; &&&b;", "&#65; &#x3B1;", "\u{1} \u{7F} \u{1B}[31m",
    "&#1; &#0; &#xD800; &#xFFFF;",
    "&#x110000; &#99999999999;", "\u{FFFE}\u{FFFF}", #"\N \G \E \L \T \H \l \r \n \\"#, "tab\tline\nreturn\r",
    "a\u{0}b",
  ]

  private func quoted(_ label: String) -> String {
    let escaped = label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"" + escaped + "\""
  }

  @Test(arguments: labels)
  func `any label gives well-formed XML in which nothing runs`(_ label: String) throws {
    let svg = try Picture.svg(
      "digraph g { a [label=\(quoted(label)) tooltip=\(quoted(label)) id=\(quoted("i" + label))] a -> b [label=\(quoted(label))] }"
    )
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(!svg.contains("<script"))
    #expect(Picture.count("edge", in: svg) == 1)
  }

  @Test(arguments: labels)
  func `any label can be drawn as PNG and PDF`(_ label: String) throws {
    let dot = "digraph g { a [label=\(quoted(label))] }"
    let pixels = try #require(Picture.pixels(Graphviz.shared.render(dot, as: .png)))
    #expect(pixels.width * pixels.height <= Graphviz.pixelLimit)
    #expect(try Graphviz.shared.render(dot, as: .pdf).starts(with: Array("%PDF-".utf8)))
  }

  @Test func `UTF-8 comes through unchanged`() throws {
    #expect(try Picture.svg("digraph { a [label=\"∂f/∂α = 9 𝔸\"] }").contains(">∂f/∂α = 9 𝔸</text>"))
  }

  @Test func `characters that XML cannot hold become replacement characters`() throws {
    for forbidden in ["\u{1}", "\u{0}", "\u{FFFF}", "&#1;", "&#xD800;", "&#x110000;", "&#99999999999999999999;"] {
      #expect(
        try Picture.svg("digraph { a [label=\"x\(forbidden)y\"] }").contains(">x\u{FFFD}y</text>"), "\(forbidden)")
    }
  }

  @Test func `references by name are shown as written unless they are XML's own`() throws {
    let svg = try Picture.svg("digraph { a [label=\"&alpha;&bogus; &lt;\" id=\"&bogus;\"] }")
    #expect(svg.contains(">&amp;alpha;&amp;bogus; &lt;</text>"))
    #expect(svg.contains("id=\"&amp;bogus;\""))
  }

  @Test func `a long label is drawn`() throws {
    for label in [String(repeating: "(", count: 5_000), String(repeating: "long ", count: 20_000)] {
      let dot = "digraph g { a [label=\(quoted(label))] }"
      #expect(try Picture.svg(dot).utf8.count > label.utf8.count)
      let pixels = try #require(Picture.pixels(Graphviz.shared.render(dot, as: .png)))
      #expect(pixels.width * pixels.height <= Graphviz.pixelLimit)
    }
  }
}
