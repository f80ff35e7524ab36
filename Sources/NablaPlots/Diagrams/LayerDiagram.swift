/// A network as layers, with the shapes of what flows between them. The input is at the bottom and the result at the top,
/// as the words bottom layer and top layer have it; branches stand side by side, and what passes by a layer has an arrow
/// beside it.
public struct LayerDiagram: Plot {
  public struct Layer: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// What comes in.
      case input
      case layer
      /// Nothing but an operation on what several layers give, such as a sum: a circle.
      case join
    }

    public var name: String
    /// The shape of its result.
    public var shape: String
    /// What else there is to say, such as the number of its parameters.
    public var detail: String
    public var hasParameters: Bool
    public var kind: Kind
    /// The layers that its arrows come from, by position; they stand before it.
    public var operands: [Int]

    public init(
      _ name: String, shape: String, detail: String = "", hasParameters: Bool = false, kind: Kind = .layer,
      operands: [Int] = []
    ) {
      self.name = name
      self.shape = shape
      self.detail = detail
      self.hasParameters = hasParameters
      self.kind = kind
      self.operands = operands
    }
  }

  public var title: String
  public var layers: [Layer]
  /// The layers whose results are those of the network, and the shapes that these have in the end.
  public var results: [(layer: Int, shape: String)]

  /// - Precondition: operands stand before their users.
  public init(_ layers: [Layer], results: [(layer: Int, shape: String)], title: String = "") {
    for (index, layer) in layers.enumerated() {
      precondition(layer.operands.allSatisfy { 0..<index ~= $0 }, "operands before their users")
    }
    precondition(results.allSatisfy { layers.indices.contains($0.layer) }, "results of layers")
    self.layers = layers
    self.results = results
    self.title = title
  }

  /// Layers that follow each other.
  public init(input: Layer, _ layers: [Layer], title: String = "") {
    var input = input
    input.kind = .input
    let chain = [input] + layers
    let linked = chain.enumerated().map { index, layer in
      var layer = layer
      layer.operands = index == 0 ? [] : [index - 1]
      return layer
    }
    self.init(linked, results: [(chain.count - 1, chain[chain.count - 1].shape)], title: title)
  }

  private static let least = (width: 132.0, height: 34.0)
  private static let radius = 13.0
  /// Between rows, where arrows are straight and where they bend: a shape has to stand beside them.
  private static let gaps = (straight: 34.0, bent: 52.0)
  private static let margin = (x: 54.0, top: 44.0, bottom: 16.0)

  private func size(_ layer: Layer) -> (width: Double, height: Double) {
    if layer.kind == .join, layer.name.count == 1 { return (2 * LayerDiagram.radius, 2 * LayerDiagram.radius) }
    let width = max(SVGText.width(layer.name, size: 12), SVGText.width(layer.detail, size: 10)) + 24
    return (max(width, LayerDiagram.least.width), layer.detail.isEmpty ? LayerDiagram.least.height : 42)
  }

  /// The widths that boxes need, and circles with the shapes beside them.
  private var widths: [Double] {
    layers.map { layer in
      max(size(layer).width, 2 * (SVGText.width(layer.shape, size: PlotStyle.textSize) + 12))
    }
  }

  private var layout: LayerLayout { LayerLayout(operands: layers.map(\.operands), widths: widths) }

  /// The height of each row, and of the room above it.
  private func heights(_ layout: LayerLayout) -> (rows: [Double], gaps: [Double]) {
    var heights = Array(repeating: 0.0, count: layout.rowCount)
    var gaps = Array(repeating: LayerDiagram.gaps.straight, count: max(layout.rowCount - 1, 0))
    for (index, layer) in layers.enumerated() {
      heights[layout.rows[index]] = max(heights[layout.rows[index]], size(layer).height)
      for (number, operand) in layer.operands.enumerated() {
        let way = [layout.centers[operand]] + layout.lanes[index][number] + [layout.centers[index]]
        for (step, (from, to)) in zip(way, way.dropFirst()).enumerated() where abs(from - to) > 8 {
          gaps[layout.rows[operand] + step] = LayerDiagram.gaps.bent
        }
      }
    }
    return (heights, gaps)
  }

  public var preferredSize: (width: Double, height: Double) {
    let layout = layout
    let heights = heights(layout)
    return (
      max(layout.extent.upperBound - layout.extent.lowerBound + 2 * LayerDiagram.margin.x, 240),
      heights.rows.reduce(0, +) + heights.gaps.reduce(0, +) + LayerDiagram.margin.top + LayerDiagram.margin.bottom
        + (title.isEmpty ? 0 : 22)
    )
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    guard !layers.isEmpty else { return }
    let layout = layout
    let page = LayerPage(layout, heights: heights(layout), in: area, margin: LayerDiagram.margin)
    let boxes = layers.indices.map { index -> PlotRectangle in
      let (size, center) = (size(layers[index]), page.center(of: index))
      return PlotRectangle(
        x: center.x - size.width / 2, y: center.y - size.height / 2, width: size.width, height: size.height)
    }
    canvas.group("arrows") { canvas in
      for index in layers.indices { arrows(to: index, boxes, page, on: &canvas) }
      for result in results {
        let box = boxes[result.layer]
        canvas.arrow(
          from: PlotPoint(box.center.x, box.y), to: PlotPoint(box.center.x, min(area.y + 14, box.y - 14)),
          Stroke(PlotStyle.axis))
      }
    }
    for (layer, box) in zip(layers, boxes) { draw(layer, box, on: &canvas) }
    canvas.group("shapes") { canvas in
      for (index, layer) in layers.enumerated() where !results.contains(where: { $0.layer == index }) {
        shape(layer.shape, above: boxes[index], on: &canvas)
      }
      for result in results { shape(result.shape, above: boxes[result.layer], on: &canvas) }
    }
    ends(boxes, page, on: &canvas)
  }

  private func draw(_ layer: Layer, _ box: PlotRectangle, on canvas: inout Canvas) {
    canvas.group("\(layer.kind)") { canvas in
      if layer.kind == .join, layer.name.count == 1 {
        canvas.circle(box.center, radius: LayerDiagram.radius, fill: .white, stroke: Stroke(PlotStyle.axis))
        return canvas.text(layer.name, at: PlotPoint(box.center.x, box.center.y + 5), .middle, size: 14)
      }
      let fill = layer.kind == .input ? Color(0xE3F0FA) : layer.hasParameters ? Color(0xFBE9DC) : .white
      canvas.rectangle(
        box, fill: fill, stroke: Stroke(PlotStyle.axis, width: layer.hasParameters ? 1.4 : 1), radius: 5)
      let middle = box.center.y + (layer.detail.isEmpty ? 4 : -3)
      canvas.text(layer.name, at: PlotPoint(box.center.x, middle), .middle, size: 12)
      if !layer.detail.isEmpty {
        canvas.text(
          layer.detail, at: PlotPoint(box.center.x, box.maxY - 8), .middle, size: 10, color: PlotStyle.faint)
      }
    }
  }

  private func shape(_ text: String, above box: PlotRectangle, on canvas: inout Canvas) {
    canvas.text(text, at: PlotPoint(box.center.x + 7, box.y - 9), color: PlotStyle.faint, halo: true)
  }

  /// The arrows of a layer's operands. They reach it side by side, in the order in which they come.
  private func arrows(to index: Int, _ boxes: [PlotRectangle], _ page: LayerPage, on canvas: inout Canvas) {
    let (operands, box) = (layers[index].operands, boxes[index])
    func start(_ number: Int) -> Double {
      page.lanes(index, number).last?.x ?? boxes[operands[number]].center.x
    }
    let order = operands.indices.sorted { (start($0), $0) < (start($1), $1) }
    let isCircle = layers[index].kind == .join && layers[index].name.count == 1
    for (place, number) in order.enumerated() {
      let share = Double(place) - Double(order.count - 1) / 2
      let across = share * (isCircle ? 9 : min(26, box.width / Double(order.count + 1)))
      // A circle is met at its rim.
      let down = isCircle ? (LayerDiagram.radius * LayerDiagram.radius - across * across).squareRoot() : box.height / 2
      let end = PlotPoint(box.center.x + across, box.center.y + (down.isFinite ? down : 0))
      let from = boxes[operands[number]]
      // A stem, beside which the shape stands.
      var way = [PlotPoint(from.center.x, from.y), PlotPoint(from.center.x, from.y - 20)]
      if operands.count == 1, abs(from.center.x - end.x) < 1 { way.removeLast() }
      for (lane, row) in zip(page.lanes(index, number), page.rows(between: operands[number], and: index)) {
        way += [PlotPoint(lane.x, row.upperBound), PlotPoint(lane.x, row.lowerBound)]
      }
      canvas.flow(way + [end], Stroke(PlotStyle.axis))
    }
  }

  /// What people call the ends of a network.
  private func ends(_ boxes: [PlotRectangle], _ page: LayerPage, on canvas: inout Canvas) {
    let own = layers.indices.filter { layers[$0].kind == .layer }
    guard let bottom = own.min(by: { page.row($0) < page.row($1) }),
      let top = own.max(by: { page.row($0) < page.row($1) }),
      page.row(bottom) < page.row(top)
    else { return }
    canvas.group("ends") { canvas in
      for (name, layer) in [("bottom", bottom), ("top", top)] {
        let left = layers.indices.filter { page.row($0) == page.row(layer) }.map { boxes[$0].x }.min() ?? 0
        canvas.text(
          name, at: PlotPoint(left - 8, boxes[layer].center.y + 4), .end, color: PlotStyle.faint, isItalic: true,
          halo: true)
      }
    }
  }
}

