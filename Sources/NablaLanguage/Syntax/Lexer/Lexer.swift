import NablaDiagnostics

/// Cuts a source into tokens, and pairs its brackets.
///
/// ASCII is read byte by byte; only other characters are decoded. Stray characters are reported once a run and leave
/// a `.stray` token, at which the parser is silent.
struct Lexer {
  private(set) var tokens: [Token] = []
  /// The comments, from `#` to the end of the line.
  private(set) var comments: [SourceRange] = []
  var diagnostics = DiagnosticCollector()

  let bytes: [UInt8]
  var offset = 0
  private var layout: Token.Layout = .newline

  /// All tokens of a source; the last is `.end`.
  static func tokenize(_ source: SourceText) -> Lexer {
    var lexer = Lexer(source)
    lexer.run()
    lexer.pairBrackets()
    return lexer
  }

  private init(_ source: SourceText) {
    bytes = source.utf8
    // A formula has about one token for every two or three bytes.
    tokens.reserveCapacity(bytes.count / 3 + 8)
  }

  /// The byte `distance` ahead; 0 beyond the end.
  @inline(__always)
  func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    while offset < bytes.count { scan() }
    append(.end, from: bytes.count)
  }

  /// Reads one token or one piece of white space.
  private mutating func scan() {
    let start = offset
    let byte = bytes[offset]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C:
      skipSpace(1)
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      offset += 1
      layout.insert(.newline)
    case UInt8(ascii: "#"):
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n"), bytes[offset] != UInt8(ascii: "\r") {
        offset += 1
      }
      comments.append(SourceRange(start, offset))
      requireText(start..<offset)
    case UInt8(ascii: "\""):
      scanString()
    case 0x80...:
      scanUnicode()
    case _ where NameCharacter.begins(byte):
      scanName()
    case _ where NameCharacter.isDigit(byte):
      scanNumber()
    case UInt8(ascii: ".") where NameCharacter.isDigit(peek(1)):
      scanNumber()
    default:
      scanPunctuation(byte)
    }
  }

  mutating func skipSpace(_ count: Int) {
    offset += count
    layout.insert(.space)
  }

  /// Appends the token that ends at the current offset.
  mutating func append(_ kind: TokenKind, from start: Int) {
    let index = UInt32(truncatingIfNeeded: tokens.count)
    tokens.append(
      Token(
        kind: kind, layout: layout, start: UInt32(truncatingIfNeeded: start),
        end: UInt32(truncatingIfNeeded: offset), partner: index))
    layout = []
  }

  /// Appends a stray token; a run of them is one.
  mutating func appendStray(from start: Int) {
    guard layout.isEmpty, let last = tokens.last, last.kind == .stray else { return append(.stray, from: start) }
    tokens[tokens.count - 1].end = UInt32(truncatingIfNeeded: offset)
  }

  mutating func setPartners(_ a: Int, _ b: Int) {
    tokens[a].partner = UInt32(truncatingIfNeeded: b)
    tokens[b].partner = UInt32(truncatingIfNeeded: a)
  }

  /// NAME = letter or `_`, then letters, digits, `_`, subscripts.
  mutating func scanName() {
    let start = offset
    var isASCII = true
    while offset < bytes.count {
      if NameCharacter.continues(bytes[offset]) {
        offset += 1
      } else if bytes[offset] >= 0x80, let (scalar, length) = decode(at: offset), NameCharacter.continues(scalar) {
        offset += length
        isASCII = false
      } else {
        break
      }
    }
    append(isASCII ? reservedWord(start..<offset) ?? .name : .name, from: start)
  }

  /// The reserved word that the bytes spell, if any.
  private func reservedWord(_ range: Range<Int>) -> TokenKind? {
    guard range.count >= 2, range.count <= 4 else { return nil }
    return TokenKind.reserved(bytes[range])
  }

  /// STRING = `"`, characters of one line, `"`; `\"` and `\\` stand for `"` and `\`.
  private mutating func scanString() {
    let start = offset
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        requireText(start..<offset)
        return append(.string, from: start)
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        return endUnterminatedString(from: start)
      case UInt8(ascii: "\\") where peek(1) == UInt8(ascii: "\"") || peek(1) == UInt8(ascii: "\\"):
        offset += 2
      default:
        offset += 1
      }
    }
    endUnterminatedString(from: start)
  }

  private mutating func endUnterminatedString(from start: Int) {
    diagnostics.report(
      Diagnostic(
        .unterminatedString, "the string that begins here is not closed on its line",
        at: SourceRange(start, offset)))
    appendStray(from: start)
  }
}
