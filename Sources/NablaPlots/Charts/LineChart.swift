/// Lines over one axis: functions, losses by epoch, a sweep of learning rates.
public struct LineChart: Plot {
  public struct Series: Hashable, Sendable {
    public var name: String
    public var points: [PlotPoint]
    /// Whether the points themselves are shown, and not only the line through them.
    public var hasMarkers: Bool
    /// Series of one group share a colour and differ by the pattern of the line: a function and its derivative.
    public var group: Int?

    public init(_ name: String, _ points: [PlotPoint], hasMarkers: Bool = false, group: Int? = nil) {
      self.name = name
      self.points = points
      self.hasMarkers = hasMarkers
      self.group = group
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  /// The labels of x at 0, 1, 2 …, where it has names and no numbers.
  public var categories: [String]?

  public init(_ series: [Series], x: Axis = Axis(), y: Axis = Axis(), categories: [String]? = nil, title: String = "") {
    self.series = series
    self.x = x
    self.y = y
    self.categories = categories
    self.title = title
  }

  /// Half the usual size, for a page of several.
  public var isSmall = false

  public var preferredSize: (width: Double, height: Double) { isSmall ? (270, 210) : (440, 300) }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let xScale = Scale(x, series.lazy.flatMap(\.points).map(\.x), margin: categories == nil ? 0 : 0.04)
    let yScale = Scale(y, visible(xScale), margin: 0.04)
    let legend = series.count > 1 ? series.indices.map(entry) : []
    let frame = Frame(in: area, x: xScale, y: yScale, x, y, legend: legend, categories: categories)
    frame.drawGrid(on: &canvas)
    for (index, series) in series.enumerated() {
      let style = self.style(index)
      canvas.group("series") { canvas in
        let points = series.points.map(frame.place)
        let lines = Polyline.clip(Polyline.thin(points), to: frame.area)
        canvas.lines(lines.map { Polyline.simplify($0) }, style)
        guard series.hasMarkers else { return }
        for point in points where point.isFinite && frame.area.contains(point) {
          canvas.marker(.number(index), at: point, radius: 3.4, style.color)
        }
      }
    }
    frame.drawAxes(on: &canvas)
  }

  /// The values of y that decide what the axis spans. A pole would leave nothing to see of the rest: values far beyond
  /// those of nine points in ten do not count.
  private func visible(_ x: Scale) -> [Double] {
    let values = series.flatMap(\.points).filter { x.contains($0.x) && $0.y.isFinite }.map(\.y).sorted()
    guard !y.isLogarithmic, values.count > 40, let least = values.first, let greatest = values.last else {
      return values
    }
    let (low, high) = (values[values.count / 20], values[values.count - 1 - values.count / 20])
    let spread = high - low
    guard spread > 0, greatest - least > 12 * spread else { return values }
    return values.filter { $0 >= low - spread / 4 && $0 <= high + spread / 4 }
  }

  private func style(_ index: Int) -> Stroke {
    guard let group = series[index].group else {
      return Stroke(PlotStyle.color(index), width: 1.8, dash: PlotStyle.dash(index))
    }
    let before = series[..<index].count { $0.group == group }
    return Stroke(PlotStyle.color(group), width: before == 0 ? 1.8 : 1.5, dash: PlotStyle.dash(before))
  }

  private func entry(_ index: Int) -> Legend.Entry {
    let (stroke, series) = (style(index), series[index])
    return Legend.Entry(name: series.name) { canvas, at in
      let half = Legend.sampleWidth / 2
      canvas.line([PlotPoint(at.x - half, at.y), PlotPoint(at.x + half, at.y)], stroke)
      if series.hasMarkers { canvas.marker(.number(index), at: at, radius: 3.4, stroke.color) }
    }
  }
}
