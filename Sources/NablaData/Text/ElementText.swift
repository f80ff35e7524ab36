import Foundation
import NablaGraph
import NablaRuntime

/// How the elements of an array are spelled.
enum ElementText {
  /// Every digit of each element.
  static func exact(_ column: Column) -> (Int) -> String {
    switch column.element {
    case .f64: { PlainNumber.text(column.load(Double.self, at: $0)) }
    case .f32: { PlainNumber.text(column.load(Float.self, at: $0)) }
    case .i64: { "\(column.load(Int64.self, at: $0))" }
    case .i32: { "\(column.load(Int32.self, at: $0))" }
    case .bool: { column.load(UInt8.self, at: $0) == 0 ? "false" : "true" }
    }
  }

  /// One width for all, and the digits that the elements shown need.
  static func aligned(_ column: Column, _ shown: [Int], precision: Int) -> (Int) -> String {
    switch column.element {
    case .f64:
      let format = FloatFormat(
        shown.map { Numeral(column.load(Double.self, at: $0)) }, precision: precision, largest: 1e8)
      return { format.text(Numeral(column.load(Double.self, at: $0))) }
    case .f32:
      let format = FloatFormat(
        shown.map { Numeral(column.load(Float.self, at: $0)) }, precision: precision, largest: 1e6)
      return { format.text(Numeral(column.load(Float.self, at: $0))) }
    case .i64, .i32, .bool:
      let text = exact(column)
      let width = column.element == .bool ? 5 : shown.reduce(0) { max($0, text($1).count) }
      return { padded(text($0), to: width) }
    }
  }

  static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }

  /// A float with the digits that tell it from its neighbours of its own precision.
  struct Numeral {
    let value: Double
    /// Swift's shortest text that reads back equal.
    let shortest: String

    init(_ value: Double) {
      self.value = value
      shortest = value.description
    }

    init(_ value: Float) {
      self.value = Double(value)
      shortest = value.description
    }

    /// The digits of the shortest text without sign, point and power, and the power of ten of the first of them.
    private var digits: (text: String, exponent: Int) {
      let parts = shortest.split(separator: "e")
      let mantissa = (parts.first ?? "0").drop { $0 == "-" }
      let point = mantissa.firstIndex(of: ".") ?? mantissa.endIndex
      let whole = mantissa[..<point]
      let all = whole + mantissa[point...].dropFirst()
      let leading = all.prefix { $0 == "0" }.count
      let text = all.dropFirst(leading).reversed().drop { $0 == "0" }.reversed()
      if text.isEmpty { return ("0", 0) }
      let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      return (String(text), whole.count - 1 - leading + power)
    }

    private var sign: String { value.sign == .minus ? "-" : "" }

    /// The integer and the fraction, with at most so many digits after the point and no zeros at the end.
    func fixed(_ precision: Int) -> (whole: String, fraction: String) {
      let (digits, exponent) = digits
      if digits.count - 1 - exponent > precision {
        let parts = String(format: "%.\(precision)f", value).split(separator: ".")
        return (String(parts[0]), parts.count > 1 ? FloatFormat.withoutZeros(String(parts[1])) : "")
      }
      if exponent < 0 {
        return (sign + "0", digits == "0" ? "" : String(repeating: "0", count: -exponent - 1) + digits)
      }
      let whole = digits.prefix(exponent + 1)
      let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
      return (sign + whole + zeros, String(digits.dropFirst(exponent + 1)))
    }

    /// The first digit, the others, and the power of ten.
    ///
    /// - Parameter isFilled: whether there are as many digits as the precision, those of the number as it is stored.
    func scientific(_ precision: Int, isFilled: Bool = false) -> (whole: String, fraction: String, exponent: String) {
      let (digits, exponent) = digits
      func spelled(_ exponent: Int) -> String {
        (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
      }
      if digits.count - 1 > precision || isFilled && digits.count - 1 < precision {
        let parts = String(format: "%.\(precision)e", value).split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        return (
          String(mantissa[0]), isFilled ? fraction : FloatFormat.withoutZeros(fraction), spelled(Int(parts[1]) ?? 0)
        )
      }
      return (sign + digits.prefix(1), String(digits.dropFirst()), spelled(exponent))
    }
  }
}

/// NumPy's choice between `0.125` and `1.25e-01`, and of the widths.
private struct FloatFormat {
  private var isScientific = false
  private var precision: Int
  private var left = 0
  private var right = 0
  private var exponentWidth = 0

  /// - Parameters:
  ///   - shown: the elements that are printed.
  ///   - largest: magnitudes from here on are written with a power of ten.
  init(_ shown: [ElementText.Numeral], precision: Int, largest: Double) {
    self.precision = precision
    let finite = shown.filter(\.value.isFinite)
    let magnitudes = finite.map { abs($0.value) }.filter { $0 > 0 }
    if let most = magnitudes.max(), let least = magnitudes.min() {
      isScientific = most >= largest || least < 0.0001 || most / least > 1000
    }
    if isScientific {
      let parts = finite.map { $0.scientific(precision) }
      left = parts.map(\.whole.count).max() ?? 0
      self.precision = parts.map(\.fraction.count).max() ?? 0
      exponentWidth = parts.map { $0.exponent.count - 1 }.max() ?? 0
      right = exponentWidth + 2 + self.precision
    } else {
      let parts = finite.map { $0.fixed(precision) }
      left = parts.map(\.whole.count).max() ?? 0
      right = parts.map(\.fraction.count).max() ?? 0
    }
    if finite.count < shown.count {
      let hasNegative = shown.contains { $0.value == -.infinity }
      left = max(left, 3 + (hasNegative ? 1 : 0) - (right + 1))
    }
  }

  func text(_ number: ElementText.Numeral) -> String {
    if !number.value.isFinite {
      let text = number.value.isNaN ? "nan" : number.value < 0 ? "-inf" : "inf"
      return ElementText.padded(text, to: left + right + 1)
    }
    if isScientific {
      let (whole, fraction, exponent) = number.scientific(precision, isFilled: true)
      let power = String(repeating: "0", count: exponentWidth - (exponent.count - 1))
      return ElementText.padded(whole, to: left) + "." + fraction + "e" + exponent.prefix(1) + power
        + exponent.dropFirst()
    }
    let (whole, fraction) = number.fixed(precision)
    return ElementText.padded(whole, to: left) + "." + fraction
      + String(repeating: " ", count: right - fraction.count)
  }

  static func withoutZeros(_ fraction: String) -> String {
    String(fraction.reversed().drop { $0 == "0" }.reversed())
  }
}

extension Column {
  /// One element, as it is stored.
  func load<Value: BitwiseCopyable>(_ type: Value.Type, at index: Int) -> Value {
    withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.stride, as: type) }
  }
}
