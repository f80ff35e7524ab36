import NablaLanguage

/// Formulas as Graphviz sets them: names in italics with their indices below, functions and numbers upright.
///
/// The result is an HTML-like label. Every character that could end the label or begin a tag is escaped, whatever the
/// text holds.
enum MathLabel {
  /// A formula in the printer's Unicode style.
  static func formula(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while let first = rest.first {
      if isLetter(first) {
        let word = rest.prefix { isLetter($0) || isIndex($0) }
        rest = rest.dropFirst(word.count)
        result += rest.first == "(" || uprightWords.contains(String(word)) ? escaped(word) : name(String(word))
      } else {
        let other = rest.prefix { !isLetter($0) }
        rest = rest.dropFirst(other.count)
        result += escaped(other)
      }
    }
    return result
  }

  /// A name: `x1` as x with the index 1, `v_max` as v with the index max. Words that underscores join stay words, and a
  /// path, such as `net.dense_1.W`, stays as one types it.
  static func name(_ name: String) -> String {
    if name.contains(".") { return italic(name, to: 32) }
    let symbol = MathSymbol(name)
    let below = symbol.subscripts
    if below.contains(where: \.isLetter), symbol.letter.count > 1 || below.contains(",") || below.count > 5 {
      return italic(name)
    }
    let base = italic(symbol.letter.isEmpty ? name : symbol.letter)
    return below.isEmpty ? base : "\(base)<SUB><FONT POINT-SIZE=\"10\">\(escaped(shortened(below)))</FONT></SUB>"
  }

  private static func italic(_ text: String, to limit: Int = 24) -> String {
    "<I>\(escaped(shortened(text, to: limit)))</I>"
  }

  /// Text that is set as it is.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\\": result += "&#92;"
      default: result.unicodeScalars.append(isPrintable(scalar) ? scalar : " ")
      }
    }
    return result
  }

  /// A long text with its middle left out.
  static func shortened(_ text: String, to limit: Int = 24) -> String {
    if text.count <= limit { return text }
    return text.prefix(limit / 2) + "…" + text.suffix(limit - limit / 2 - 1)
  }

  /// Whether XML admits a character and readers can see it.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FFFE}", "\u{FFFF}", "\u{FEFF}": false
    // Marks that turn the direction of what follows.
    case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": false
    default: true
    }
  }

  private static let uprightWords: Set<String> = [
    "inf", "nan", "true", "false", "and", "or", "not", "where", "π", "for", "in", "if", "then", "else",
  ]

  /// What continues a name: digits below or on the line. Raised digits are exponents.
  private static func isIndex(_ character: Character) -> Bool {
    character == "." || ("0"..."9").contains(character) || ("\u{2080}"..."\u{2089}").contains(character)
  }

  private static func isLetter(_ character: Character) -> Bool { character.isLetter || character == "_" }
}
