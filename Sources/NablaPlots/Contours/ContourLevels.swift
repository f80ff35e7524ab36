import Foundation

/// At which values a function gets contour lines.
enum ContourLevels {
  /// Even steps, or where most of the range is a steep wall around a valley, steps that grow: 1, 2, 5, 10 … above its
  /// bottom.
  static func choose(_ values: [Double], count: Int = 11) -> [Double] {
    let sorted = values.filter { $0.isFinite && abs($0) < 1e300 }.sorted()
    guard let least = sorted.first, let greatest = sorted.last, greatest > least else { return [] }
    let median = sorted[sorted.count / 2]
    if greatest - least <= 5 * (median - least) {
      return TickChoice(from: least, to: greatest, count: count).values.filter { $0 > least && $0 < greatest }
    }
    // A bottom that is near 0 is 0 on a scale of such levels.
    let base = least >= 0 && least < 0.05 * (greatest - least) ? 0 : rounded(least, to: greatest - least)
    let smallest = max(sorted[sorted.count / 100] - base, (greatest - base) * 1e-6)
    let first = Int(log10(smallest).rounded(.down))
    let last = Int(log10(greatest - base).rounded(.up))
    let digits = last - first <= count / 3 ? [1.0, 2, 5] : last - first <= count / 2 ? [1, 3] : [1]
    return (first...max(first, last)).flatMap { power in digits.map { base + $0 * pow(10, Double(power)) } }
      .filter { $0 > least && $0 < greatest }
  }

  private static func rounded(_ value: Double, to range: Double) -> Double {
    let unit = pow(10, (log10(range) - 2).rounded(.down))
    return (value / unit).rounded(.down) * unit
  }
}
