/// The numbers of a plot, for another program to draw.
public struct PlotTable: Hashable, Sendable {
  public enum Cell: Hashable, Sendable {
    case text(String)
    /// What is no number stays empty.
    case number(Double)
  }

  public var header: [String]
  public var rows: [[Cell]]

  public init(header: [String], rows: [[Cell]]) {
    self.header = header
    self.rows = rows
  }

  /// Fields between commas, as RFC 4180 has them; numbers in the shortest form that reads back equal.
  public var csv: String {
    let lines = [header.map(Cell.text)] + rows
    return lines.map { $0.map(PlotTable.field).joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .number(let value): value.isNaN ? "" : "\(value)"
    case .text(let text) where text.contains(where: { "\",\n\r\r\n".contains($0) }):
      "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    case .text(let text): text
    }
  }
}

extension LineChart {
  /// A column for x and one for each series where all have the same x; else a row for each point.
  public var table: PlotTable? {
    guard let first = series.first else { return PlotTable(header: [], rows: []) }
    let name = x.label.isEmpty ? "x" : x.label
    guard series.allSatisfy({ $0.points.map(\.x) == first.points.map(\.x) }) else {
      return PlotTable(
        header: ["series", name, y.label.isEmpty ? "y" : y.label],
        rows: series.flatMap { series in
          series.points.map { [.text(series.name), .number($0.x), .number($0.y)] }
        })
    }
    return PlotTable(
      header: [name] + series.map(\.name),
      rows: first.points.indices.map { index in
        [.number(first.points[index].x)] + series.map { .number($0.points[index].y) }
      })
  }
}

extension BarChart {
  /// A row for each group.
  public var table: PlotTable? {
    let count = max(categories.count, series.map(\.values.count).max() ?? 0)
    return PlotTable(
      header: [x.label.isEmpty ? "category" : x.label] + series.map(\.name),
      rows: (0..<count).map { index in
        [.text(categories.indices.contains(index) ? categories[index] : "\(index)")]
          + series.map { .number($0.values.indices.contains(index) ? $0.values[index] : .nan) }
      })
  }
}

extension ContourPlot {
  /// A row for each place of the grid; paths and points are not part of it.
  public var table: PlotTable? { grid.table(x, y) }
}

extension RegionPlot {
  /// A row for each place of the grid; points are not part of it.
  public var table: PlotTable? { grid.table(x, y) }
}

extension ValueGrid {
  fileprivate func table(_ xAxis: Axis, _ yAxis: Axis) -> PlotTable {
    PlotTable(
      header: [xAxis.label.isEmpty ? "x" : xAxis.label, yAxis.label.isEmpty ? "y" : yAxis.label, "value"],
      rows: values.enumerated().map { index, value in
        [.number(x[index % x.count]), .number(y[index / x.count]), .number(value)]
      })
  }
}

extension HeatMap {
  public var table: PlotTable? {
    PlotTable(
      header: ["row", "column", "value"],
      rows: values.enumerated().map { index, value in
        [.number(Double(index / columns)), .number(Double(index % columns)), .number(value)]
      })
  }
}
