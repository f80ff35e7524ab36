/// Numbers and labels as SVG has them.
enum SVGText {
  /// Two decimals at most: a hundredth of a pixel is nothing to see, and the text is the same on every machine.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
    let (whole, part) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if part == 0 { return "\(sign)\(whole)" }
    return part % 10 == 0 ? "\(sign)\(whole).\(part / 10)" : "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
  }

  /// Text that is safe in content and in attributes. Characters that XML 1.0 does not have become U+FFFD.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n", "\r": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// About how wide a text will be: the mean widths of the letters of Helvetica by kind, which other sans-serif fonts
  /// come near to.
  static func width(_ text: String, size: Double) -> Double {
    var width = 0.0
    for character in text {
      switch character {
      case "i", "j", "l", "'", "|", "I", ".", ",", ":", ";", "!", " ", "t", "f", "(", ")", "[", "]", "/": width += 0.29
      case "m", "w", "M", "W", "@", "%", "∞", "→": width += 0.87
      case "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻": width += 0.36
      case "A"..."Z": width += 0.69
      default: width += character.utf8.count > 2 && !"−′·×≤≥σ₀₁₂₃₄₅₆₇₈₉…ŷ".contains(character) ? 1 : 0.56
      }
    }
    return width * size
  }
}
