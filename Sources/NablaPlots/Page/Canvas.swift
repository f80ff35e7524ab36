/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
  public var color: Color
  public var width: Double
  /// Lengths of dashes and gaps; a line without gaps where it is empty.
  public var dash: [Double]

  public init(_ color: Color, width: Double = 1, dash: [Double] = []) {
    self.color = color
    self.width = width
    self.dash = dash
  }
}

/// A page of SVG in the making. Everything that is drawn is text of ours but the labels, which are escaped.
public struct Canvas: Sendable {
  private var body = ""

  enum Anchor: String { case start, middle, end }

  // MARK: Shapes

  mutating func rectangle(_ area: PlotRectangle, fill: Color?, stroke: Stroke? = nil, radius: Double = 0) {
    var attributes: [(String, String)] = [
      ("x", SVGText.number(area.x)), ("y", SVGText.number(area.y)), ("width", SVGText.number(area.width)),
      ("height", SVGText.number(area.height)),
    ]
    if radius > 0 { attributes.append(("rx", SVGText.number(radius))) }
    element("rect", attributes + paint(fill, stroke))
  }

  mutating func circle(_ center: PlotPoint, radius: Double, fill: Color?, stroke: Stroke? = nil) {
    element(
      "circle",
      [("cx", SVGText.number(center.x)), ("cy", SVGText.number(center.y)), ("r", SVGText.number(radius))]
        + paint(fill, stroke))
  }

  mutating func line(_ points: [PlotPoint], _ stroke: Stroke) {
    guard points.count > 1 else { return }
    element("path", [("d", Canvas.path(points, isClosed: false))] + paint(nil, stroke))
  }

  /// Several lines in one style.
  mutating func lines(_ lines: [[PlotPoint]], _ stroke: Stroke) {
    let path = lines.filter { $0.count > 1 }.map { Canvas.path($0, isClosed: false) }.joined()
    if !path.isEmpty { element("path", [("d", path)] + paint(nil, stroke)) }
  }

  /// Closed lines; what is inside of an odd number of them is filled.
  mutating func polygons(_ polygons: [[PlotPoint]], fill: Color?, stroke: Stroke? = nil) {
    let path = polygons.filter { $0.count > 2 }.map { Canvas.path($0, isClosed: true) }.joined()
    if path.isEmpty { return }
    element("path", [("d", path), ("fill-rule", "evenodd")] + paint(fill, stroke))
  }

  /// Cells of a grid, row by row. As shapes they stay sharp in every viewer, some of which smooth pixels whatever a picture
  /// says; those of one colour are one shape.
  ///
  /// - Parameter colors: the position of each cell's colour in the table.
  mutating func cells(_ colors: [UInt8], rows: Int, columns: Int, table: [Color], in area: PlotRectangle) {
    var paths: [UInt8: String] = [:]
    for row in 0..<rows {
      var start = 0
      while start < columns {
        let color = colors[row * columns + start]
        var end = start + 1
        while end < columns, colors[row * columns + end] == color { end += 1 }
        paths[color, default: ""] += "M\(start) \(row)h\(end - start)v1h-\(end - start)z"
        start = end
      }
    }
    let scale = (x: area.width / Double(max(columns, 1)), y: area.height / Double(max(rows, 1)))
    let place = "translate(\(SVGText.number(area.x)) \(SVGText.number(area.y)))"
    body += "<g transform=\"\(place) scale(\(Canvas.factor(scale.x)) \(Canvas.factor(scale.y)))\""
    body += " shape-rendering=\"crispEdges\">\n"
    for (color, path) in paths.sorted(by: { $0.key < $1.key }) {
      element("path", [("d", path), ("fill", table[Int(color)].hex)])
    }
    body += "</g>\n"
  }

  /// A factor of many cells needs more decimals than a place.
  private static func factor(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6)" }

  /// A picture of pixels, without smoothing between them.
  mutating func image(_ png: [UInt8], in area: PlotRectangle) {
    element(
      "image",
      [
        ("x", SVGText.number(area.x)), ("y", SVGText.number(area.y)), ("width", SVGText.number(area.width)),
        ("height", SVGText.number(area.height)), ("preserveAspectRatio", "none"), ("image-rendering", "optimizeSpeed"),
        ("style", "image-rendering:pixelated"), ("href", "data:image/png;base64," + Base64.text(png)),
      ])
  }

  // MARK: Text

  /// - Parameters:
  ///   - place: the base line's start, middle or end.
  ///   - halo: paints the page's colour around the letters, so that lines below do not disturb.
  mutating func text(
    _ text: String, at place: PlotPoint, _ anchor: Anchor = .start, size: Double = PlotStyle.textSize,
    color: Color = PlotStyle.text, isTurned: Bool = false, isItalic: Bool = false, halo: Bool = false
  ) {
    var attributes = [
      ("x", SVGText.number(place.x)), ("y", SVGText.number(place.y)), ("font-size", SVGText.number(size)),
    ]
    if anchor != .start { attributes.append(("text-anchor", anchor.rawValue)) }
    if isItalic { attributes.append(("font-style", "italic")) }
    if isTurned {
      attributes.append(("transform", "rotate(-90 \(SVGText.number(place.x)) \(SVGText.number(place.y)))"))
    }
    let content = SVGText.escaped(text)
    if halo {
      let outline = [
        ("fill", "none"), ("stroke", Color.white.hex), ("stroke-width", "3"), ("stroke-linejoin", "round"),
      ]
      element("text", attributes + outline, content)
    }
    element("text", attributes + [("fill", color.hex)], content)
  }

  // MARK: Structure

  /// What belongs together, under a class that a style sheet or a test can name.
  mutating func group(_ name: String, _ draw: (inout Canvas) -> Void) {
    body += "<g class=\"\(SVGText.escaped(name))\">\n"
    draw(&self)
    body += "</g>\n"
  }

  /// The whole document.
  func document(width: Double, height: Double, title: String) -> String {
    let (w, h) = (SVGText.number(width), SVGText.number(height))
    let name = title.isEmpty ? "" : "<title>\(SVGText.escaped(title))</title>\n"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="\(PlotStyle.fontFamily)">
      \(name)<rect width="\(w)" height="\(h)" fill="#ffffff"/>
      \(body)</svg>

      """
  }

  private mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String? = nil) {
    body += "<\(name)"
    for (key, value) in attributes { body += " \(key)=\"\(value)\"" }
    body += content.map { ">\($0)</\(name)>\n" } ?? "/>\n"
  }

  private func paint(_ fill: Color?, _ stroke: Stroke?) -> [(String, String)] {
    var attributes = [("fill", fill?.hex ?? "none")]
    guard let stroke else { return attributes }
    attributes += [("stroke", stroke.color.hex), ("stroke-width", SVGText.number(stroke.width))]
    if !stroke.dash.isEmpty {
      attributes.append(("stroke-dasharray", stroke.dash.map(SVGText.number).joined(separator: " ")))
    }
    return attributes + [("stroke-linejoin", "round")]
  }

  private static func path(_ points: [PlotPoint], isClosed: Bool) -> String {
    var text = ""
    for (index, point) in points.enumerated() {
      text += index == 0 ? "M" : index == 1 ? "L" : " "
      text += "\(SVGText.number(point.x)) \(SVGText.number(point.y))"
    }
    return isClosed ? text + "Z" : text
  }
}
