/// A canonical Huffman code of DEFLATE, as a table that is indexed by the next bits of the stream.
struct HuffmanCode: Sendable {
  /// Bits of the longest code that the format allows.
  static let longest = 15
  /// Codes up to this length are one look-up; a longer one is found bit by bit.
  static let quick = 10

  /// What is found: a meaning with the length of its code in its lowest bits. 0 is no code.
  typealias Entry = UInt32

  /// What the next bits begin with; 0 where no short code matches.
  private(set) var table = [Entry](repeating: 0, count: 1 << quick)
  /// How many codes there are of each length.
  private var counts = [Int](repeating: 0, count: longest + 1)
  /// Meanings in the order of their codes.
  private var ordered: [CodeMeaning] = []

  /// - Parameters:
  ///   - lengths: the length of each symbol's code, 0 for symbols that do not occur.
  ///   - meanings: of at least as many symbols.
  init(_ lengths: ArraySlice<UInt8>, _ meanings: [CodeMeaning]) throws(Inflate.Failure) {
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
    ordered = [CodeMeaning](repeating: CodeMeaning(symbol: 0), count: lengths.count)
    for (length, meaning) in zip(lengths, meanings) where length > 0 {
      let length = Int(length)
      ordered[offsets[length]] = meaning
      offsets[length] += 1
      if length <= HuffmanCode.quick {
        // The stream has the first bit of a code lowest.
        let reversed = HuffmanCode.reversed(next[length], length)
        for index in stride(from: reversed, to: 1 << HuffmanCode.quick, by: 1 << length) {
          table[index] = meaning.bits | Entry(length)
        }
      }
      next[length] += 1
    }
  }

  /// What some bits begin with: 0 where there is no such code.
  func decode(_ bits: UInt32) -> Entry {
    let entry = table[Int(bits & (1 << HuffmanCode.quick - 1))]
    if entry != 0 { return entry }
    var code = 0
    var first = 0
    var index = 0
    for length in 1...HuffmanCode.longest {
      code |= Int(bits >> (length - 1) & 1)
      let count = counts[length]
      if code - first < count { return ordered[index + code - first].bits | Entry(length) }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return 0
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
    return known(lengths, CodeMeaning.literals)
  }()
  static let fixedDistances = known([UInt8](repeating: 5, count: 30), CodeMeaning.distances)

  private static func known(_ lengths: [UInt8], _ meanings: [CodeMeaning]) -> HuffmanCode {
    guard let code = try? HuffmanCode(lengths[...], meanings) else {
      preconditionFailure("the format's own codes are complete")
    }
    return code
  }
}
