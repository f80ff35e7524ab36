import Foundation

/// An axis of a chart: what it is called, what it spans and how it counts.
public struct Axis: Hashable, Sendable {
  public var label: String
  /// What it spans; what the data span where it is `nil`.
  public var range: ClosedRange<Double>?
  public var isLogarithmic: Bool
  /// Whether it counts things, such as epochs: there are no labels between whole numbers.
  public var isCount: Bool

  public init(
    _ label: String = "", range: ClosedRange<Double>? = nil, isLogarithmic: Bool = false, isCount: Bool = false
  ) {
    self.label = label
    self.range = range
    self.isLogarithmic = isLogarithmic
    self.isCount = isCount
  }
}

/// A label of an axis, or without text a small line between labels.
struct Tick: Hashable, Sendable {
  let value: Double
  let label: String
}

/// The way from values to pixels along one axis.
struct Scale: Hashable, Sendable {
  let lower: Double
  let upper: Double
  let isLogarithmic: Bool
  let isCount: Bool
  /// The pixels of the lower and upper end.
  var start = 0.0
  var end = 1.0

  /// - Parameters:
  ///   - margin: the part of the range that is added at both ends where the axis has no range of its own.
  init(_ axis: Axis, _ values: some Sequence<Double>, margin: Double = 0) {
    isLogarithmic = axis.isLogarithmic
    isCount = axis.isCount
    var (lower, upper) = (Double.infinity, -Double.infinity)
    if let range = axis.range {
      (lower, upper) = (range.lowerBound, range.upperBound)
    } else {
      for value in values where value.isFinite && !(axis.isLogarithmic && value <= 0) {
        lower = min(lower, value)
        upper = max(upper, value)
      }
    }
    // Differences of what is drawn must be finite.
    (lower, upper) = (max(lower, -4e307), min(upper, 4e307))
    if axis.isLogarithmic {
      // Their ratio must be finite, with margins.
      (lower, upper) = (max(lower, 1e-120), min(upper, 1e120))
      if !(lower <= upper) { (lower, upper) = (1, 10) }
      if upper / lower < 1.0001 { (lower, upper) = (lower / 2, upper * 2) }
      let room = axis.range == nil ? pow(upper / lower, margin) : 1
      (self.lower, self.upper) = (lower / room, upper * room)
    } else {
      if !(lower <= upper) { (lower, upper) = (0, 1) }
      if upper - lower <= 1e-12 * max(abs(lower), abs(upper)) {
        let room = lower == 0 ? 1 : abs(lower) / 4
        (lower, upper) = (lower - room, upper + room)
      }
      let room = axis.range == nil ? margin * (upper - lower) : 0
      (self.lower, self.upper) = (lower - room, upper + room)
    }
  }

  func position(_ value: Double) -> Double {
    let part: Double
    if isLogarithmic {
      guard value > 0 else { return value == 0 ? start - 1e6 * (end - start) : .nan }
      part = log(value / lower) / log(upper / lower)
    } else {
      part = (value - lower) / (upper - lower)
    }
    let position = start + part * (end - start)
    return position.isNaN ? .nan : min(max(position, -1e7), 1e7)
  }

  func contains(_ value: Double) -> Bool {
    let slack = isLogarithmic ? 0 : 1e-9 * (upper - lower)
    return value >= lower - slack && value <= upper + slack
  }

  /// Even steps between both ends, as the axis counts.
  func steps(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let part = Double(index) / Double(max(count - 1, 1))
      if index == count - 1 { return upper }
      return isLogarithmic ? lower * pow(upper / lower, part) : lower + part * (upper - lower)
    }
  }

  /// - Parameter count: about how many labels fit.
  func ticks(_ count: Int) -> [Tick] {
    isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
  }

  private func linearTicks(_ count: Int) -> [Tick] {
    var choice: TickChoice? = isCount ? TickChoice(counting: lower...upper, count: count) : nil
    var wanted = count
    // The best labels may lie around the range; two inside are needed to read it.
    while choice.map({ $0.values.count(where: contains) < 2 }) ?? true, wanted < count + 5 {
      choice = TickChoice(from: lower, to: upper, count: wanted)
      wanted += 1
    }
    guard let choice else { return [] }
    let inside = choice.values.filter(contains)
    return zip(inside, NumberText.labels(inside, step: choice.step)).map { Tick(value: $0, label: $1) }
  }

  /// Powers of ten; where there are few of them, twice and five times these too.
  private func logarithmicTicks(_ count: Int) -> [Tick] {
    let first = Int(log10(lower).rounded(.down))
    let last = Int(log10(upper).rounded(.up))
    let decades = log10(upper / lower)
    if decades < 1 { return linearTicks(count) }
    let stride = max(1, Int((Double(last - first) / Double(max(count, 2))).rounded(.up)))
    // One form for all: 10⁻¹ beside 10⁻⁶, or 0.1 beside 0.01.
    let arePowers = first < -4 || last > 4
    var ticks: [Tick] = []
    for exponent in first...last {
      let unit = pow(10, Double(exponent))
      for digit in 1...9 {
        let value = Double(digit) * unit
        guard contains(value) else { continue }
        let isLabelled = digit == 1 ? exponent % stride == 0 : decades < 2.2 && (digit == 2 || digit == 5)
        if isLabelled {
          let label = digit == 1 ? NumberText.power(exponent, asPower: arePowers) : NumberText.short(value)
          ticks.append(Tick(value: value, label: label))
        } else if decades < 8 {
          ticks.append(Tick(value: value, label: ""))
        }
      }
    }
    return ticks
  }
}
