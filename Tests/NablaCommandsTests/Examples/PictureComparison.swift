import Foundation

/// Two pictures by the same command: the same text, but for numbers that differ by less than anyone can see.
///
/// The last digit of a function may differ between processors, and with it the hundredth of a pixel that a place is rounded
/// to.
enum PictureComparison {
  private static let tolerance = 0.05

  /// - Returns: what differs, for a person.
  static func difference(_ drawn: String, _ shown: String) -> String? {
    if drawn == shown { return nil }
    let (left, right) = (tokens(drawn), tokens(shown))
    for (index, (a, b)) in zip(left, right).enumerated() where a != b {
      if let a = Double(a), let b = Double(b), abs(a - b) <= tolerance { continue }
      let around = left[max(index - 6, 0)..<min(index + 6, left.count)].joined()
      return "'\(a)' is drawn where '\(b)' is shown, near \(around)"
    }
    return left.count == right.count ? nil : "\(left.count) words are drawn, and \(right.count) are shown"
  }

  /// Numbers, and what is between them.
  private static func tokens(_ text: String) -> [Substring] {
    var tokens: [Substring] = []
    var rest = text[...]
    func isDigit(_ character: Character) -> Bool { character.isASCII && (character.isNumber || character == ".") }
    while let first = rest.first {
      let isNumber = isDigit(first) || first == "-"
      let end = rest.dropFirst().firstIndex { isNumber ? !isDigit($0) : isDigit($0) || $0 == "-" } ?? rest.endIndex
      tokens.append(rest[..<end])
      rest = rest[end...]
    }
    return tokens
  }
}
