/// A small network as circles for units and lines for weights, layer by layer from left to right.
public struct UnitDiagram: Plot {
  public var title: String
  /// How many units each layer has, the input first.
  public var counts: [Int]
  /// What a layer is called; the usual names where it is empty.
  public var names: [String]

  public init(_ counts: [Int], names: [String] = [], title: String = "") {
    self.counts = counts
    self.names = names
    self.title = title
  }

  /// Of a larger layer only the first and the last units are drawn.
  private static let most = 7
  private static let radius = 15.0

  /// The positions of the units that are drawn; `nil` stands for those that are not.
  static func drawn(_ count: Int) -> [Int?] {
    guard count > most else { return Array(0..<max(count, 0)) }
    return (0..<most - 2).map { $0 } + [nil, count - 1]
  }

  public var preferredSize: (width: Double, height: Double) {
    let rows = counts.map { UnitDiagram.drawn($0).count }.max() ?? 1
    return (Double(counts.count) * 125 + 30, Double(rows) * 46 + 74 + (title.isEmpty ? 0 : 22))
  }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let inner = area.inset(left: 15, top: 12, right: 15, bottom: 46)
    let columns = counts.map(UnitDiagram.drawn)
    let rows = Double(columns.map(\.count).max() ?? 1)
    let distance = (x: inner.width / Double(max(columns.count, 1)), y: min(inner.height / rows, 60))
    func place(_ layer: Int, _ row: Int) -> PlotPoint {
      let middle = Double(columns[layer].count - 1) / 2
      return PlotPoint(
        inner.x + (Double(layer) + 0.5) * distance.x, inner.center.y + (Double(row) - middle) * distance.y)
    }
    canvas.group("weights") { canvas in
      for layer in columns.indices.dropLast() {
        var lines: [[PlotPoint]] = []
        for (from, unit) in columns[layer].enumerated() where unit != nil {
          for (to, other) in columns[layer + 1].enumerated() where other != nil {
            lines.append([place(layer, from), place(layer + 1, to)])
          }
        }
        canvas.lines(lines, Stroke(Color(0xB5B5B5), width: 0.8))
      }
    }
    for (layer, units) in columns.enumerated() {
      canvas.group("units") { canvas in
        for (row, unit) in units.enumerated() {
          let center = place(layer, row)
          guard let unit else {
            for step in -1...1 {
              canvas.circle(PlotPoint(center.x, center.y + Double(step) * 7), radius: 1.6, fill: PlotStyle.faint)
            }
            continue
          }
          let color =
            layer == 0 ? PlotStyle.color(0) : layer == columns.count - 1 ? PlotStyle.color(2) : Color(0x999999)
          canvas.circle(
            center, radius: UnitDiagram.radius, fill: color.mixed(with: .white, 0.82), stroke: Stroke(color, width: 1.3)
          )
          canvas.text(label(unit, layer), at: PlotPoint(center.x, center.y + 4), .middle, isItalic: true)
        }
      }
      canvas.group("names") { canvas in
        let x = inner.x + (Double(layer) + 0.5) * distance.x
        canvas.text(name(layer), at: PlotPoint(x, inner.maxY + 18), .middle)
        let count = counts[layer] == 1 ? "1 unit" : "\(counts[layer]) units"
        canvas.text(count, at: PlotPoint(x, inner.maxY + 33), .middle, size: 10, color: PlotStyle.faint)
      }
    }
  }

  private func label(_ unit: Int, _ layer: Int) -> String {
    let isLast = layer == counts.count - 1
    let letter = layer == 0 ? "x" : isLast ? "ŷ" : "a"
    return isLast && counts[layer] == 1 ? letter : letter + UnitDiagram.subscripted(unit + 1)
  }

  private func name(_ layer: Int) -> String {
    if names.indices.contains(layer) { return names[layer] }
    return layer == 0 ? "input layer" : layer == counts.count - 1 ? "output layer" : "hidden layer"
  }

  private static func subscripted(_ number: Int) -> String {
    let digits = Array("₀₁₂₃₄₅₆₇₈₉")
    return String(String(number).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}
