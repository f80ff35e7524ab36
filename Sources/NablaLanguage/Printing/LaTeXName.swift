/// Names in LaTeX: `x_{1}`, `\theta`, `\hat{y}`, `\mathrm{loss}`.
enum LaTeXName {
  /// Any text is a name; whatever LaTeX reads as a command is escaped.
  static func spelling(of name: String) -> String {
    let symbol = MathSymbol(name)
    if symbol.stem.isEmpty { return #"\mathrm{\_}"# }
    var head = word(symbol.stem)
    if let accent = symbol.accent { head = "\\\(accent.rawValue){\(head)}" }
    if symbol.indices.isEmpty { return head }
    return "\(head)_{\(symbol.indices.map(word).joined(separator: ","))}"
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

  private static func word(_ part: String) -> String {
    if let command = GreekName.command(for: part) { return command }
    let text = escaped(part)
    let isNumber = part.allSatisfy { $0.isASCII && $0.isNumber }
    return isNumber || (part.count == 1 && text == part) ? text : #"\mathrm{\#(text)}"#
  }
}
