/// A place on the page in pixels, y downwards; or a pair of values of what is drawn.
public struct PlotPoint: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  var isFinite: Bool { x.isFinite && y.isFinite }

  func distance(to other: PlotPoint) -> Double {
    let (dx, dy) = (x - other.x, y - other.y)
    return (dx * dx + dy * dy).squareRoot()
  }
}

/// A part of the page.
public struct PlotRectangle: Hashable, Sendable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = max(width, 1)
    self.height = max(height, 1)
  }

  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var center: PlotPoint { PlotPoint(x + width / 2, y + height / 2) }

  func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> PlotRectangle {
    PlotRectangle(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  func contains(_ point: PlotPoint) -> Bool {
    point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
  }

  func intersects(_ other: PlotRectangle) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  /// The part of a line from one point to another that is inside.
  ///
  /// Source: Y.-D. Liang and B. A. Barsky, "A New Concept and Method for Line Clipping", ACM Trans. Graph. 3 (1984).
  ///
  /// - Returns: `nil` where no part is.
  func clip(_ a: PlotPoint, _ b: PlotPoint) -> (PlotPoint, PlotPoint)? {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    var (enter, leave) = (0.0, 1.0)
    for (p, q) in [(-dx, a.x - x), (dx, maxX - a.x), (-dy, a.y - y), (dy, maxY - a.y)] {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        enter = max(enter, q / p)
      } else {
        leave = min(leave, q / p)
      }
    }
    guard enter <= leave else { return nil }
    func at(_ t: Double, _ end: PlotPoint) -> PlotPoint {
      t == 0 ? a : t == 1 ? b : PlotPoint(min(max(a.x + t * dx, x), maxX), min(max(a.y + t * dy, y), maxY))
    }
    return (at(enter, a), at(leave, b))
  }
}
