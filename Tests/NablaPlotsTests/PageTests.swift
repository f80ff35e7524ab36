import Foundation
import Testing

@testable import NablaPlots

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PageTests {
  static let plots: [(String, any Plot)] = {
    let points = (0..<50).map { PlotPoint(Double($0), Double($0 * $0)) }
    let x = (0...20).map { Double($0) / 10 - 1 }
    let grid = ValueGrid(x: x, y: x) { $0 * $0 + 3 * $1 * $1 }
    return [
      ("line", LineChart([.init("a", points), .init("b", points, hasMarkers: true)], title: "<&\"'>")),
      ("empty", LineChart([])), ("nan", LineChart([.init("n", [PlotPoint(0, .nan), PlotPoint(1, .infinity)])])),
      ("bars", BarChart([.init("p", [0.2, -0.8]), .init("y", [0, 1])], categories: ["<a>", "b"])),
      ("no bars", BarChart([], categories: [])),
      ("contour", ContourPlot(grid, paths: [PlotPath("w", [PlotPoint(-1, 1), PlotPoint(0, 0)])])),
      ("flat", ContourPlot(ValueGrid(x: x, y: x) { _, _ in 1 })),
      ("no numbers", ContourPlot(ValueGrid(x: x, y: x) { _, _ in .nan })),
      ("region", RegionPlot(grid, names: ["0", "1"], points: [PlotPoints("0", [PlotPoint(0, 0)])])),
      ("heat", HeatMap([1, -2, .nan, 4], rows: 2, columns: 2, title: "\u{1}")),
      ("images", ImageGrid((0..<32).map(Double.init), rows: 4, columns: 4)),
      ("layers", LayerDiagram(input: .init("x", shape: "[m, 4]"), [.init("dense(3)", shape: "[m, 3]")])),
      ("no layers", LayerDiagram([], results: [])),
      (
        "branches",
        LayerDiagram(
          [
            .init("x", shape: "[m, 4]", kind: .input), .init("<a>", shape: "[m, 4]", operands: [0]),
            .init("b", shape: "[m, 4]", operands: [1]), .init("+", shape: "[m, 4]", kind: .join, operands: [0, 2]),
            .init("c", shape: "[m, 4]", operands: [0, 3]),
          ], results: [(3, "[m, 4]"), (4, "[m]")])
      ),
      ("units", UnitDiagram([784, 3, 1])), ("no units", UnitDiagram([])),
      ("grid", PlotGrid([LineChart([.init("a", points)]), UnitDiagram([2, 1])])),
    ]
  }()

  @Test(arguments: PageTests.plots.map(\.0)) func `a picture is well-formed, and the same each time`(_ name: String)
    throws
  {
    let plot = try #require(PageTests.plots.first { $0.0 == name }?.1)
    let svg = plot.svg
    #expect(svg == plot.svg && !svg.contains("nan\"") && !svg.contains("inf"))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test func `text is escaped`() {
    #expect(SVGText.escaped("<a & 'b\u{0}\">") == "&lt;a &amp; &#39;b\u{FFFD}&quot;&gt;")
  }

  @Test(arguments: [(1.0, "1"), (-0.004, "0"), (0.05, "0.05"), (-2.5, "-2.5"), (1e300, "1000000000"), (.nan, "0")])
  func `coordinates have two decimals`(_ value: Double, _ text: String) { #expect(SVGText.number(value) == text) }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func `base64 is that of RFC 4648`(_ text: String, _ encoded: String) {
    #expect(Base64.text([UInt8](text.utf8)) == encoded)
  }

  @Test func `the checksum is that of its specification`() {
    #expect(PNGImage.cyclicRedundancy([UInt8]("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func `a line is cut at a pole, at what is no number and at the border`() {
    let area = PlotRectangle(x: 0, y: 0, width: 10, height: 10)
    let lines = Polyline.clip(
      [PlotPoint(1, 5), PlotPoint(2, -50), PlotPoint(3, 50), PlotPoint(4, 5), PlotPoint(5, .nan), PlotPoint(6, 5)],
      to: area)
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.allSatisfy(area.contains) })
  }
}
