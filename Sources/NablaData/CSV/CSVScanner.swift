/// Splits the bytes of a table into rows and fields.
package struct CSVScanner {
  /// A field, and the number that it is.
  package struct Field: Hashable, Sendable {
    /// Between the quotes, if there are any.
    package let range: Range<Int>
    /// Whether doubled quotes stand for one.
    let hasDoubledQuotes: Bool
    /// `nil` for a word; NaN for a missing value.
    package let value: Double?
  }

  private let bytes: UnsafeRawBufferPointer
  private let separator: UInt8
  private var position = 0
  private var line = 1

  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: mark) { position = 3 }
    let first = bytes[position...].prefix { $0 != UInt8(ascii: "\n") }
    let known = [",", ";", "\t"].map { UInt8(ascii: $0) }
    separator = known.first { first.contains($0) } ?? known[0]
  }

  package func text(_ field: Field) -> String {
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[field.range]), as: UTF8.self)
    return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
  }

  /// The fields of the next row that has text.
  ///
  /// - Returns: the number of its first line, from 1; `nil` at the end.
  package mutating func nextRow(_ row: inout [Field]) throws(DataError) -> Int? {
    row.removeAll(keepingCapacity: true)
    while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D { skipLineEnd() }
    if position == bytes.count { return nil }
    let start = line
    while true {
      row.append(try field())
      if position < bytes.count, bytes[position] == separator {
        position += 1
        continue
      }
      if position < bytes.count { skipLineEnd() }
      return start
    }
  }

  /// A line ends with `\n`, `\r\n` or `\r`.
  private mutating func skipLineEnd() {
    if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
    position += 1
    line += 1
  }

  private mutating func field() throws(DataError) -> Field {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted() }
    let start = position
    while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A, bytes[position] != 0x0D {
      position += 1
    }
    return Field(range: start..<position, hasDoubledQuotes: false, value: number(start..<position))
  }

  private mutating func quoted() throws(DataError) -> Field {
    let (begin, beginLine) = (position, line)
    position += 1
    var hasDoubledQuotes = false
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\"") {
        guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else { break }
        hasDoubledQuotes = true
        position += 1
      } else if bytes[position] == 0x0A {
        line += 1
      }
      position += 1
    }
    guard position < bytes.count else {
      throw .malformed(.csv, "a quote in line \(beginLine) is never closed, from the one", offset: begin)
    }
    let range = begin + 1..<position
    position += 1
    guard position == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[position]) else {
      throw .malformed(.csv, "text after a closing quote in line \(line)", offset: position)
    }
    return Field(range: range, hasDoubledQuotes: hasDoubledQuotes, value: hasDoubledQuotes ? nil : number(range))
  }

  // MARK: Numbers

  private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

  private func number(_ range: Range<Int>) -> Double? {
    var range = range
    while let last = range.last, isSpace(bytes[last]) { range = range.lowerBound..<last }
    while let first = range.first, isSpace(bytes[first]) { range = first + 1..<range.upperBound }
    return quick(range) ?? slow(range)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Up to 15 digits and a power of ten up to 22 are exact as doubles, so that one division or multiplication rounds
  /// right: W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990.
  private func quick(_ range: Range<Int>) -> Double? {
    var index = range.lowerBound
    let isNegative = index < range.upperBound && bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    var digits = 0
    var value = 0
    var scale: Int?
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), scale == nil {
        scale = 0
      } else if (0x30...0x39).contains(byte), digits < 15 {
        value = value * 10 + Int(byte - 0x30)
        digits += 1
        scale? += 1
      } else {
        return nil
      }
      index += 1
    }
    if digits == 0 { return nil }
    let magnitude = Double(value) / CSVScanner.powers[scale ?? 0]
    return isNegative ? -magnitude : magnitude
  }

  private func slow(_ range: Range<Int>) -> Double? {
    if range.isEmpty { return .nan }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    switch text.lowercased() {
    case "na", "n/a", "nan", "null": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    // Other words that Swift reads as numbers, such as hexadecimal ones, are words here.
    default: return text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } ? Double(text) : nil
    }
  }
}
