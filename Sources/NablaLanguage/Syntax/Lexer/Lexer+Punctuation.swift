import NablaDiagnostics

extension Lexer {
  /// Reads operators and brackets, the longest that matches.
  mutating func scanPunctuation(_ byte: UInt8) {
    let next = peek(1)
    switch byte {
    case UInt8(ascii: "("): take(.leftParenthesis)
    case UInt8(ascii: ")"): take(.rightParenthesis)
    case UInt8(ascii: "["): take(.leftBracket)
    case UInt8(ascii: "]"): take(.rightBracket)
    case UInt8(ascii: "{"): take(.leftBrace)
    case UInt8(ascii: "}"): take(.rightBrace)
    case UInt8(ascii: ","): take(.comma)
    case UInt8(ascii: ";"): take(.semicolon)
    case UInt8(ascii: "'"): take(.prime)
    case UInt8(ascii: "+"): take(.plus)
    case UInt8(ascii: "-"): take(.minus)
    case UInt8(ascii: "@"): take(.at)
    case UInt8(ascii: "^"): take(.caret)
    case UInt8(ascii: "%"): take(.percent)
    case UInt8(ascii: "?"): take(.question)
    case UInt8(ascii: "\\"): scanCommand()
    case UInt8(ascii: "*"): next == byte ? take(.doubleStar, 2) : take(.star)
    case UInt8(ascii: "/"): next == byte ? take(.doubleSlash, 2) : take(.slash)
    case UInt8(ascii: "&") where next == byte: take(.doubleAmpersand, 2)
    case UInt8(ascii: "|") where next == byte: take(.doubleBar, 2)
    case UInt8(ascii: "|"): next == UInt8(ascii: ">") ? take(.pipe, 2) : take(.bar)
    case UInt8(ascii: "!"): next == UInt8(ascii: "=") ? take(.notEqual, 2) : take(.bang)
    case UInt8(ascii: ":"): next == UInt8(ascii: "=") ? mend(.assign, 2, to: "=") : take(.colon)
    case UInt8(ascii: "<"):
      switch next {
      case UInt8(ascii: "="): take(.lessOrEqual, 2)
      case UInt8(ascii: ">"): mend(.notEqual, 2, to: "!=")
      default: take(.less)
      }
    case UInt8(ascii: ">"): next == UInt8(ascii: "=") ? take(.greaterOrEqual, 2) : take(.greater)
    case UInt8(ascii: "="): scanEquals(next)
    case UInt8(ascii: "."): scanDots(next)
    case UInt8(ascii: "&"): mend(.and, 1, to: "and")
    case UInt8(ascii: "`"): mend(.prime, 1, to: "'")
    default: reportStray(length: 1)
    }
  }

  private mutating func scanEquals(_ next: UInt8) {
    switch next {
    case UInt8(ascii: "="): take(.equal, 2)
    case UInt8(ascii: ">"): take(.fatArrow, 2)
    case UInt8(ascii: "<"): mend(.lessOrEqual, 2, to: "<=")
    // U+0338, a combining stroke: `≠` in its decomposed form.
    case 0xCC where peek(2) == 0xB8: take(.notEqual, 3)
    default: take(.assign)
    }
  }

  private mutating func scanDots(_ next: UInt8) {
    guard next == UInt8(ascii: ".") else { return take(.dot) }
    switch peek(2) {
    case UInt8(ascii: "."): take(.ellipsis, 3)
    case UInt8(ascii: "<"): take(.rangeUpTo, 3)
    default: take(.doubleDot, 2)
    }
  }

  mutating func take(_ kind: TokenKind, _ length: Int = 1) {
    let start = offset
    offset += length
    append(kind, from: start)
  }

  /// Reads a foreign spelling as the token that it stands for, and reports it.
  mutating func mend(_ kind: TokenKind, _ length: Int, to replacement: String) {
    let range = SourceRange(offset, offset + length)
    let found = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
    diagnostics.report(
      Diagnostic(
        .spelling, "'\(found)' is written '\(replacement)' here", at: range,
        fixIt: Diagnostic.FixIt(range: range, replacement: replacement)))
    take(kind, length)
  }

  /// Reports a character that has no meaning; those that follow it directly add nothing.
  mutating func reportStray(length: Int) {
    let start = offset
    let isRun = tokens.last.map { $0.kind == .stray && Int($0.end) == start } ?? false
    offset += length
    if !isRun {
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      diagnostics.report(Self.strayCharacter(text, at: SourceRange(start, offset)))
    }
    appendStray(from: start)
  }

  private static func strayCharacter(_ text: String, at range: SourceRange) -> Diagnostic {
    guard let scalar = text.unicodeScalars.first else {
      return Diagnostic(.character, "unexpected character", at: range)
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      let code = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
      return Diagnostic(
        .character, "unexpected invisible character U+\(code)", at: range,
        fixIt: Diagnostic.FixIt(range: range, replacement: ""))
    default:
      return Diagnostic(.character, "unexpected character '\(text)'", at: range)
    }
  }
}
