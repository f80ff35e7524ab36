import NablaGraphviz
import Testing

struct GraphvizTests {
  @Test func `an SVG has every node and edge`() throws {
    let svg = try Picture.svg("digraph g { b -> u; c -> u; a -> v; u -> v; v -> f }")
    #expect(Picture.count("node", in: svg) == 6)
    #expect(Picture.count("edge", in: svg) == 5)
    #expect(svg.hasSuffix("</svg>\n"))
  }

  /// Blanks at the ends of a text element are dropped without `xml:space`, and Firefox knows no `baseline-shift`.
  @Test func `blanks between the parts of a label stay, and indices are lowered for every browser`() throws {
    let svg = try Picture.svg("digraph g { a [label=<<I>x</I><SUB>1</SUB> = <I>y</I>, \" baseline-shift=>] }")
    #expect(svg.contains("> = </text>"))
    #expect(svg.ranges(of: "xml:space=\"preserve\"").count == 1 || svg.contains("<text xml:space=\"preserve\""))
    #expect(svg.ranges(of: " dy=\"0.25em\"").count == 1 && !svg.contains(" baseline-shift=\"sub\""))
    #expect(svg.contains(", &quot; "))
  }

  @Test func `a PDF is a whole PDF`() throws {
    let bytes = try Graphviz.shared.render("digraph g { a -> b }", as: .pdf)
    #expect(bytes.starts(with: Array("%PDF-".utf8)))
    #expect(Picture.text(bytes.suffix(8)).contains("%%EOF"))
  }

  @Test func `a PNG has 144 dots an inch, whatever the text asks for`() throws {
    let box = "shape=box fixedsize=true width=2 height=1"
    for dpi in ["dpi=10", "dpi=72", "dpi=1000000000"] {
      let bytes = try Graphviz.shared.render("digraph g { \(dpi); pad=0; margin=0; a [\(box)] }", as: .png)
      let size = try #require(Picture.pixels(bytes))
      #expect(abs(size.width - 288) <= 4, "\(dpi)")
      #expect(abs(size.height - 144) <= 4, "\(dpi)")
    }
  }

  @Test(arguments: PictureFormat.allCases)
  func `an empty graph is a picture`(_ format: PictureFormat) throws {
    #expect(try !Graphviz.shared.render("digraph {}", as: format).isEmpty)
  }

  @Test(arguments: PictureFormat.allCases)
  func `cycles, loops, undirected and repeated edges are drawn`(_ format: PictureFormat) throws {
    for dot in [
      "digraph { a -> a; a -> b; b -> a; a -> b }", "graph { a -- b; b -- c; c -- a }", "strict digraph { a }",
    ] {
      #expect(try !Graphviz.shared.render(dot, as: format).isEmpty)
    }
  }

  @Test func `the installation names its version and formats`() {
    #expect(Graphviz.shared.version.split(separator: ".").count >= 2)
    #expect(Graphviz.shared.availableFormats.contains(.svg))
  }

  @Test(
    arguments: [
      ("f.svg", .svg), ("a.b/f.PNG", .png), ("f.pdf", .pdf), (".svg", .svg), ("f", nil), ("f.svg/g", nil), ("", nil),
      ("f.txt", nil), ("svg", nil),
    ] as [(String, PictureFormat?)])
  func `a file name's ending chooses the format`(_ path: String, _ format: PictureFormat?) {
    #expect(PictureFormat(path: path) == format)
  }
}
