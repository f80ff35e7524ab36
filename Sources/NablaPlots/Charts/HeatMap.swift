/// Colours for the numbers of a matrix, with a scale beside it: a Jacobian, a confusion matrix, weights.
public struct HeatMap: Plot {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var rows: Int
  public var columns: Int
  /// Row by row, the first row at the top.
  public var values: [Double]
  /// What rows and columns are called, where they have names and no numbers: classes.
  public var names: [String] = []

  /// - Precondition: as many values as rows and columns say.
  public init(
    _ values: [Double], rows: Int, columns: Int, x: Axis = Axis(), y: Axis = Axis(), title: String = ""
  ) {
    precondition(values.count == rows * columns, "one value a cell")
    self.values = values
    self.rows = rows
    self.columns = columns
    self.x = x
    self.y = y
    self.title = title
  }

  public var preferredSize: (width: Double, height: Double) { (400, 340) }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let shade = Shading(values)
    let widest = names.map { SVGText.width($0, size: PlotStyle.textSize) }.max() ?? 0
    let left = names.isEmpty ? 44 : min(widest, area.width / 3) + 14 + (y.label.isEmpty ? 4 : 18)
    var inner = area.inset(left: left, top: 12, right: 78, bottom: x.label.isEmpty ? 28 : 42)
    let side = min(inner.width / Double(max(columns, 1)), inner.height / Double(max(rows, 1)))
    inner = PlotRectangle(x: inner.x, y: inner.y, width: side * Double(columns), height: side * Double(rows))
    canvas.group("cells") { canvas in
      shade.draw(values[...], rows: rows, columns: columns, in: inner, on: &canvas)
      canvas.rectangle(inner, fill: nil, stroke: Stroke(PlotStyle.axis))
      if side >= 24, values.count <= 100 {
        for (index, value) in values.enumerated() {
          let (row, column) = index.quotientAndRemainder(dividingBy: columns)
          let place = PlotPoint(inner.x + (Double(column) + 0.5) * side, inner.y + (Double(row) + 0.5) * side + 4)
          canvas.text(NumberText.short(value), at: place, .middle, size: side < 30 ? 9 : 10, color: shade.ink(value))
        }
      }
    }
    canvas.group("axes") { canvas in
      for (count, isRow) in [(columns, false), (rows, true)] where count > 0 {
        for index in stride(from: 0, to: count, by: max(1, (count + 9) / 10)) {
          let at = (Double(index) + 0.5) * side
          let name = names.indices.contains(index) ? names[index] : "\(index)"
          if isRow {
            canvas.text(name, at: PlotPoint(inner.x - 6, inner.y + at + 4), .end)
          } else {
            canvas.text(fits(name, side) ? name : "\(index)", at: PlotPoint(inner.x + at, inner.maxY + 15), .middle)
          }
        }
      }
      canvas.text(x.label, at: PlotPoint(inner.center.x, inner.maxY + 32), .middle)
      canvas.text(y.label, at: PlotPoint(inner.x - left + 14, inner.center.y), .middle, isTurned: true)
    }
    shade.drawScale(
      in: PlotRectangle(x: inner.maxX + 18, y: inner.y, width: 12, height: min(inner.height, 180)), on: &canvas)
  }

  /// Whether the name of a column has room below it.
  private func fits(_ name: String, _ side: Double) -> Bool {
    SVGText.width(name, size: PlotStyle.textSize) < side * Double(max(1, (columns + 9) / 10)) - 4
  }
}
