/// Matrices of one size as pictures side by side: what the units of a first layer look for, or examples of a data set.
public struct ImageGrid: Plot {
  public var title: String
  public var rows: Int
  public var columns: Int
  /// One picture after the other, each row by row.
  public var values: [Double]
  /// A line below each; as many as there are pictures, or none.
  public var captions: [String]

  /// - Parameters:
  ///   - rows: of one picture.
  ///   - columns: of one picture.
  /// - Precondition: whole pictures.
  public init(_ values: [Double], rows: Int, columns: Int, captions: [String] = [], title: String = "") {
    precondition(rows > 0 && columns > 0 && values.count % (rows * columns) == 0, "whole pictures")
    self.values = values
    self.rows = rows
    self.columns = columns
    self.captions = captions
    self.title = title
  }

  public var count: Int { values.count / (rows * columns) }

  private static let cell = 62.0
  private var across: Int { max(1, min(8, count)) }
  private var down: Int { (count + across - 1) / across }
  private var height: Double { ImageGrid.cell * Double(rows) / Double(columns) + (captions.isEmpty ? 0 : 14) }

  public var preferredSize: (width: Double, height: Double) {
    (Double(across) * (ImageGrid.cell + 8) + 84, max(Double(down) * (height + 8) + 24, 110) + (title.isEmpty ? 0 : 22))
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    // One scale for all: pictures can be compared.
    let shade = Shading(values)
    let width = (area.width - 84) / Double(across) - 8
    let scale = width / ImageGrid.cell
    for index in 0..<count {
      let (row, column) = index.quotientAndRemainder(dividingBy: across)
      let tile = PlotRectangle(
        x: area.x + 12 + Double(column) * (width + 8), y: area.y + 12 + Double(row) * (height * scale + 8),
        width: width,
        height: width * Double(rows) / Double(columns))
      canvas.group("picture") { canvas in
        let part = values[index * rows * columns..<(index + 1) * rows * columns]
        shade.draw(part, rows: rows, columns: columns, in: tile, on: &canvas)
        canvas.rectangle(tile, fill: nil, stroke: Stroke(PlotStyle.axis, width: 0.6))
        if captions.indices.contains(index) {
          canvas.text(captions[index], at: PlotPoint(tile.center.x, tile.maxY + 11), .middle, size: 9)
        }
      }
    }
    shade.drawScale(in: PlotRectangle(x: area.maxX - 64, y: area.y + 14, width: 12, height: 80), on: &canvas)
  }
}
