import NablaGraph

extension ElementType {
  /// How C calls it in memory.
  var cName: String {
    switch self {
    case .f64: "double"
    case .f32: "float"
    case .i64: "int64_t"
    case .i32: "int32_t"
    case .bool: "uint8_t"
    }
  }
}

/// A number as C has it, to the last bit.
enum CNumber {
  static func text(_ value: Double, _ element: ElementType) -> String {
    switch element {
    case .f64: value.isFinite ? hexadecimal(value) : special(value)
    case .f32: value.isFinite ? hexadecimal(value) + "f" : special(value)
    case .i64: Int64(exactly: value).map { $0 == .min ? "INT64_MIN" : "INT64_C(\($0))" } ?? "0"
    case .i32: Int32(exactly: value).map { $0 == .min ? "INT32_MIN" : "\($0)" } ?? "0"
    case .bool: value == 0 ? "0" : "1"
    }
  }

  private static func special(_ value: Double) -> String { value.isNaN ? "NAN" : value < 0 ? "-INFINITY" : "INFINITY" }

  /// `0x1.8p-3`: exact in binary.
  private static func hexadecimal(_ value: Double) -> String {
    if value == 0 { return value.sign == .minus ? "-0x0p0" : "0x0p0" }
    let magnitude = value.magnitude
    let exponent = magnitude.isNormal ? Int(magnitude.exponent) : -1022
    let bits = magnitude.significandBitPattern
    var digits = String(bits, radix: 16)
    digits = String(repeating: "0", count: 13 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    return "\(sign)0x\(magnitude.isNormal ? 1 : 0)\(digits.isEmpty ? "" : "." + digits)p\(exponent)"
  }
}
