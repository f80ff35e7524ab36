/// The sign of a point, so that series and classes differ by shape and not by colour alone.
public enum Marker: Int, CaseIterable, Hashable, Sendable {
  case circle, square, triangle, diamond, cross, plus

  static func number(_ index: Int) -> Marker { allCases[index % allCases.count] }
}

extension Canvas {
  mutating func marker(_ marker: Marker, at center: PlotPoint, radius: Double, _ color: Color, isFilled: Bool = true) {
    let fill = isFilled ? color : Color.white
    let stroke = Stroke(isFilled ? .white : color, width: isFilled ? 0.6 : 1.3)
    func at(_ dx: Double, _ dy: Double) -> PlotPoint { PlotPoint(center.x + dx * radius, center.y + dy * radius) }
    switch marker {
    case .circle: circle(center, radius: radius, fill: fill, stroke: stroke)
    case .square:
      polygons([[at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)]], fill: fill, stroke: stroke)
    case .triangle: polygons([[at(0, -1.2), at(1.1, 0.8), at(-1.1, 0.8)]], fill: fill, stroke: stroke)
    case .diamond: polygons([[at(0, -1.3), at(1.3, 0), at(0, 1.3), at(-1.3, 0)]], fill: fill, stroke: stroke)
    case .cross: lines([[at(-0.9, -0.9), at(0.9, 0.9)], [at(-0.9, 0.9), at(0.9, -0.9)]], Stroke(color, width: 1.6))
    case .plus: lines([[at(-1.1, 0), at(1.1, 0)], [at(0, -1.1), at(0, 1.1)]], Stroke(color, width: 1.6))
    }
  }
}
