/// What a symbol of a DEFLATE stream stands for, in bits beside the length of its code, so that one look-up says all.
///
/// Source: RFC 1951, 3.2.5.
struct CodeMeaning: Hashable, Sendable {
  /// The lowest four bits are free; then what it is, how many extra bits follow (from bit 8), and the number (from bit 16).
  let bits: UInt32

  /// A symbol by its number: the end of a block, a step of a table of lengths, or nothing that the format knows.
  init(symbol: Int) { bits = UInt32(symbol) << 16 }

  /// A byte of the output.
  private init(byte: Int) { bits = UInt32(byte) << 16 | CodeMeaning.byte }

  /// A length or distance: the least one, and how many bits follow that are added to it.
  private init(least: Int, extra: Int) { bits = UInt32(least) << 16 | UInt32(extra) << 8 | CodeMeaning.range }

  static let byte: UInt32 = 1 << 4
  static let range: UInt32 = 1 << 5
  static let endOfBlock = 256

  static func codeLength(_ entry: UInt32) -> Int { Int(entry & 15) }
  static func extra(_ entry: UInt32) -> Int { Int(entry >> 8 & 15) }
  static func number(_ entry: UInt32) -> Int { Int(entry >> 16) }

  /// The bits of a code and of what follows it.
  static func bitCount(_ entry: UInt32) -> Int { codeLength(entry) + extra(entry) }

  /// A length or distance whose code is lowest in `bits`, which goes on behind it.
  @inline(__always)
  static func take(_ entry: UInt32, _ bits: inout UInt64) -> Int {
    bits &>>= UInt64(codeLength(entry))
    defer { bits &>>= UInt64(extra(entry)) }
    return number(entry) + Int(bits & (1 &<< UInt64(extra(entry)) - 1))
  }

  /// Bytes, the end, and lengths from 3 to 258: eight alone, then four steps for each further bit, and the longest alone.
  static let literals: [CodeMeaning] = {
    var meanings = (0..<256).map { CodeMeaning(byte: $0) } + [CodeMeaning(symbol: endOfBlock)]
    for code in 0..<28 {
      let extra = max(code / 4 - 1, 0)
      meanings.append(CodeMeaning(least: code < 8 ? code + 3 : (4 + code % 4) << extra + 3, extra: extra))
    }
    return meanings + [CodeMeaning(least: 258, extra: 0), CodeMeaning(symbol: 286), CodeMeaning(symbol: 287)]
  }()

  /// Distances from 1 to 32,768: four alone, then two steps for each further bit.
  static let distances: [CodeMeaning] = (0..<30).map { code in
    let extra = max(code / 2 - 1, 0)
    return CodeMeaning(least: code < 4 ? code + 1 : (2 + code % 2) << extra + 1, extra: extra)
  }

  /// Lengths of codes, and how often they are repeated.
  static let steps = (0..<19).map { CodeMeaning(symbol: $0) }
}
