/// A function of two variables by lines of equal value, with walks over it: the cost of two parameters and the ways of
/// optimizers to its bottom.
public struct ContourPlot: Plot {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var grid: ValueGrid
  /// Where lines are drawn; chosen from the values where it is `nil`.
  public var levels: [Double]?
  public var paths: [PlotPath]
  public var points: [PlotPoints]
  /// Whether one unit is as long on both axes: then a gradient stands at a right angle on a contour.
  public var hasEqualUnits = false

  public init(
    _ grid: ValueGrid, x: Axis = Axis(), y: Axis = Axis(), levels: [Double]? = nil, paths: [PlotPath] = [],
    points: [PlotPoints] = [], title: String = ""
  ) {
    self.grid = grid
    self.x = x
    self.y = y
    self.levels = levels
    self.paths = paths
    self.points = points
    self.title = title
  }

  public var preferredSize: (width: Double, height: Double) {
    (440, proportion.map { min(max(360 * $0, 90), 900) + 80 } ?? 380)
  }

  /// The height over the width of what is drawn, where units are equal and nothing would become a stripe.
  private var proportion: Double? {
    let (width, height) = (Scale(x, grid.x), Scale(y, grid.y))
    let proportion = (height.upper - height.lower) / (width.upper - width.lower)
    return hasEqualUnits && (0.1...10).contains(proportion) ? proportion : nil
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let frame = Frame(
      in: area, x: Scale(x, grid.x), y: Scale(y, grid.y), x, y, legend: Legend.entries(paths) + Legend.entries(points),
      proportion: proportion)
    let levels = levels?.sorted() ?? ContourLevels.choose(grid.values)
    canvas.group("depth") { canvas in
      canvas.rectangle(frame.area, fill: PlotStyle.depth(0))
      let closed = MarchingSquares(closing: grid)
      for (index, level) in levels.enumerated() {
        let polygons = closed.lines(at: level).map { Polyline.simplify($0.map(frame.place), tolerance: 0.15) }
        canvas.polygons(polygons, fill: PlotStyle.depth(Double(index + 1) / Double(levels.count)))
      }
    }
    var labels: [(text: String, place: PlotPoint)] = []
    var taken = paths.flatMap(\.points).map(frame.place).filter(\.isFinite).map {
      PlotRectangle(x: $0.x - 3, y: $0.y - 3, width: 6, height: 6)
    }
    canvas.group("contours") { canvas in
      let open = MarchingSquares(grid)
      for level in levels {
        let lines = open.lines(at: level).map { Polyline.simplify($0.map(frame.place), tolerance: 0.15) }
        canvas.lines(lines, Stroke(Color(0x5B7F9C), width: 0.7))
        let text = NumberText.short(level)
        if let place = ContourPlot.place(of: text, on: lines, in: frame.area, &taken) { labels.append((text, place)) }
      }
    }
    canvas.group("levels") { canvas in
      for (text, place) in labels {
        canvas.text(text, at: PlotPoint(place.x, place.y + 3), .middle, size: 9, color: Color(0x3F5F7A), halo: true)
      }
    }
    canvas.paths(paths, in: frame)
    canvas.points(points, in: frame)
    frame.drawAxes(on: &canvas, box: true)
  }

  /// A place for the label of a level: on its longest line, near its middle, away from other labels and from paths.
  private static func place(
    of text: String, on lines: [[PlotPoint]], in area: PlotRectangle, _ taken: inout [PlotRectangle]
  ) -> PlotPoint? {
    let width = SVGText.width(text, size: 9) + 6
    let inside = area.inset(left: width / 2, top: 8, right: width / 2, bottom: 8)
    func length(_ line: [PlotPoint]) -> Double {
      zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
    }
    let measured = lines.map { ($0, length($0)) }.sorted { $0.1 > $1.1 }
    for (line, length) in measured where length > 40 {
      // Even steps along the line, from its middle outwards.
      let middle = line.count / 2
      let order = line.indices.sorted { (abs($0 - middle), $0) < (abs($1 - middle), $1) }
      for index in order {
        let next = line[min(index + 1, line.count - 1)]
        let place = PlotPoint((line[index].x + next.x) / 2, (line[index].y + next.y) / 2)
        let box = PlotRectangle(x: place.x - width / 2, y: place.y - 6, width: width, height: 12)
        guard inside.contains(place), !taken.contains(where: box.intersects) else { continue }
        taken.append(box)
        return place
      }
    }
    return nil
  }
}
