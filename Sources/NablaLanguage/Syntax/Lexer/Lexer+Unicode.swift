import NablaDiagnostics

extension Lexer {
  /// Reads a token that begins with a character beyond ASCII.
  mutating func scanUnicode() {
    guard let (scalar, length) = decode(at: offset) else { return scanInvalidBytes() }
    if ("\u{2018}"..."\u{201F}").contains(scalar), scanQuoted(after: length) { return }
    switch scalar {
    case "√": take(.root, length)
    case "∂": take(.partial, length)
    // U+0387 is canonically the same character as U+00B7.
    case "·", "\u{387}", "×": take(.star, length)
    case "−": take(.minus, length)
    case "≤": take(.lessOrEqual, length)
    case "≥": take(.greaterOrEqual, length)
    case "≠": take(.notEqual, length)
    case "′": take(.prime, length)
    case "∞": take(.name, length)
    // Read as `||`, so that `‖x‖` is reported as a whole.
    case "\u{2016}", "\u{2225}": take(.doubleBar, length)
    // The Greek question mark is canonically a semicolon.
    case "\u{37E}": take(.semicolon, length)
    case _ where NameCharacter.begins(scalar): scanName()
    case _ where Superscript.plain(scalar) != nil: scanSuperscript()
    case _ where scalar.properties.generalCategory == .spaceSeparator: skipSpace(length)
    default:
      guard let lookalike = Lookalike(scalar) else { return reportStray(length: length) }
      // `wᵀx` is a product of arrays.
      let meets = scalar == "\u{1D40}" && (decode(at: offset + length).map { NameCharacter.begins($0.0) } ?? false)
      mend(lookalike.kind, length, to: meets ? ".T @ " : lookalike.replacement)
    }
  }

  /// A string between the quotation marks of a text program: one problem.
  ///
  /// - Returns: whether there is a second mark on the line.
  private mutating func scanQuoted(after length: Int) -> Bool {
    let start = offset
    var index = start + length
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") {
      guard bytes[index] >= 0x80, let (scalar, length) = decode(at: index) else {
        index += 1
        continue
      }
      if ("\u{2018}"..."\u{201F}").contains(scalar) {
        let range = SourceRange(start, index + length)
        let text = String(decoding: bytes[start + length..<index], as: UTF8.self)
        diagnostics.report(
          Diagnostic(
            .spelling, "a string stands in \"straight quotes\"", at: range,
            fixIt: Diagnostic.FixIt(range: range, replacement: "\"\(text)\"")))
        offset = range.end
        appendStray(from: start)
        return true
      }
      index += length
    }
    return false
  }

  /// SUPERSCRIPT = an optional sign, then digits: one exponent.
  private mutating func scanSuperscript() {
    let start = offset
    var hasDigits = false
    while let (scalar, length) = decode(at: offset), let plain = Superscript.plain(scalar) {
      let isDigit = NameCharacter.isDigit(UInt8(ascii: plain))
      guard isDigit || offset == start else { break }
      hasDigits = hasDigits || isDigit
      offset += length
    }
    if hasDigits { return append(.superscript, from: start) }
    diagnostics.report(
      Diagnostic(
        .superscript, "a sign in an exponent needs digits after it", at: SourceRange(start, offset)))
    appendStray(from: start)
  }

  private mutating func scanInvalidBytes() {
    let start = offset
    repeat { offset += 1 } while offset < bytes.count && bytes[offset] >= 0x80 && decode(at: offset) == nil
    diagnostics.report(invalidText(SourceRange(start, offset)))
    appendStray(from: start)
  }

  /// Reports the first bytes of a string or comment that are not UTF-8.
  mutating func requireText(_ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] < 0x80 {
        index += 1
      } else if let (_, length) = decode(at: index) {
        index += length
      } else {
        var end = index + 1
        while end < range.upperBound, bytes[end] >= 0x80, decode(at: end) == nil { end += 1 }
        return diagnostics.report(invalidText(SourceRange(index, end)))
      }
    }
  }

  private func invalidText(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.invalidText, "these bytes are not UTF-8 text", at: range)
  }

  /// The scalar at an offset and its length in bytes; `nil` where the bytes are not UTF-8 or the text ends.
  func decode(at start: Int) -> (Unicode.Scalar, Int)? {
    guard start < bytes.count else { return nil }
    let lead = bytes[start]
    let length: Int
    var value: UInt32
    switch lead {
    case 0..<0x80: return (Unicode.Scalar(lead), 1)
    case 0xC2..<0xE0: (length, value) = (2, UInt32(lead & 0x1F))
    case 0xE0..<0xF0: (length, value) = (3, UInt32(lead & 0x0F))
    case 0xF0..<0xF5: (length, value) = (4, UInt32(lead & 0x07))
    default: return nil
    }
    guard start + length <= bytes.count else { return nil }
    for byte in bytes[start + 1..<start + length] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    // Overlong forms, surrogates (refused by the initialiser) and values beyond Unicode are not UTF-8.
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }
}
