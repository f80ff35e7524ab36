/// The lexical rules that the writer and the reader of the textual form share.
enum GraphText {
  /// A letter or `_`, then letters, digits, subscripts, marks and `_`: what stands without quotes. Every name of the
  /// language is one.
  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, isHead(first) else { return false }
    return name.unicodeScalars.dropFirst().allSatisfy(isTail)
  }

  static func isHead(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || (scalar.isASCII ? scalar.properties.isAlphabetic : scalar.properties.isXIDStart)
  }

  static func isTail(_ scalar: Unicode.Scalar) -> Bool {
    isHead(scalar) || ("0"..."9").contains(scalar) || ("₀"..."₉").contains(scalar)
      || (!scalar.isASCII && scalar.properties.isXIDContinue)
  }

  /// The name between quotes, on one line, in characters that a terminal shows as they are.
  static func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        text += "\\"
        text.unicodeScalars.append(scalar)
      case _ where mustEscape(scalar):
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// Control, format (such as bidirectional overrides) and separator characters, whatever they would do to a line.
  private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }
}
