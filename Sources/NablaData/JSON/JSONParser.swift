/// Reads one JSON value (RFC 8259) from a line of UTF-8.
public struct JSONParser {
  public struct Failure: Error, Hashable, Sendable {
    public let message: String
    /// In bytes from the start of the line.
    public let offset: Int
    /// Whether a limit was met, rather than a mistake.
    public var isLimit = false
  }

  /// Deeper values are refused: nothing that a request means is nested so far.
  public static let depthLimit = 128

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  public static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes)
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("text after the value") }
    return value
  }

  private func failure(_ message: String) -> Failure { Failure(message: message, offset: position) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(Failure) -> JSONValue {
    guard let byte = current else { throw failure("a value is missing") }
    switch Unicode.Scalar(byte) {
    case "{": return try object()
    case "[": return try array()
    case "\"": return .string(try string())
    case "t": return try word("true", .boolean(true))
    case "f": return try word("false", .boolean(false))
    case "n": return try word("null", .null)
    case "-", "0"..."9": return try number()
    case "N", "I": throw failure("a value is expected, such as \"nan\" or \"inf\" in quotes")
    default: throw failure("a value is expected")
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Failure) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw failure("'\(word)' is expected") }
    position += word.utf8.count
    return value
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    if depth > JSONParser.depthLimit {
      throw Failure(message: "nested more than \(JSONParser.depthLimit) deep", offset: position, isLimit: true)
    }
    position += 1
    skipSpace()
  }

  private mutating func array() throws(Failure) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var values: [JSONValue] = []
    if accept("]") { return .array(values) }
    while true {
      values.append(try value())
      skipSpace()
      if accept("]") { return .array(values) }
      guard accept(",") else { throw failure("',' or ']' is expected") }
      skipSpace()
    }
  }

  private mutating func object() throws(Failure) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var members: [JSONValue.Member] = []
    if accept("}") { return .object(members) }
    while true {
      guard current == UInt8(ascii: "\"") else { throw failure("a name in quotes is expected") }
      let name = try string()
      skipSpace()
      guard accept(":") else { throw failure("':' is expected") }
      skipSpace()
      members.append(.init(name, try value()))
      skipSpace()
      if accept("}") { return .object(members) }
      guard accept(",") else { throw failure("',' or '}' is expected") }
      skipSpace()
    }
  }

  private mutating func digits() throws(Failure) {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw failure("a digit is expected") }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = position
    if accept("-"), current == UInt8(ascii: "I") {
      throw failure("digits are expected, or \"-inf\" in quotes,")
    }
    if !accept("0") { try digits() }
    if accept(".") { try digits() }
    if accept("e") || accept("E") {
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func string() throws(Failure) -> String {
    position += 1
    var scalars: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: scalars, as: UTF8.self) else { throw failure("text that is not UTF-8") }
        return text
      case UInt8(ascii: "\\"):
        scalars.append(contentsOf: try escape().utf8)
      case 0..<0x20:
        throw failure("a control character in a string")
      default:
        scalars.append(byte)
      }
    }
    throw failure("a string without end")
  }

  private mutating func escape() throws(Failure) -> String {
    guard let byte = current else { throw failure("a string without end") }
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return String(Character(scalar)) }
      // A surrogate must be the first of a pair.
      guard (0xD800..<0xDC00).contains(unit), accept("\\"), accept("u") else { throw failure("half a surrogate pair") }
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
      else { throw failure("half a surrogate pair") }
      return String(Character(scalar))
    default: throw failure("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits are expected")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