/// A layout on a part of a page, whose rows have the room that there is.
private struct LayerPage {
  private let layout: LayerLayout
  private let middles: [Double]
  private let heights: [Double]
  private let shift: Double
  private let scale: Double

  init(
    _ layout: LayerLayout, heights: (rows: [Double], gaps: [Double]), in area: PlotRectangle,
    margin: (x: Double, top: Double, bottom: Double)
  ) {
    self.layout = layout
    self.heights = heights.rows
    let free = area.height - margin.top - margin.bottom - heights.rows.reduce(0, +)
    let stretch = max(free, 0) / max(heights.gaps.reduce(0, +), 1)
    var y = area.maxY - margin.bottom
    var middles: [Double] = []
    for (height, gap) in zip(heights.rows, heights.gaps + [0]) {
      middles.append(y - height / 2)
      y -= height + gap * stretch
    }
    self.middles = middles
    let width = layout.extent.upperBound - layout.extent.lowerBound
    scale = min(1, max(area.width - 2 * margin.x, 1) / max(width, 1))
    shift = area.center.x - scale * (layout.extent.upperBound + layout.extent.lowerBound) / 2
  }

  func row(_ layer: Int) -> Int { layout.rows[layer] }

  func center(of layer: Int) -> PlotPoint {
    PlotPoint(shift + scale * layout.centers[layer], middles[layout.rows[layer]])
  }

