import NablaGraph

/// How an exact number is written: as digits, or as a fraction whose parts a product may take apart.
///
/// Every spelling reads back as the same rational. A decimal is chosen only where it is shorter: `0.1`, but `1/2`.
enum NumberSpelling: Hashable, Sendable {
  /// Without its sign: `3`, `0.1`, `1e-6`.
  case digits(String)
  case fraction(numerator: String, denominator: String)

  init(_ value: Rational) {
    let text = value.magnitude.description
    let parts = text.split(separator: "/")
    guard parts.count == 2 else {
      self = .digits(NumberSpelling.shortened(text))
      return
    }
    if let decimal = NumberSpelling.decimal(value.magnitude, within: text.utf8.count) {
      self = .digits(decimal)
    } else {
      self = .fraction(numerator: String(parts[0]), denominator: String(parts[1]))
    }
  }

  /// A finite decimal of fewer than `limit` characters, if there is one.
  private static func decimal(_ value: Rational, within limit: Int) -> String? {
    guard limit <= 60 else { return nil }
    var scaled = value
    for places in 1..<max(limit, 2) {
      scaled = scaled * 10
      guard scaled.isInteger else { continue }
      let text = placed(scaled.description, places: places)
      return text.utf8.count < limit ? text : nil
    }
    return nil
  }

  /// `digits · 10^-places`, in scientific form where many zeros would stand behind the point.
  private static func placed(_ digits: String, places: Int) -> String {
    let zeros = places - digits.utf8.count
    if zeros < 0 {
      return digits.dropLast(places) + "." + digits.suffix(places)
    }
    if zeros < 4 { return "0." + String(repeating: "0", count: zeros) + digits }
    let fraction = digits.dropFirst()
    let mantissa = fraction.isEmpty ? digits : "\(digits.prefix(1)).\(fraction)"
    return "\(mantissa)e-\(zeros + 1)"
  }

  /// A large power of ten does not print its zeros.
  private static func shortened(_ digits: String) -> String {
    guard digits.utf8.count > 21 else { return digits }
    let zeros = digits.utf8.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    return zeros > 15 ? "\(digits.dropLast(zeros))e\(zeros)" : digits
  }
}
