import NablaGraph
import NablaRuntime

extension ElementType {
  /// The C type of a value.
  var cType: String {
    switch self {
    case .f64: "double"
    case .f32: "float"
    case .i64: "int64_t"
    case .i32: "int32_t"
    case .bool: "_Bool"
    }
  }

  /// The C type of an element in memory: `bool` is a byte, of which any but 0 is true.
  var cStorage: String { self == .bool ? "unsigned char" : cType }

  /// The unsigned type in which integers are added, since signed overflow is undefined.
  var cUnsigned: String { "u" + cType }

  /// What ends the name of a function that exists once an element type.
  var cSuffix: String { rawValue }
}

extension Literal {
  /// The literal in C: exact, as a hexadecimal float, and in parentheses where it begins with a sign.
  var c: String {
    switch element {
    case .bool: double == 0 ? "0" : "1"
    case .i32: integer == Int64(Int32.min) ? "(-2147483647 - 1)" : Literal.bracketed("\(integer)")
    case .i64: integer == .min ? "(-9223372036854775807LL - 1)" : Literal.bracketed("\(integer)LL")
    case .f64: Literal.hexadecimal(double)
    case .f32: Literal.hexadecimal(double, suffix: "f")
    }
  }

  /// Whether the C text needs the names of infinity and NaN.
  var isFinite: Bool { element.isInteger || double.isFinite }

  private static func bracketed(_ text: String) -> String { text.hasPrefix("-") ? "(\(text))" : text }

  private static func hexadecimal(_ value: Double, suffix: String = "") -> String {
    if value.isNaN { return suffix.isEmpty ? "NABLA_NAN" : "(float)NABLA_NAN" }
    if value.isInfinite {
      let name = suffix.isEmpty ? "NABLA_INFINITY" : "(float)NABLA_INFINITY"
      return value < 0 ? "(-\(name))" : name
    }
    let bits = value.bitPattern
    let fraction = bits & (1 << 52 - 1)
    let biased = Int(bits >> 52 & 0x7ff)
    var text = value.sign == .minus ? "(-0x" : "0x"
    text += biased == 0 ? "0" : "1"
    if fraction != 0 {
      let digits = String(fraction, radix: 16)
      text += "." + String(repeating: "0", count: 13 - digits.count) + digits.trimmingZeros
    }
    let exponent = biased == 0 ? (fraction == 0 ? 0 : -1022) : biased - 1023
    text += "p\(exponent)\(suffix)"
    return value.sign == .minus ? text + ")" : text
  }
}

extension String {
  /// Without zeros at the end.
  fileprivate var trimmingZeros: Substring {
    var end = self[...]
    while end.last == "0" { end.removeLast() }
    return end
  }
}
