/// The colours of numbers: white for 0, and one hue for each sign, the darker the further from 0. Where nothing is negative,
/// one hue has the whole scale.
struct Shading: Sendable {
  let limit: Double
  let hasNegatives: Bool

  init(_ values: [Double]) {
    let largest = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
    limit = largest > 0 ? largest : 1
    hasNegatives = values.contains { $0 < 0 }
  }

  /// The last of a table is for what is no number.
  var table: [Color] { hasNegatives ? Shading.diverging : Shading.growing }

  private static let diverging = (0..<255).map { PlotStyle.diverging(Double($0) / 254) } + [Color.black]
  private static let growing = (0..<255).map { PlotStyle.growing(Double($0) / 254) } + [Color(0xD55E00)]

  func index(_ value: Double) -> UInt8 {
    if value.isNaN { return 255 }
    let part = min(max(value / limit, -1), 1)
    return UInt8((hasNegatives ? 127 + 127 * part : 254 * part).rounded())
  }

  func color(_ value: Double) -> Color { table[Int(index(value))] }

  /// The colour of text on that of a value.
  func ink(_ value: Double) -> Color {
    abs(value) > (hasNegatives ? 0.75 : 0.45) * limit || value.isNaN ? .white : PlotStyle.text
  }

  /// Numbers as cells; very many of them as pixels.
  func draw(_ values: ArraySlice<Double>, rows: Int, columns: Int, in area: PlotRectangle, on canvas: inout Canvas) {
    if values.count > 10_000 {
      canvas.image(png(Array(values), width: columns, height: rows), in: area)
    } else {
      canvas.cells(values.map(index), rows: rows, columns: columns, table: table, in: area)
    }
  }

  private func png(_ values: [Double], width: Int, height: Int) -> [UInt8] {
    PNGImage(width: width, height: height, pixels: values.map(index), table: table).bytes
  }

  func drawScale(in area: PlotRectangle, on canvas: inout Canvas) {
    canvas.group("scale") { canvas in
      let lowest = hasNegatives ? -limit : 0
      let values = (0..<64).map { limit + (lowest - limit) * Double($0) / 63 }
      draw(values[...], rows: 64, columns: 1, in: area, on: &canvas)
      canvas.rectangle(area, fill: nil, stroke: Stroke(PlotStyle.axis, width: 0.8))
      for (value, y) in [
        (limit, area.y + 4), ((limit + lowest) / 2, area.center.y + 4), (lowest, area.maxY + 4),
      ] {
        canvas.text(NumberText.short(value), at: PlotPoint(area.maxX + 5, y), size: 10)
      }
    }
  }
}
