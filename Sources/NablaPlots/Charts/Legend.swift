/// What the signs of a chart mean, in rows above it.
struct Legend: Sendable {
  struct Entry: Sendable {
    let name: String
    /// Draws the sign around a place.
    let sample: @Sendable (inout Canvas, PlotPoint) -> Void
  }

  static let sampleWidth = 26.0
  private static let rowHeight = 17.0

  let entries: [Entry]

  private func rows(width: Double) -> [[(entry: Entry, x: Double)]] {
    var rows: [[(Entry, Double)]] = []
    var x = 0.0
    for entry in entries {
      let needed = Legend.sampleWidth + 6 + SVGText.width(entry.name, size: PlotStyle.textSize) + 16
      if rows.isEmpty || x + needed > width + 16 {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((entry, x))
      x += needed
    }
    return rows
  }

  func height(width: Double) -> Double { Double(rows(width: width).count) * Legend.rowHeight }

  func draw(at corner: PlotPoint, width: Double, on canvas: inout Canvas) {
    guard !entries.isEmpty else { return }
    canvas.group("legend") { canvas in
      for (row, entries) in rows(width: width).enumerated() {
        let y = corner.y + Double(row) * Legend.rowHeight + Legend.rowHeight / 2
        for (entry, x) in entries {
          entry.sample(&canvas, PlotPoint(corner.x + x + Legend.sampleWidth / 2, y))
          canvas.text(entry.name, at: PlotPoint(corner.x + x + Legend.sampleWidth + 6, y + 4))
        }
      }
    }
  }
}
