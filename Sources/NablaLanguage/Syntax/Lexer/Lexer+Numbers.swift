import NablaDiagnostics

extension Lexer {
  /// NUMBER = digits [ `.` digits ] or `.` digits, then an exponent `e|E [+-] digits` if one follows.
  ///
  /// A dot counts only before a digit, so that `0..<n` is a range, and an `e` only before digits, so that `2e-x` is
  /// `2*e - x`. What touches the number is the parser's business, but for spellings of other languages that would
  /// silently become a product: `0x1F`, `0b01` and `1_000`.
  mutating func scanNumber() {
    let start = offset
    skipDigits()
    if peek() == UInt8(ascii: "."), NameCharacter.isDigit(peek(1)) {
      offset += 1
      skipDigits()
    }
    if peek() | 0x20 == UInt8(ascii: "e") {
      let signLength = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
      if NameCharacter.isDigit(peek(1 + signLength)) {
        offset += 1 + signLength
        skipDigits()
      }
    }
    if scanForeignNumber(from: start) { return }
    append(.number, from: start)
  }

  private mutating func skipDigits() {
    while NameCharacter.isDigit(peek()) { offset += 1 }
  }

  /// Reads and reports a number with a base prefix or digit groups; false if there is none.
  private mutating func scanForeignNumber(from start: Int) -> Bool {
    var end = offset
    while end < bytes.count, NameCharacter.continues(bytes[end]) { end += 1 }
    guard end - offset >= 2 else { return false }
    let word = bytes[offset..<end]
    let isGroups = word.allSatisfy { $0 == UInt8(ascii: "_") || NameCharacter.isDigit($0) }
    let radix = bytes[start..<offset].elementsEqual([UInt8(ascii: "0")]) ? radix(ofPrefix: word[offset]) : nil
    let digits = String(decoding: word.dropFirst(), as: UTF8.self)

    let replacement: String?
    let message: String
    if isGroups {
      replacement = String(decoding: bytes[start..<end].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
      message = "digits are not grouped by '_'"
    } else if let radix, digits.allSatisfy({ $0.hexDigitValue.map { $0 < radix } ?? false }) {
      replacement = Int(digits, radix: radix).map { String($0) }
      message = "numbers are decimal: base \(radix) is not known"
    } else {
      return false
    }
    offset = end
    let range = SourceRange(start, end)
    diagnostics.report(
      Diagnostic(
        .number, message, at: range, fixIt: replacement.map { Diagnostic.FixIt(range: range, replacement: $0) }))
    append(.stray, from: start)
    return true
  }

  private func radix(ofPrefix byte: UInt8) -> Int? {
    switch byte | 0x20 {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "b"): 2
    default: nil
    }
  }
}
