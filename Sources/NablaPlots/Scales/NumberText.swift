import Foundation

/// Numbers as a picture's labels have them: `−0.5`, `1 000` stays `1000`, large and small ones as `2×10⁶`.
enum NumberText {
  /// The labels of an axis, all with the same number of decimals.
  static func labels(_ values: [Double], step: Double) -> [String] {
    let largest = values.map(abs).max() ?? 0
    guard largest > 0 else { return values.map { _ in "0" } }
    if largest >= 1e5 || largest < 1e-3 {
      let power = Int(log10(largest).rounded(.down))
      let unit = pow(10, Double(power))
      let digits = decimals(step / unit)
      return values.map { $0 == 0 ? "0" : "\(fixed($0 / unit, digits))×10\(superscript(power))" }
    }
    let digits = decimals(step)
    return values.map { fixed($0, digits) }
  }

  /// A number by itself, to about three digits.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "−∞" : "∞" }
    if value == 0 { return "0" }
    let power = Int(log10(abs(value)).rounded(.down))
    if power >= 5 || power < -3 {
      let mantissa = trimmed(fixed(value / pow(10, Double(power)), 2))
      return mantissa == "1" ? "10\(superscript(power))" : "\(mantissa)×10\(superscript(power))"
    }
    return trimmed(fixed(value, max(0, 2 - power)))
  }

  /// A power of ten.
  ///
  /// - Parameter asPower: never as a decimal.
  static func power(_ exponent: Int, asPower: Bool = false) -> String {
    switch exponent {
    case 0: "1"
    case _ where asPower: "10\(superscript(exponent))"
    case -3..<0: "0." + String(repeating: "0", count: -exponent - 1) + "1"
    case 0..<4: "1" + String(repeating: "0", count: exponent)
    default: "10\(superscript(exponent))"
    }
  }

  /// How many decimals a step needs, up to 12.
  private static func decimals(_ step: Double) -> Int {
    var scaled = abs(step)
    for digits in 0..<12 {
      if abs(scaled - scaled.rounded()) < 1e-6 * max(scaled, 1e-3) { return digits }
      scaled *= 10
    }
    return 12
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", locale: nil, value)
    guard text.hasPrefix("-") else { return text }
    return text.contains { "123456789".contains($0) } ? "−" + text.dropFirst() : String(text.dropFirst())
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }
    return String((short.first == "." ? short.dropFirst() : short[...]).reversed())
  }

  private static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (value < 0 ? "⁻" : "") + String(String(abs(value)).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}
