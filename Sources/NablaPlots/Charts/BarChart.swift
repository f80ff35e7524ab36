/// Bars in groups: probabilities of classes beside a one-hot target.
public struct BarChart: Plot {
  public struct Series: Hashable, Sendable {
    public var name: String
    public var values: [Double]

    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  /// The names of the groups.
  public var categories: [String]
  public var series: [Series]

  public init(_ series: [Series], categories: [String], x: Axis = Axis(), y: Axis = Axis(), title: String = "") {
    self.series = series
    self.categories = categories
    self.x = x
    self.y = y
    self.title = title
  }

  public var preferredSize: (width: Double, height: Double) { (440, 280) }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let values = series.flatMap(\.values)
    let count = max(categories.count, series.map(\.values.count).max() ?? 0)
    let (least, greatest) = (min(values.min { $0 < $1 } ?? 0, 0), max(values.max { $0 < $1 } ?? 0, 0))
    let room = 0.08 * (greatest - least)
    var yAxis = y
    if yAxis.range == nil, !y.isLogarithmic, room.isFinite, room > 0 {
      yAxis.range = least - (least < 0 ? room : 0)...greatest + (greatest > 0 ? room : 0)
    }
    let xScale = Scale(Axis(range: -0.5...Double(max(count, 1)) - 0.5), [])
    let yScale = Scale(yAxis, values, margin: 0.1)
    let frame = Frame(
      in: area, x: xScale, y: yScale, x, y, legend: series.count > 1 ? series.indices.map(entry) : [],
      categories: categories)
    frame.drawGrid(on: &canvas, vertical: false)
    let slot = frame.area.width / Double(max(count, 1))
    let width = min(slot * 0.8 / Double(max(series.count, 1)), 40)
    let base = yScale.isLogarithmic ? frame.area.maxY : frame.y.position(0)
    for (index, series) in series.enumerated() {
      canvas.group("series") { canvas in
        for (category, value) in series.values.enumerated() where value.isFinite {
          let middle = frame.x.position(Double(category))
          let x = middle + width * (Double(index) - Double(self.series.count) / 2)
          let top = min(max(frame.y.position(value), frame.area.y), frame.area.maxY)
          let bar = (x: x + 0.5, top: min(top, base), height: abs(base - top))
          if bar.height > 0.2 {
            BarChart.bar(
              PlotRectangle(x: bar.x, y: bar.top, width: width - 1, height: bar.height), index, on: &canvas)
          }
          guard width > 21 else { continue }
          let above = value >= 0 ? bar.top - 4 : bar.top + bar.height + 11
          canvas.text(
            NumberText.short(value), at: PlotPoint(x + width / 2, above), .middle, size: 9, color: PlotStyle.faint)
        }
      }
    }
    frame.drawAxes(on: &canvas)
  }

  /// The first series is solid, the others are light with stripes of different slope and distance.
  private static func bar(_ area: PlotRectangle, _ index: Int, on canvas: inout Canvas) {
    let color = PlotStyle.color(index)
    guard index > 0 else { return canvas.rectangle(area, fill: color) }
    canvas.rectangle(area, fill: color.mixed(with: .white, 0.75), stroke: Stroke(color))
    let distance = 4.0 + Double((index - 1) / 2) * 3
    let reach = area.width + area.height
    let stripes = stride(from: distance, to: reach, by: distance).compactMap { offset -> [PlotPoint]? in
      let rises = index % 2 == 1
      let from = PlotPoint(rises ? area.x : area.maxX, area.maxY - offset + (rises ? 0 : 0))
      let to = PlotPoint(from.x + (rises ? reach : -reach), from.y + reach)
      return area.clip(from, to).map { [$0.0, $0.1] }
    }
    canvas.lines(stripes, Stroke(color, width: 0.8))
  }

  private func entry(_ index: Int) -> Legend.Entry {
    Legend.Entry(name: series[index].name) { canvas, at in
      BarChart.bar(PlotRectangle(x: at.x - 9, y: at.y - 5, width: 18, height: 10), index, on: &canvas)
    }
  }
}
