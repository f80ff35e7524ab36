import BigInt

/// The tokens of the textual form. A line ends a statement; `#` begins a comment.
struct TextScanner {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1

  /// Digits of one number, so that a hostile text cannot keep the reader busy for hours.
  private static let digitLimit = 20_000

  init(_ text: String) { bytes = Array(text.utf8) }

  func error(_ problem: ProgramTextError.Problem) -> ProgramTextError { ProgramTextError(line: line, problem) }

  func expected(_ what: String) -> ProgramTextError { error(.expected(what, found: found)) }

  /// The next few characters, for messages.
  private var found: String {
    if position >= bytes.count { return "the end" }
    if bytes[position] == UInt8(ascii: "\n") { return "the end of the line" }
    let end = bytes[position...].prefix(20).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(decoding: end, as: UTF8.self)
  }

  // MARK: Space

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      default: return
      }
    }
  }

  /// Skips empty lines.
  mutating func skipLines() {
    skipSpace()
    while position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
      position += 1
      line += 1
      skipSpace()
    }
  }

  mutating func endLine() throws(ProgramTextError) {
    skipSpace()
    guard position < bytes.count else { return }
    guard bytes[position] == UInt8(ascii: "\n") else { throw expected("the end of the line") }
    skipLines()
  }

  var isAtEnd: Bool { position >= bytes.count }

  // MARK: Punctuation and words

  /// Whether the next token begins with a character; it stays.
  mutating func sees(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return position < bytes.count && bytes[position] == UInt8(ascii: character)
  }

  mutating func accept(_ punctuation: StaticString) -> Bool {
    skipSpace()
    let count = punctuation.utf8CodeUnitCount
    let expected = UnsafeBufferPointer(start: punctuation.utf8Start, count: count)
    guard bytes.count - position >= count, bytes[position..<position + count].elementsEqual(expected) else {
      return false
    }
    position += count
    return true
  }

  mutating func expect(_ punctuation: StaticString) throws(ProgramTextError) {
    if !accept(punctuation) { throw expected("'\(punctuation)'") }
  }

  /// A name, or `nil` where none begins.
  mutating func word() -> String? {
    skipSpace()
    let start = position
    while let (scalar, length) = scalar(at: position),
      position == start ? GraphText.isHead(scalar) : GraphText.isTail(scalar)
    {
      position += length
    }
    return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func expectWord(_ what: String) throws(ProgramTextError) -> String {
    guard let word = word() else { throw expected(what) }
    return word
  }

  mutating func expectKeyword(_ keyword: String) throws(ProgramTextError) {
    let before = self
    if word() != keyword { throw before.expected("'\(keyword)'") }
  }

  private func scalar(at position: Int) -> (Unicode.Scalar, Int)? {
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    var decoder = UTF8()
    var iterator = bytes[position..<min(position + length, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, length)
  }

  /// A name between quotes.
  mutating func quoted() throws(ProgramTextError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        if accept(exactly: UInt8(ascii: "u")) {
          text += UTF8.encode(try escapedScalar())?.map { $0 } ?? []
        } else if position < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(bytes[position]) {
          text.append(bytes[position])
          position += 1
        } else {
          throw expected(#"'\"', '\\' or '\u{…}'"#)
        }
      default:
        text.append(byte)
      }
    }
    throw expected("a closing quote")
  }

  private mutating func accept(exactly byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// The rest of `\u{1f}`.
  private mutating func escapedScalar() throws(ProgramTextError) -> Unicode.Scalar {
    guard accept(exactly: UInt8(ascii: "{")) else { throw expected("'{'") }
    let digits = bytes[position...].prefix(8).prefix { $0 != UInt8(ascii: "}") }
    guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value), bytes.indices.contains(position + digits.count),
      bytes[position + digits.count] == UInt8(ascii: "}")
    else { throw expected("a character's number and '}'") }
    position += digits.count + 1
    return scalar
  }

  // MARK: Numbers

  private mutating func digits() throws(ProgramTextError) -> String? {
    skipSpace()
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    if position == start { return nil }
    if position - start > TextScanner.digitLimit { throw error(.tooLarge("a number")) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A machine integer without sign.
  mutating func natural(_ what: String = "a number") throws(ProgramTextError) -> Int {
    guard let digits = try digits() else { throw expected(what) }
    guard let value = Int(digits) else { throw error(.tooLarge(digits)) }
    return value
  }

  mutating func integer() throws(ProgramTextError) -> Int {
    try accept("-") ? -natural() : natural()
  }

  var seesDigit: Bool {
    mutating get {
      skipSpace()
      return position < bytes.count && UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position]
    }
  }

  /// `7` or `2/3`, without sign.
  mutating func ratio() throws(ProgramTextError) -> Rational {
    guard let digits = try digits(), let numerator = BigInt(digits) else { throw expected("a number") }
    if !accept("/") { return Rational(numerator, 1) }
    guard let digits = try self.digits(), let denominator = BigInt(digits), !denominator.isZero else {
      throw expected("a denominator")
    }
    return Rational(numerator, denominator)
  }

  /// The bit pattern of `bits:…`, 16 hexadecimal digits at most.
  mutating func bits() throws(ProgramTextError) -> UInt64 {
    skipSpace()
    let start = position
    while position < bytes.count, Character(Unicode.Scalar(bytes[position])).isHexDigit { position += 1 }
    guard let bits = UInt64(String(decoding: bytes[start..<position], as: UTF8.self), radix: 16) else {
      throw expected("a bit pattern")
    }
    return bits
  }
}
