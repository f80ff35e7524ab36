/// Colours for the numbers of a matrix, with a scale beside it: a Jacobian, a confusion matrix, weights.
public struct HeatMap: Plot {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var rows: Int
  public var columns: Int
  /// Row by row, the first row at the top.
  public var values: [Double]

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
    var inner = area.inset(left: 44, top: 12, right: 78, bottom: x.label.isEmpty ? 28 : 42)
    let side = min(inner.width / Double(max(columns, 1)), inner.height / Double(max(rows, 1)))
    inner = PlotRectangle(x: inner.x, y: inner.y, width: side * Double(columns), height: side * Double(rows))
    canvas.group("cells") { canvas in
      shade.draw(values[...], rows: rows, columns: columns, in: inner, on: &canvas)
      canvas.rectangle(inner, fill: nil, stroke: Stroke(PlotStyle.axis))
      if side >= 30, values.count <= 100 {
        for (index, value) in values.enumerated() {
          let (row, column) = index.quotientAndRemainder(dividingBy: columns)
          let place = PlotPoint(inner.x + (Double(column) + 0.5) * side, inner.y + (Double(row) + 0.5) * side + 4)
          canvas.text(NumberText.short(value), at: place, .middle, size: 10, color: shade.ink(value))
        }
      }
    }
    canvas.group("axes") { canvas in
      for (count, isRow) in [(columns, false), (rows, true)] where count > 0 {
        for index in stride(from: 0, to: count, by: max(1, (count + 9) / 10)) {
          let at = (Double(index) + 0.5) * side
          if isRow {
            canvas.text("\(index)", at: PlotPoint(inner.x - 6, inner.y + at + 4), .end)
          } else {
            canvas.text("\(index)", at: PlotPoint(inner.x + at, inner.maxY + 15), .middle)
          }
        }
      }
      canvas.text(x.label, at: PlotPoint(inner.center.x, inner.maxY + 32), .middle)
      canvas.text(y.label, at: PlotPoint(inner.x - 30, inner.center.y), .middle, isTurned: true)
    }
    shade.drawScale(
      in: PlotRectangle(x: inner.maxX + 18, y: inner.y, width: 12, height: min(inner.height, 180)), on: &canvas)
  }
}

/// The colours of numbers: white for 0, one hue for each sign; black for what is no number.
struct Shading: Sendable {
  let limit: Double

  init(_ values: [Double]) {
    let largest = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
    limit = largest > 0 ? largest : 1
  }

  /// The last of the table is for what is no number.
  static let table = (0..<255).map { PlotStyle.diverging(Double($0) / 254) } + [Color.black]

  func index(_ value: Double) -> UInt8 {
    if value.isNaN { return 255 }
    return UInt8((127 + 127 * min(max(value / limit, -1), 1)).rounded())
  }

  func color(_ value: Double) -> Color { Shading.table[Int(index(value))] }

  /// The colour of text on that of a value.
  func ink(_ value: Double) -> Color { abs(value) > 0.75 * limit || value.isNaN ? .white : PlotStyle.text }

  /// Numbers as cells; very many of them as pixels.
  func draw(_ values: ArraySlice<Double>, rows: Int, columns: Int, in area: PlotRectangle, on canvas: inout Canvas) {
    if values.count > 10_000 {
      canvas.image(png(Array(values), width: columns, height: rows), in: area)
    } else {
      canvas.cells(values.map(index), rows: rows, columns: columns, table: Shading.table, in: area)
    }
  }

  func png(_ values: [Double], width: Int, height: Int) -> [UInt8] {
    PNGImage(width: width, height: height, pixels: values.map(index), table: Shading.table).bytes
  }

  func drawScale(in area: PlotRectangle, on canvas: inout Canvas) {
    canvas.group("scale") { canvas in
      let values = (0..<64).map { limit * (1 - 2 * Double($0) / 63) }
      canvas.image(png(values, width: 1, height: 64), in: area)
      canvas.rectangle(area, fill: nil, stroke: Stroke(PlotStyle.axis, width: 0.8))
      for (value, y) in [(limit, area.y + 4), (0, area.center.y + 4), (-limit, area.maxY + 4)] {
        canvas.text(NumberText.short(value), at: PlotPoint(area.maxX + 5, y), size: 10)
      }
    }
  }
}
