/// The superscript digits and signs, which form exponents and are never part of a name.
enum Superscript {
  /// The ASCII digit or sign that a superscript stands for.
  static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "\u{B9}": "1"
    case "\u{B2}": "2"
    case "\u{B3}": "3"
    case "\u{2070}": "0"
    case "\u{2074}"..."\u{2079}": Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0x2070 + 0x30))
    case "\u{207A}": "+"
    case "\u{207B}": "-"
    default: nil
    }
  }
}
