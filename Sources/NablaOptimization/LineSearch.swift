/// A step along a direction that satisfies the strong Wolfe conditions.
///
/// Source: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 3.5 and 3.6, with the
/// cubic interpolation of (3.59). Near a minimum, where differences of values are lost to rounding, the approximate
/// conditions of W. W. Hager and H. Zhang, "A New Conjugate Gradient Method with Guaranteed Descent and an Efficient Line
/// Search", SIAM J. Optim. 16 (2005), (4.1), take their place.
struct LineSearch {
  struct Point {
    let length: Double
    let x: [Double]
    let value: Double
    let gradient: [Double]
    /// The derivative along the direction.
    let slope: Double

    var isFinite: Bool { value.isFinite && slope.isFinite }
  }

  enum Outcome {
    case found(Point)
    /// The function falls as far as one can go.
    case unbounded
    /// No smaller value.
    case none
  }

  typealias Evaluation = (_ x: [Double], _ gradient: inout [Double]) throws -> Double

  /// A value must fall by this part of what the slope at the start promises.
  private static let decrease = 1e-4
  /// The slope must become smaller than this part of what it is at the start.
  private static let curvature = 0.9
  /// Differences of values below this part of them are rounding.
  private static let noise = 1e-13
  private static let trials = 60

  private let start: Point
  private let direction: [Double]

  init(_ x: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double]) {
    start = Point(length: 0, x: x, value: value, gradient: gradient, slope: dot(gradient, direction))
    self.direction = direction
  }

  /// - Parameter first: the length that is tried first.
  mutating func run(first: Double, _ evaluate: Evaluation) throws -> Outcome {
    guard start.slope < 0, start.slope.isFinite else { return .none }
    var previous = start
    var length = first
    for trial in 0..<LineSearch.trials {
      let point = try self.point(length, evaluate)
      if point.value == -.infinity { return .unbounded }
      if isNearlyEnough(point) { return .found(point) }
      if !isEnough(point) || (trial > 0 && point.value >= previous.value) {
        return try zoom(previous, point, evaluate)
      }
      if abs(point.slope) <= -LineSearch.curvature * start.slope { return .found(point) }
      if point.slope >= 0 { return try zoom(point, previous, evaluate) }
      previous = point
      length *= trial < 4 ? 2 : 10
      if !(length * direction.largestMagnitude).isFinite { break }
    }
    return .unbounded
  }

  private func point(_ length: Double, _ evaluate: Evaluation) throws -> Point {
    let x = zip(start.x, direction).map { $0 + length * $1 }
    var gradient = start.gradient
    let value = try evaluate(x, &gradient)
    return Point(length: length, x: x, value: value, gradient: gradient, slope: dot(gradient, direction))
  }

  /// The first condition; a point where something is not finite does not meet it.
  private func isEnough(_ point: Point) -> Bool {
    point.isFinite && point.value <= start.value + LineSearch.decrease * point.length * start.slope
  }

  /// The approximate conditions, where values differ by rounding alone.
  private func isNearlyEnough(_ point: Point) -> Bool {
    point.isFinite && abs(point.value - start.value) <= LineSearch.noise * abs(start.value) && point.x != start.x
      && point.slope >= LineSearch.curvature * start.slope
      && point.slope <= (2 * LineSearch.decrease - 1) * start.slope
  }

  /// Narrows an interval that contains a step, from its better end.
  private func zoom(_ best: Point, _ other: Point, _ evaluate: Evaluation) throws -> Outcome {
    var (best, other) = (best, other)
    for _ in 0..<LineSearch.trials {
      let point = try self.point(between(best, other), evaluate)
      if point.x == best.x || point.x == other.x { break }
      if isNearlyEnough(point) { return .found(point) }
      if !isEnough(point) || point.value >= best.value {
        other = point
        continue
      }
      if abs(point.slope) <= -LineSearch.curvature * start.slope { return .found(point) }
      if point.slope * (other.length - best.length) >= 0 { other = best }
      best = point
    }
    // The second condition is for the next direction; the first is what matters.
    return best.value < start.value ? .found(best) : .none
  }

  /// Where a cubic through both ends has its minimum, kept away from the ends; the middle where there is none.
  private func between(_ a: Point, _ b: Point) -> Double {
    let middle = (a.length + b.length) / 2
    guard b.isFinite else { return a.length + (b.length - a.length) / 10 }
    let width = b.length - a.length
    let d1 = a.slope + b.slope - 3 * (b.value - a.value) / width
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return middle }
    let d2 = (width < 0 ? -1 : 1) * square.squareRoot()
    let length = b.length - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    let ends = [a.length + 0.1 * width, b.length - 0.1 * width].sorted()
    return length.isFinite ? min(max(length, ends[0]), ends[1]) : middle
  }
}
