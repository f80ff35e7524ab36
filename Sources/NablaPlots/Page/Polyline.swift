/// What happens to a line of many points before it is drawn.
enum Polyline {
  /// The parts of a line inside a rectangle, as lines of their own. Points that are not finite interrupt it, and so does
  /// a jump from far above the rectangle to far below it, which is a pole and no part of the graph.
  static func clip(_ points: [PlotPoint], to area: PlotRectangle) -> [[PlotPoint]] {
    var lines: [[PlotPoint]] = []
    var line: [PlotPoint] = []
    var previous: PlotPoint?
    func isPole(_ a: PlotPoint, _ b: PlotPoint) -> Bool {
      (a.y < area.y && b.y > area.maxY) || (a.y > area.maxY && b.y < area.y)
    }
    for point in points {
      guard point.isFinite else {
        previous = nil
        continue
      }
      if let start = previous, !isPole(start, point), let (a, b) = area.clip(start, point) {
        if line.last != a {
          if line.count > 1 { lines.append(line) }
          line = [a]
        }
        if b != a { line.append(b) }
      }
      previous = point
    }
    if line.count > 1 { lines.append(line) }
    return lines
  }

  /// The same line without the points that lie within a tolerance of it.
  ///
  /// Source: D. H. Douglas and T. K. Peucker, "Algorithms for the Reduction of the Number of Points Required to Represent
  /// a Digitized Line or its Caricature", Cartographica 10 (1973); with a stack of its own, and windows of 512 points, so
  /// that a long noisy line takes no quadratic time.
  static func simplify(_ points: [PlotPoint], tolerance: Double = 0.08) -> [PlotPoint] {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[points.count - 1] = true
    for first in stride(from: 0, to: points.count - 1, by: 512) {
      let last = min(first + 512, points.count - 1)
      isKept[first] = true
      var pending = [(first, last)]
      while let (from, to) = pending.popLast() {
        var (farthest, distance) = (from, tolerance)
        for index in from + 1..<max(to, from + 1) {
          let found = Polyline.distance(of: points[index], from: points[from], to: points[to])
          if found > distance { (farthest, distance) = (index, found) }
        }
        guard farthest != from else { continue }
        isKept[farthest] = true
        pending += [(from, farthest), (farthest, to)]
      }
    }
    return zip(points, isKept).compactMap { $1 ? $0 : nil }
  }

  /// At most four points a column of pixels: the first, the least, the greatest and the last; for lines whose x grows.
  static func thin(_ points: [PlotPoint], columns: Int = 1000) -> [PlotPoint] {
    guard points.count > 4 * columns, let first = points.first, let last = points.last, last.x > first.x else {
      return points
    }
    var thinned: [PlotPoint] = []
    var start = 0
    for column in 1...columns {
      let end = column == columns ? points.count : points.count * column / columns
      let part = start..<end
      let finite = part.filter { points[$0].isFinite }
      let extremes = [
        part.first, finite.min { points[$0].y < points[$1].y }, finite.max { points[$0].y < points[$1].y }, part.last,
      ]
      thinned += Set(extremes.compactMap { $0 }).sorted().map { points[$0] }
      start = end
    }
    return thinned
  }

  private static func distance(of point: PlotPoint, from a: PlotPoint, to b: PlotPoint) -> Double {
    let length = a.distance(to: b)
    guard length > 0 else { return point.distance(to: a) }
    let t = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / (length * length)
    let clamped = min(max(t, 0), 1)
    return point.distance(to: PlotPoint(a.x + clamped * (b.x - a.x), a.y + clamped * (b.y - a.y)))
  }
}
