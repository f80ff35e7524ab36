import NablaDiagnostics

/// A word of the source.
struct Token: Hashable, Sendable {
  var kind: TokenKind
  var layout: Layout
  var start: UInt32
  var end: UInt32
  /// The index of the matching bracket; of the token itself where there is none.
  var partner: UInt32

  /// What stands between a token and the one before it.
  struct Layout: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let space = Layout(rawValue: 1)
    static let newline = Layout(rawValue: 2)
  }

  var range: SourceRange { SourceRange(lower: start, upper: end) }
  /// The token is the first of its line.
  var beginsLine: Bool { layout.contains(.newline) }
  /// Nothing, not even a space, stands between the token and the one before it.
  var touchesPrevious: Bool { layout.isEmpty }
}

enum TokenKind: UInt8, Hashable, Sendable {
  case number, name, string, superscript
  case `if`, then, `else`, `for`, `in`, and, or, not
  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, semicolon, colon, dot, prime, assign
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case plus, minus, star, slash, doubleSlash, at, caret, pipe, rangeUpTo, ellipsis
  case root, partial
  /// Spellings of other languages, known so that they can be mended: `**`, `&&`, `||`, `!`, `|`, `%`, `..`,
  /// `?` and `=>`.
  case doubleStar, doubleAmpersand, doubleBar, bang, bar, percent, doubleDot, question, fatArrow
  /// Characters that have been reported already.
  case stray
  case end

  /// How the language spells it, for messages.
  var spelling: String {
    switch self {
    case .number: "number"
    case .name: "name"
    case .string: "string"
    case .superscript: "superscript"
    case .if: "if"
    case .then: "then"
    case .else: "else"
    case .for: "for"
    case .in: "in"
    case .and: "and"
    case .or: "or"
    case .not: "not"
    case .leftParenthesis: "("
    case .rightParenthesis: ")"
    case .leftBracket: "["
    case .rightBracket: "]"
    case .leftBrace: "{"
    case .rightBrace: "}"
    case .comma: ","
    case .semicolon: ";"
    case .colon: ":"
    case .dot: "."
    case .prime: "'"
    case .assign: "="
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .plus: "+"
    case .minus: "-"
    case .star: "*"
    case .slash: "/"
    case .doubleSlash: "//"
    case .at: "@"
    case .caret: "^"
    case .pipe: "|>"
    case .rangeUpTo: "..<"
    case .ellipsis: "..."
    case .root: "√"
    case .partial: "∂"
    case .doubleStar: "**"
    case .doubleAmpersand: "&&"
    case .doubleBar: "||"
    case .bang: "!"
    case .bar: "|"
    case .percent: "%"
    case .doubleDot: ".."
    case .question: "?"
    case .fatArrow: "=>"
    case .stray: "stray character"
    case .end: "end of input"
    }
  }

  /// The words that are no names.
  private static let words: [TokenKind] = [.if, .then, .else, .for, .in, .and, .or, .not]

  /// The word that is no name and that the bytes spell. A table by spelling would take longer to make than most texts
  /// to read.
  static func reserved(_ bytes: ArraySlice<UInt8>) -> TokenKind? {
    words.first { $0.spelling.utf8.elementsEqual(bytes) }
  }
}
