/// `(x - shift)/scale`, with one pair of numbers for the whole example, or one for each of its features, which come round
/// after `period` numbers.
struct AffineEncoding: Hashable, Codable, Sendable {
  var shift: [Double]
  var scale: [Double]
  /// What stands for a missing number, before all else.
  var fill: [Double]?

  var period: Int { scale.count }

  /// The period is 1.
  init(scale: Double) {
    shift = [0]
    self.scale = [scale]
  }

  init(shift: [Double], scale: [Double], fill: [Double]? = nil) {
    self.shift = shift
    self.scale = scale
    self.fill = fill
  }

  /// This, and then another one: `((x - a)/b - c)/d = (x - (a + b·c))/(b·d)`.
  func then(_ other: AffineEncoding) -> AffineEncoding {
    let period = max(self.period, other.period)
    func pick(_ values: [Double], _ index: Int) -> Double { values[index % values.count] }
    let indices = 0..<period
    return AffineEncoding(
      shift: indices.map { pick(shift, $0) + pick(scale, $0) * pick(other.shift, $0) },
      scale: indices.map { pick(scale, $0) * pick(other.scale, $0) },
      fill: fill.map { fill in indices.map { pick(fill, $0) } })
  }
}
