/// The axes of a chart: places the area of the data, draws grid, ticks, labels and legend around it.
struct Frame: Sendable {
  let x: Scale
  let y: Scale
  /// Where the data are drawn.
  let area: PlotRectangle

  private let xAxis: Axis
  private let yAxis: Axis
  private let xTicks: [Tick]
  private let yTicks: [Tick]
  private let legend: Legend
  private let legendTop: Double

  /// - Parameters:
  ///   - outer: what there is for everything.
  ///   - categories: the labels of x, at 0, 1, 2 …, instead of ticks.
  ///   - proportion: the height of the area of the data over its width, where that is given.
  init(
    in outer: PlotRectangle, x: Scale, y: Scale, _ xAxis: Axis, _ yAxis: Axis, legend: [Legend.Entry] = [],
    categories: [String]? = nil, proportion: Double? = nil
  ) {
    (self.xAxis, self.yAxis) = (xAxis, yAxis)
    let yTicks = y.ticks(max(3, Int(outer.height / 45)))
    self.yTicks = yTicks
    let widest = yTicks.map { SVGText.width($0.label, size: PlotStyle.textSize) }.max() ?? 0
    let left = widest + 14 + (yAxis.label.isEmpty ? 4 : 18)
    let isNamed = !xAxis.label.isEmpty
    var inner = outer.inset(left: left, top: 12, right: 16, bottom: isNamed ? 42 : 26)
    self.legend = Legend(entries: legend)
    legendTop = outer.y + 8
    let height = self.legend.height(width: inner.width)
    inner = inner.inset(top: legend.isEmpty ? 0 : height + 4)
    if let proportion, proportion > 0 {
      let width = min(inner.width, inner.height / proportion)
      inner = PlotRectangle(
        x: inner.x + (inner.width - width) / 2, y: inner.y, width: width, height: width * proportion)
    }
    area = inner
    var (x, y) = (x, y)
    (x.start, x.end) = (inner.x, inner.maxX)
    (y.start, y.end) = (inner.maxY, inner.y)
    (self.x, self.y) = (x, y)
    if let categories {
      xTicks = categories.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
    } else {
      xTicks = x.ticks(max(3, Int(inner.width / 70)))
    }
  }

  func place(_ point: PlotPoint) -> PlotPoint { PlotPoint(x.position(point.x), y.position(point.y)) }

  /// What is behind the data.
  func drawGrid(on canvas: inout Canvas, vertical: Bool = true) {
    canvas.group("grid") { canvas in
      let labelled = (x: vertical ? xTicks.filter { !$0.label.isEmpty } : [], y: yTicks.filter { !$0.label.isEmpty })
      canvas.lines(
        labelled.x.map { tick in
          let at = x.position(tick.value)
          return [PlotPoint(at, area.y), PlotPoint(at, area.maxY)]
        }
          + labelled.y.map { tick in
            let at = y.position(tick.value)
            return [PlotPoint(area.x, at), PlotPoint(area.maxX, at)]
          }, Stroke(PlotStyle.grid, width: 0.8))
    }
    // The axes through the origin, where it is inside.
    canvas.group("origin") { canvas in
      if !x.isLogarithmic, vertical, x.lower < 0, x.upper > 0 {
        canvas.line([PlotPoint(x.position(0), area.y), PlotPoint(x.position(0), area.maxY)], Stroke(Color(0xBBBBBB)))
      }
      if !y.isLogarithmic, y.lower < 0, y.upper > 0 {
        canvas.line([PlotPoint(area.x, y.position(0)), PlotPoint(area.maxX, y.position(0))], Stroke(Color(0xBBBBBB)))
      }
    }
  }

  /// What is before them.
  func drawAxes(on canvas: inout Canvas, box: Bool = false) {
    let stroke = Stroke(PlotStyle.axis, width: 1)
    canvas.group("axes") { canvas in
      if box {
        canvas.rectangle(area, fill: nil, stroke: stroke)
      } else {
        canvas.line(
          [PlotPoint(area.x, area.y), PlotPoint(area.x, area.maxY), PlotPoint(area.maxX, area.maxY)], stroke)
      }
    }
    canvas.group("x-axis") { canvas in
      var lastEnd = -Double.infinity
      for tick in xTicks {
        let at = x.position(tick.value)
        let length = tick.label.isEmpty ? 2.5 : 4.0
        canvas.line([PlotPoint(at, area.maxY), PlotPoint(at, area.maxY + length)], stroke)
        let half = SVGText.width(tick.label, size: PlotStyle.textSize) / 2
        guard !tick.label.isEmpty, at - half > lastEnd + 3 else { continue }
        canvas.text(tick.label, at: PlotPoint(at, area.maxY + 16), .middle)
        lastEnd = at + half
      }
      canvas.text(xAxis.label, at: PlotPoint(area.center.x, area.maxY + 33), .middle)
    }
    canvas.group("y-axis") { canvas in
      var widest = 0.0
      for tick in yTicks {
        let at = y.position(tick.value)
        let length = tick.label.isEmpty ? 2.5 : 4.0
        canvas.line([PlotPoint(area.x - length, at), PlotPoint(area.x, at)], stroke)
        if tick.label.isEmpty { continue }
        canvas.text(tick.label, at: PlotPoint(area.x - 7, at + 4), .end)
        widest = max(widest, SVGText.width(tick.label, size: PlotStyle.textSize))
      }
      if !yAxis.label.isEmpty {
        canvas.text(yAxis.label, at: PlotPoint(area.x - widest - 16, area.center.y), .middle, isTurned: true)
      }
    }
    legend.draw(at: PlotPoint(area.x, legendTop), width: area.width, on: &canvas)
  }
}
