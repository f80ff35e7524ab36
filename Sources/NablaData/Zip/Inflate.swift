/// Decompresses a DEFLATE stream (RFC 1951).
///
/// Every length and distance is checked, and no more is written than the caller allows: a hostile stream ends in an
/// error.
struct Inflate {
  enum Failure: Error, Hashable, Sendable {
    /// The stream ends before its last block does.
    case truncated
    /// More comes out than there may be.
    case tooLong
    /// A block, code or distance that the format does not have.
    case malformed(String)
  }

  private let input: UnsafeRawBufferPointer
  private var position = 0
  /// Bits read ahead, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private let output: UnsafeMutableRawBufferPointer
  private var written = 0

  private init(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) {
    self.input = input
    self.output = output
  }

  /// Fills `output` from a stream.
  ///
  /// - Returns: the bytes written, at most as many as there is room for.
  static func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(Failure) -> Int {
    var stream = Inflate(input, output)
    while true {
      let isLast = try stream.take(1) == 1
      switch try stream.take(2) {
      case 0: try stream.copyStored()
      case 1: try stream.copyCompressed(HuffmanCode.fixedLiterals, HuffmanCode.fixedDistances)
      case 2:
        let (literals, distances) = try stream.readCodes()
        try stream.copyCompressed(literals, distances)
      default: throw .malformed("a block of unknown kind")
      }
      if isLast { return stream.written }
    }
  }

  // MARK: Bits

  private mutating func fill() {
    while bitCount <= 56, position < input.count {
      bits |= UInt64(input[position]) << bitCount
      position += 1
      bitCount += 8
    }
  }

  private mutating func take(_ count: Int) throws(Failure) -> Int {
    if bitCount < count { fill() }
    guard bitCount >= count else { throw .truncated }
    let value = Int(bits & (1 << count - 1))
    bits >>= count
    bitCount -= count
    return value
  }

  private mutating func symbol(_ code: HuffmanCode) throws(Failure) -> Int {
    if bitCount < HuffmanCode.longest { fill() }
    let (symbol, length) = code.decode(UInt32(truncatingIfNeeded: bits))
    guard length > 0 else { throw bitCount < HuffmanCode.longest ? .truncated : .malformed("a code without meaning") }
    guard length <= bitCount else { throw .truncated }
    bits >>= length
    bitCount -= length
    return symbol
  }

  // MARK: Blocks

  private mutating func copyStored() throws(Failure) {
    _ = try take(bitCount & 7)
    let count = try take(16)
    guard try take(16) == count ^ 0xFFFF else { throw .malformed("a stored block whose length is not what it says") }
    // Bytes that were read ahead go back.
    position -= bitCount / 8
    (bits, bitCount) = (0, 0)
    guard input.count - position >= count else { throw .truncated }
    guard output.count - written >= count else { throw .tooLong }
    for index in 0..<count { output[written + index] = input[position + index] }
    position += count
    written += count
  }

  private static let lengthBase: [Int] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits: [Int] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]

  private mutating func copyCompressed(
    _ literals: HuffmanCode, _ distances: HuffmanCode
  ) throws(Failure) {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        guard written < output.count else { throw .tooLong }
        output[written] = UInt8(truncatingIfNeeded: symbol)
        written += 1
        continue
      }
      if symbol == 256 { return }
      guard symbol < 286 else { throw .malformed("a length without meaning") }
      let length = Inflate.lengthBase[symbol - 257] + (try take(Inflate.lengthBits[symbol - 257]))
      let code = try self.symbol(distances)
      guard code < 30 else { throw .malformed("a distance without meaning") }
      let extra = max(code / 2 - 1, 0)
      let base = code < 4 ? code + 1 : (2 + code % 2) << extra + 1
      let distance = base + (try take(extra))
      guard distance <= written else { throw .malformed("a distance beyond the beginning") }
      guard output.count - written >= length else { throw .tooLong }
      // One after the other: what is copied may be what was copied just now.
      for index in written..<written + length { output[index] = output[index - distance] }
      written += length
    }
  }

  /// The order in which the lengths of the code of lengths come.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func readCodes() throws(Failure) -> (HuffmanCode, HuffmanCode) {
    let literals = try take(5) + 257
    let distances = try take(5) + 1
    let count = try take(4) + 4
    guard literals <= 286, distances <= 30 else { throw .malformed("more codes than there are symbols") }
    var lengths = [UInt8](repeating: 0, count: 19)
    for index in 0..<count { lengths[Inflate.order[index]] = UInt8(try take(3)) }
    let code = try HuffmanCode(lengths)
    var all: [UInt8] = []
    while all.count < literals + distances {
      let symbol = try symbol(code)
      switch symbol {
      case 16:
        guard let last = all.last else { throw .malformed("a repetition of nothing") }
        all.append(contentsOf: repeatElement(last, count: 3 + (try take(2))))
      case 17: all.append(contentsOf: repeatElement(0, count: 3 + (try take(3))))
      case 18: all.append(contentsOf: repeatElement(0, count: 11 + (try take(7))))
      default: all.append(UInt8(truncatingIfNeeded: symbol))
      }
    }
    guard all.count == literals + distances else { throw .malformed("a repetition beyond the end") }
    guard all[256] > 0 else { throw .malformed("a block without an end") }
    return (try HuffmanCode(Array(all[..<literals])), try HuffmanCode(Array(all[literals...])))
  }
}
