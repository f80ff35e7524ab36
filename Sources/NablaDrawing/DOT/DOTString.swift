/// Text in double quotes as DOT reads it.
enum DOTString {
  private static let longest = 300

  /// Quotes and backslashes are escaped, line ends and control characters become spaces, and a very long text ends in
  /// an ellipsis.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == longest {
        result += "…"
        break
      }
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(MathLabel.isPrintable(scalar) ? scalar : " ")
      }
    }
    return result + "\""
  }

  /// The same for attributes that Graphviz copies into a document as HTML reads it: entities are escaped too.
  static func quotedPlain(_ text: String) -> String { quoted(text.replacing("&", with: "&amp;")) }
}
