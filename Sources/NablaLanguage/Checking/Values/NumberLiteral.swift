import BigInt
import NablaGraph

/// The exact value of a number as it is spelled.
enum NumberLiteral {
  /// The most digits of one number; more would serve no one and cost quadratic time.
  static let digitLimit = 4000
  /// The largest power of ten that is kept exactly.
  private static let exponentLimit = 4000

  /// What most numbers are: a few digits and nothing else.
  private static func shortInteger(_ text: String) -> Int? {
    var value = 0
    for byte in text.utf8 {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// The value of `2`, `.5`, `1e-3`; `nil` if it has too many digits.
  ///
  /// Beyond `10^4000` it is ∞, below `10^-4000` zero, as every float type has them.
  static func value(_ text: String) -> Constant? {
    if text.utf8.count <= 18, let integer = shortInteger(text) { return Constant(integer) }
    var digits: [UInt8] = []
    var scale = 0
    var exponent = 0
    var isNegative = false
    var isExponentNegative = false
    var isFraction = false
    var isExponent = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9") where isExponent:
        exponent = min(exponent * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits.count >= digitLimit { return nil }
        if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
        if isFraction { scale += 1 }
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "-"): if isExponent { isExponentNegative = true } else { isNegative = true }
      default: break
      }
    }
    if digits.isEmpty { return .zero }
    let power = (isExponentNegative ? -exponent : exponent) - scale
    if power + digits.count > exponentLimit { return isNegative ? .bits((-Double.infinity).bitPattern) : .infinity }
    if power + digits.count < -exponentLimit { return .zero }
    // Nearly every number is short.
    if digits.count <= 18, power <= 0, power >= -18 {
      var numerator = 0
      for digit in digits { numerator = numerator * 10 + Int(digit - UInt8(ascii: "0")) }
      var denominator = 1
      for _ in 0..<(-power) { denominator *= 10 }
      return .rational(Rational(isNegative ? -numerator : numerator, denominator))
    }
    guard let mantissa = BigInt(String(decoding: digits, as: UTF8.self)) else { return nil }
    let signed = isNegative ? -mantissa : mantissa
    let ten = BigInt(10).power(abs(power))
    return .rational(power >= 0 ? Rational(signed * ten, 1) : Rational(signed, ten))
  }
}