  /// The lanes of an arrow in the rows that it passes.
  func lanes(_ layer: Int, _ operand: Int) -> [PlotPoint] {
    layout.lanes[layer][operand].map { PlotPoint(shift + scale * $0, 0) }
  }

  /// From top to bottom, the rows that an arrow passes.
  func rows(between lower: Int, and upper: Int) -> [ClosedRange<Double>] {
    (row(lower) + 1..<max(row(upper), row(lower) + 1)).map {
      middles[$0] - heights[$0] / 2...middles[$0] + heights[$0] / 2
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

  /// An arrow upwards through places, which leaves and reaches each of them straight upwards.
  mutating func flow(_ places: [PlotPoint], _ stroke: Stroke) {
    guard let last = places.last else { return }
    let tip = PlotPoint(last.x, last.y + 7)
    var line: [PlotPoint] = []
    for (from, to) in zip(places, places.dropFirst().dropLast() + [tip]) {
      let steps = abs(from.x - to.x) < 0.5 ? 1 : 12
      for step in 0...steps {
        let part = Double(step) / Double(steps)
        let across = part * part * (3 - 2 * part)
        line.append(PlotPoint(from.x + (to.x - from.x) * across, from.y + (to.y - from.y) * part))
      }
    }
    self.line(line, stroke)
    arrow(from: tip, to: last, stroke)
  }
}
