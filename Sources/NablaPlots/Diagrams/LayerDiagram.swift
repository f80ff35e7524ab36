/// A network as a chain of layers, with what flows between them. The input is at the bottom and the result at the top, as
/// the words bottom layer and top layer have it.
public struct LayerDiagram: Plot {
  public struct Layer: Hashable, Sendable {
    public var name: String
    /// The shape of its result.
    public var shape: String
    /// What else there is to say, such as the number of its parameters.
    public var detail: String
    public var hasParameters: Bool

    public init(_ name: String, shape: String, detail: String = "", hasParameters: Bool = false) {
      self.name = name
      self.shape = shape
      self.detail = detail
      self.hasParameters = hasParameters
    }
  }

  public var title: String
  /// The name and shape of what comes in.
  public var input: Layer
  public var layers: [Layer]

  public init(input: Layer, _ layers: [Layer], title: String = "") {
    self.input = input
    self.layers = layers
    self.title = title
  }

  private static let box = (width: 190.0, height: 32.0)
  private static let gap = 30.0

  public var preferredSize: (width: Double, height: Double) {
    let rows = Double(layers.count + 1)
    let longest = ([input] + layers).map { SVGText.width($0.detail, size: PlotStyle.textSize) }.max() ?? 0
    return (
      LayerDiagram.box.width + 2 * max(longest + 22, 70),
      rows * LayerDiagram.box.height + (rows - 1) * LayerDiagram.gap + 56 + (title.isEmpty ? 0 : 22)
    )
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let (width, height) = LayerDiagram.box
    let all = [input] + layers
    let rows = Double(all.count)
    let gap = all.count > 1 ? (area.height - 56 - rows * height) / (rows - 1) : 0
    let left = area.center.x - width / 2
    for (index, layer) in all.enumerated() {
      let y = area.maxY - 18 - height - Double(index) * (height + gap)
      let box = PlotRectangle(x: left, y: y, width: width, height: height)
      canvas.group(index == 0 ? "input" : "layer") { canvas in
        let fill = index == 0 ? Color(0xE3F0FA) : layer.hasParameters ? Color(0xFBE9DC) : .white
        canvas.rectangle(
          box, fill: fill, stroke: Stroke(PlotStyle.axis, width: layer.hasParameters ? 1.4 : 1), radius: 5)
        canvas.text(layer.name, at: PlotPoint(box.center.x, box.center.y + 4), .middle, size: 12)
        canvas.text(layer.detail, at: PlotPoint(box.maxX + 10, box.center.y + 4), color: PlotStyle.faint)
        canvas.arrow(
          from: PlotPoint(box.center.x, y), to: PlotPoint(box.center.x, y - max(gap, 20)), Stroke(PlotStyle.axis))
        canvas.text(layer.shape, at: PlotPoint(box.center.x + 8, y - max(gap, 20) / 2 + 4), color: PlotStyle.faint)
      }
    }
    canvas.group("ends") { canvas in
      if layers.count > 1 {
        let bottom = area.maxY - 18 - height * 1.5 - gap
        canvas.text("bottom", at: PlotPoint(left - 10, bottom + 4), .end, color: PlotStyle.faint, isItalic: true)
        let top = area.maxY - 18 - height / 2 - (rows - 1) * (height + gap)
        canvas.text("top", at: PlotPoint(left - 10, top + 4), .end, color: PlotStyle.faint, isItalic: true)
      }
    }
  }
}

extension Canvas {
  mutating func arrow(from start: PlotPoint, to end: PlotPoint, _ stroke: Stroke) {
    let length = start.distance(to: end)
    guard length > 0 else { return }
    let (dx, dy) = ((end.x - start.x) / length, (end.y - start.y) / length)
    line([start, PlotPoint(end.x - 5 * dx, end.y - 5 * dy)], stroke)
    func at(_ along: Double, _ across: Double) -> PlotPoint {
      PlotPoint(end.x + along * dx - across * dy, end.y + along * dy + across * dx)
    }
    polygons([[end, at(-7, 3), at(-7, -3)]], fill: stroke.color)
  }
}
