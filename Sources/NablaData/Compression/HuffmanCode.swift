/// A canonical Huffman code of DEFLATE, as a table that is indexed by the next bits of the stream.
struct HuffmanCode: Sendable {
  /// Bits of the longest code that the format allows.
  static let longest = 15
  /// Codes up to this length are one look-up; a longer one is found bit by bit.
  private static let quick = 10

  /// Symbol and length, `symbol << 4 | length`, by the next bits; 0 where no short code matches.
  private var table = [UInt16](repeating: 0, count: 1 << quick)
  /// How many codes there are of each length.
  private var counts = [Int](repeating: 0, count: longest + 1)
  /// Symbols in the order of their codes.
  private var symbols: [UInt16] = []

  /// - Parameter lengths: the length of each symbol's code, 0 for symbols that do not occur.
  init(_ lengths: [UInt8]) throws(Inflate.Failure) {
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    // More codes than the lengths leave room for cannot be told apart. Fewer are allowed: a single distance has one bit.
    var room = 1
    for length in 1...HuffmanCode.longest {
      room = room * 2 - counts[length]
      if room < 0 { throw .malformed("a code with too many symbols") }
    }
    var next = [Int](repeating: 0, count: HuffmanCode.longest + 2)
    var code = 0
    var offsets = [0, 0]
    for length in 1...HuffmanCode.longest {
      next[length] = code
      code = (code + counts[length]) << 1
      offsets.append(offsets[length] + counts[length])
    }
    symbols = [UInt16](repeating: 0, count: lengths.count)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      symbols[offsets[length]] = UInt16(symbol)
      offsets[length] += 1
      if length <= HuffmanCode.quick {
        // The stream has the first bit of a code lowest.
        let reversed = HuffmanCode.reversed(next[length], length)
        for index in stride(from: reversed, to: 1 << HuffmanCode.quick, by: 1 << length) {
          table[index] = UInt16(symbol << 4 | length)
        }
      }
      next[length] += 1
    }
  }

  /// The symbol at the beginning of some bits, and how many of them it takes: none where there is no such code.
  func decode(_ bits: UInt32) -> (symbol: Int, length: Int) {
    let entry = table[Int(bits & (1 << HuffmanCode.quick - 1))]
    if entry != 0 { return (Int(entry >> 4), Int(entry & 15)) }
    var code = 0
    var first = 0
    var index = 0
    for length in 1...HuffmanCode.longest {
      code |= Int(bits >> (length - 1) & 1)
      let count = counts[length]
      if code - first < count { return (Int(symbols[index + code - first]), length) }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return (0, 0)
  }

  private static func reversed(_ code: Int, _ length: Int) -> Int {
    var result = 0
    for bit in 0..<length where code >> bit & 1 == 1 { result |= 1 << (length - 1 - bit) }
    return result
  }

  /// The codes of blocks that bring none: RFC 1951, 3.2.6.
  static let fixedLiterals: HuffmanCode = {
    var lengths = [UInt8](repeating: 8, count: 288)
    for symbol in 144..<256 { lengths[symbol] = 9 }
    for symbol in 256..<280 { lengths[symbol] = 7 }
    return known(lengths)
  }()
  static let fixedDistances = known([UInt8](repeating: 5, count: 30))

  private static func known(_ lengths: [UInt8]) -> HuffmanCode {
    guard let code = try? HuffmanCode(lengths) else { preconditionFailure("the format's own codes are complete") }
    return code
  }
}
