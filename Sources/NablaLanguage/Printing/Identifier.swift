/// Which characters make names: a letter or `_`, then letters, digits, `_`, subscript digits and marks.
enum Identifier {
  static func begins(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter: return true
    default: return false
    }
  }

  static func continues(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: begins(scalar) || ("0"..."9").contains(scalar) || ("\u{2080}"..."\u{2089}").contains(scalar)
    }
  }
}
