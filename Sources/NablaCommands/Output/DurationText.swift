import NablaData

/// Times as people write them: `39.4 µs`.
enum DurationText {
  static func text(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    for (factor, unit) in [(1.0, "s"), (1e3, "ms"), (1e6, "µs")] where seconds * factor >= 1 {
      return "\(rounded(seconds * factor)) \(unit)"
    }
    return "\(rounded(seconds * 1e9)) ns"
  }

  /// Three digits.
  private static func rounded(_ value: Double) -> String {
    if value >= 100 { return "\(Int(value.rounded()))" }
    let tenths = value >= 10 ? 10.0 : 100
    return PlainNumber.text((value * tenths).rounded() / tenths)
  }
}
