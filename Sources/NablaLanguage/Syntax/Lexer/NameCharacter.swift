/// Which characters make names: a letter or `_`, then letters, digits, `_` and subscripts.
///
/// Combining marks continue a name, so that `x̂` is one although Unicode has no single character for it.
/// Superscripts and `·` never belong to a name, though Unicode's own rule for identifiers admits `·`.
enum NameCharacter {
  @inline(__always)
  static func begins(_ byte: UInt8) -> Bool {
    // Setting bit 5 turns capitals into small letters and makes no letter of anything else.
    let small = byte | 0x20
    return (small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
  }

  @inline(__always)
  static func continues(_ byte: UInt8) -> Bool { begins(byte) || isDigit(byte) }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func begins(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter:
      !isRaisedLetter(scalar)
    default: false
    }
  }

  static func continues(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: isSubscriptDigit(scalar) || begins(scalar)
    }
  }

  private static func isSubscriptDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("\u{2080}"..."\u{2089}").contains(scalar)
  }

  /// Letters that are drawn as superscripts, such as `ⁿ` and `ᵀ`: a reader takes them for exponents.
  private static func isRaisedLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{AA}", "\u{BA}", "\u{2B0}"..."\u{2B8}", "\u{2E0}"..."\u{2E4}", "\u{1D2C}"..."\u{1D61}", "\u{1D78}",
      "\u{1D9B}"..."\u{1DBF}", "\u{2071}", "\u{207F}", "\u{2C7D}":
      true
    default: false
    }
  }
}
