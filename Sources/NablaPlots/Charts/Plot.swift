/// A picture that can be drawn into a part of a page.
///
/// The same plot gives the same text on every machine: coordinates are rounded to a hundredth of a pixel, and nothing
/// depends on installed fonts.
public protocol Plot: Sendable {
  var title: String { get }
  /// What it looks best in, the title included.
  var preferredSize: (width: Double, height: Double) { get }
  /// The numbers that are drawn; `nil` where a table would not say what the picture does.
  var table: PlotTable? { get }
  /// Draws everything but the title.
  func draw(in area: PlotRectangle, on canvas: inout Canvas)
}

extension Plot {
  public var table: PlotTable? { nil }

  /// The picture as an SVG document.
  public var svg: String { svg(width: preferredSize.width, height: preferredSize.height) }

  public func svg(width: Double, height: Double) -> String {
    var canvas = Canvas()
    drawWithTitle(in: PlotRectangle(x: 0, y: 0, width: width, height: height), on: &canvas)
    return canvas.document(width: width, height: height, title: title)
  }

  func drawWithTitle(in area: PlotRectangle, on canvas: inout Canvas) {
    guard !title.isEmpty else { return draw(in: area, on: &canvas) }
    canvas.text(title, at: PlotPoint(area.center.x, area.y + 20), .middle, size: PlotStyle.titleSize)
    draw(in: area.inset(top: 22), on: &canvas)
  }
}

/// Several plots on one page, row by row.
public struct PlotGrid: Plot {
  public var title: String
  public var plots: [any Plot]
  public var columns: Int

  public init(_ plots: [any Plot], columns: Int = 2, title: String = "") {
    self.plots = plots
    self.columns = max(1, min(columns, plots.count))
    self.title = title
  }

  private var cell: (width: Double, height: Double) {
    let sizes = plots.map(\.preferredSize)
    return (sizes.map(\.width).max() ?? 1, sizes.map(\.height).max() ?? 1)
  }

  public var preferredSize: (width: Double, height: Double) {
    let rows = (plots.count + columns - 1) / columns
    return (cell.width * Double(columns), cell.height * Double(rows) + (title.isEmpty ? 0 : 22))
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let rows = (plots.count + columns - 1) / columns
    let (width, height) = (area.width / Double(columns), area.height / Double(max(rows, 1)))
    for (index, plot) in plots.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      plot.drawWithTitle(
        in: PlotRectangle(
          x: area.x + Double(column) * width, y: area.y + Double(row) * height, width: width, height: height),
        on: &canvas)
    }
  }
}
