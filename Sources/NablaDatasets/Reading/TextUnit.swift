/// What a text is made of, for a network.
public enum TextUnit: String, Codable, Hashable, Sendable {
  /// Letters and digits that stand together, without regard to capitals; an apostrophe belongs to a word that goes on.
  case words
  /// Unicode scalars.
  case characters

  /// What stands between two of them.
  public var separator: String { self == .words ? " " : "" }

  /// The pieces of a text, in their order.
  func forEachPiece(of text: String, _ body: (String) -> Void) {
    guard self == .words else {
      for scalar in text.unicodeScalars { body(String(scalar)) }
      return
    }
    var word = String.UnicodeScalarView()
    // An apostrophe, as long as nothing comes after it.
    var isJoined = false
    func finish() {
      if !word.isEmpty { body(String(word)) }
      word = String.UnicodeScalarView()
      isJoined = false
    }
    for scalar in text.lowercased().unicodeScalars {
      if TextUnit.isLetter(scalar) {
        if isJoined { word.append("'") }
        isJoined = false
        word.append(scalar)
      } else if scalar == "'" || scalar == "\u{2019}", !word.isEmpty, !isJoined {
        isJoined = true
      } else {
        finish()
      }
    }
    finish()
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil
      || [.nonspacingMark, .spacingMark].contains(properties.generalCategory)
  }
}

/// The numbers that a network knows the pieces of texts by.
public struct TextVocabulary: Hashable, Sendable {
  public let unit: TextUnit
  /// What each number stands for.
  public let names: [String]
  private let numbers: [String: Int]
  /// Whether the first two numbers are for what fills up a text, and for what is not known.
  private let hasUnknown: Bool

  /// - Returns: `nil` for a column that is no text.
  public init?(_ preparation: ColumnPreparation) {
    guard !preparation.classNames.isEmpty, preparation.shape.count == 1 else { return nil }
    names = preparation.classNames
    hasUnknown = preparation.textUnit != nil
    unit = preparation.textUnit ?? .characters
    numbers = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Numbers that stand for a piece of a text.
  public var pieces: Range<Int> { (hasUnknown ? 2 : 0)..<names.count }

  /// The numbers of a text.
  ///
  /// - Throws: ``DatasetError/unfit(column:_:)`` for a character that has none.
  public func numbers(of text: String) throws(DatasetError) -> [Int] {
    var found: [Int] = []
    var stranger: String?
    unit.forEachPiece(of: text) { piece in
      if let number = numbers[piece] ?? (hasUnknown ? 1 : nil) { found.append(number) } else { stranger = piece }
    }
    if let stranger { throw .unfit(column: "x", "'\(stranger)' does not occur in the text that was trained on") }
    return found
  }
}
