/// Names as mathematicians set them: `x_{1}`, `\theta`, `\hat{y}`, `\mathrm{loss}`.
enum LaTeXName {
  /// Any text is a name; whatever LaTeX reads as a command is escaped.
  static func spelling(of name: String) -> String {
    let parts = pieces(of: name)
    guard let first = parts.first else { return #"\mathrm{\_}"# }
    var head = word(first)
    var subscripts: [String] = []
    for part in parts.dropFirst() {
      if let accent = accents[part], subscripts.isEmpty, isSymbol(first) {
        head = "\(accent){\(head)}"
      } else {
        subscripts.append(word(part))
      }
    }
    return subscripts.isEmpty ? head : "\(head)_{\(subscripts.joined(separator: ","))}"
  }

  /// Text inside `\mathrm` or `\text`, with every special character made harmless.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += #"\backslash{}"#
      case "{", "}", "_", "#", "$", "%", "&": result += "\\\(scalar)"
      case "^": result += #"\hat{}"#
      case "~": result += #"\sim{}"#
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let accents = [
    "hat": #"\hat"#, "bar": #"\bar"#, "dot": #"\dot"#, "tilde": #"\tilde"#, "vec": #"\vec"#,
  ]

  /// `moving_mean` is `moving` and `mean`; `theta12` is `theta` and `12`.
  private static func pieces(of name: String) -> [String] {
    var result: [String] = []
    for part in name.split(separator: "_") {
      let plain = String(part.map { subscriptDigit($0) ?? $0 })
      let digits = plain.reversed().prefix { $0.isASCII && $0.isNumber }.count
      if digits > 0 && digits < plain.count {
        result += [String(plain.dropLast(digits)), String(plain.suffix(digits))]
      } else {
        result.append(plain)
      }
    }
    return result
  }

  private static func subscriptDigit(_ character: Character) -> Character? {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
      ("\u{2080}"..."\u{2089}").contains(scalar)
    else { return nil }
    return Character(Unicode.Scalar(UInt8(scalar.value - 0x2080 + 0x30)))
  }

  private static func isSymbol(_ part: String) -> Bool { part.count == 1 || GreekName.command(for: part) != nil }

  private static func word(_ part: String) -> String {
    if let command = GreekName.command(for: part) { return command }
    let text = escaped(part)
    let isNumber = part.allSatisfy { $0.isASCII && $0.isNumber }
    return isNumber || (part.count == 1 && text == part) ? text : #"\mathrm{\#(text)}"#
  }
}
