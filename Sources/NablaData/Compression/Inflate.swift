/// Decompresses a DEFLATE stream (RFC 1951).
///
/// Every length and distance is checked, and no more is written than there is room for: a hostile stream ends in an
/// error.
struct Inflate {
  enum Failure: Error, Hashable, Sendable {
    /// The stream ends before its last block does.
    case truncated
    /// More comes out than there may be.
    case tooLong
    /// A block, code or distance that the format does not have.
    case malformed(String)
    /// There is no place for the output.
    case noRoom(DataError)
  }

  private let input: UnsafeRawBufferPointer
  private var position = 0
  /// Bits read ahead, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var output: UnsafeMutableRawBufferPointer
  private var written = 0
  /// Where the output grows, and where it begins there.
  private let room: GrowingBytes?
  private let start: Int

  private init(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, _ room: GrowingBytes? = nil) {
    self.input = input
    self.output = output
    self.room = room
    start = room?.count ?? 0
  }

  /// Fills `output` from a stream.
  ///
  /// - Returns: the bytes written, at most as many as there is room for.
  static func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(Failure) -> Int {
    var stream = Inflate(input, output)
    try stream.run()
    return stream.written
  }

  /// Adds what a stream becomes to a room that grows with it.
  ///
  /// - Parameters:
  ///   - kind: the file that the stream is part of, for errors.
  ///   - offset: where the stream begins there.
  /// - Returns: where it ends there.
  static func decompress(
    _ input: UnsafeRawBufferPointer, appendingTo room: GrowingBytes, kind: FileKind, offset: Int
  ) throws(DataError) -> Int {
    let free = UnsafeMutableRawBufferPointer(rebasing: room.memory[room.count...])
    var stream = Inflate(input, free, room)
    do {
      try stream.run()
    } catch {
      let place = offset + stream.consumed
      switch error {
      case .truncated: throw .malformed(kind, "the compressed data end early,", offset: offset + input.count)
      case .tooLong: throw .malformed(kind, "the compressed data become more than they say", offset: place)
      case .malformed(let problem): throw .malformed(kind, "\(problem) in the compressed data", offset: place)
      case .noRoom(let error): throw error
      }
    }
    room.count += stream.written
    return offset + stream.consumed
  }

  /// Whole bytes that were looked at, and are not needed for what follows.
  private var consumed: Int { position - bitCount / 8 }

  private mutating func run() throws(Failure) {
    while true {
      let isLast = try take(1) == 1
      switch try take(2) {
      case 0: try copyStored()
      case 1: try copyCompressed(HuffmanCode.fixedLiterals, HuffmanCode.fixedDistances)
      case 2:
        let (literals, distances) = try readCodes()
        try copyCompressed(literals, distances)
      default: throw .malformed("a block of unknown kind")
      }
      if isLast { return }
    }
  }

  /// Makes room for so many more bytes.
  private mutating func grow(by count: Int) throws(Failure) {
    guard let room else { throw .tooLong }
    do {
      room.count = start + written
      defer { room.count = start }
      try room.reserve(start + written + count)
    } catch {
      throw .noRoom(error)
    }
    output = UnsafeMutableRawBufferPointer(rebasing: room.memory[start...])
  }

  // MARK: Bits

  private mutating func fill() {
    if position + 8 <= input.count {
      // Bits beyond the count are those that come next, and are set again to what they are.
      bits |= UInt64(littleEndian: input.loadUnaligned(fromByteOffset: position, as: UInt64.self)) << bitCount
      position += (63 - bitCount) >> 3
      bitCount |= 56
      return
    }
    if bitCount < 64 { bits &= 1 << bitCount - 1 }
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

  /// What the next code means.
  private mutating func entry(_ code: HuffmanCode) throws(Failure) -> HuffmanCode.Entry {
    if bitCount < HuffmanCode.longest { fill() }
    let entry = code.decode(UInt32(truncatingIfNeeded: bits))
    guard entry != 0 else { throw bitCount < HuffmanCode.longest ? .truncated : .malformed("a code without meaning") }
    let length = CodeMeaning.codeLength(entry)
    guard length <= bitCount else { throw .truncated }
    bits >>= length
    bitCount -= length
    return entry
  }

  /// A length or distance, with the bits that follow its code.
  private mutating func number(_ entry: HuffmanCode.Entry) throws(Failure) -> Int {
    CodeMeaning.number(entry) + (try take(CodeMeaning.extra(entry)))
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
    if output.count - written < count { try grow(by: count) }
    UnsafeMutableRawBufferPointer(rebasing: output[written..<written + count])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[position..<position + count]))
    position += count
    written += count
  }

  private mutating func copyCompressed(
    _ literals: HuffmanCode, _ distances: HuffmanCode
  ) throws(Failure) {
    while true {
      copyQuickly(literals.table, distances.table)
      let symbol = try entry(literals)
      if symbol & CodeMeaning.byte != 0 {
        if written == output.count { try grow(by: 1) }
        output[written] = UInt8(truncatingIfNeeded: CodeMeaning.number(symbol))
        written += 1
        continue
      }
      guard symbol & CodeMeaning.range != 0 else {
        if CodeMeaning.number(symbol) == CodeMeaning.endOfBlock { return }
        throw .malformed("a length without meaning")
      }
      let length = try number(symbol)
      let code = try entry(distances)
      guard code & CodeMeaning.range != 0 else { throw .malformed("a distance without meaning") }
      let distance = try number(code)
      guard distance <= written else { throw .malformed("a distance beyond the beginning") }
      if output.count - written < length { try grow(by: length) }
      // One after the other: what is copied may be what was copied just now.
      for index in written..<written + length { output[index] = output[index - distance] }
      written += length
    }
  }

  /// Goes on as long as codes are short and nothing is near an end, which needs no checks of single bytes. Whatever else
  /// comes, an error too, is left to ``copyCompressed(_:_:)``.
  private mutating func copyQuickly(_ literals: [HuffmanCode.Entry], _ distances: [HuffmanCode.Entry]) {
    guard let source = input.baseAddress, let target = output.assumingMemoryBound(to: UInt8.self).baseAddress else {
      return
    }
    func word(_ position: Int) -> UInt64 {
      UInt64(littleEndian: source.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
    // A word is read ahead twice; the longest match, three bytes before it, and the last word of a copy are written.
    let (lastRead, lastWritten) = (input.count - 16, output.count - 272)
    var (position, bits, bitCount, written) = (position, bits, bitCount, written)
    defer { (self.position, self.bits, self.bitCount, self.written) = (position, bits, bitCount, written) }
    let mask = UInt64(1) << HuffmanCode.quick - 1
    literals.withUnsafeBufferPointer { literals in
      distances.withUnsafeBufferPointer { distances in
        while position <= lastRead, written <= lastWritten {
          // As in `fill`, which leaves at least 56 bits: three short codes.
          bits |= word(position) &<< UInt64(bitCount)
          position += (63 - bitCount) >> 3
          bitCount |= 56
          var entry = literals[Int(bits & mask)]
          var bytes = 0
          while entry & CodeMeaning.byte != 0, bytes < 3 {
            target[written] = UInt8(truncatingIfNeeded: CodeMeaning.number(entry))
            written += 1
            bytes += 1
            bits &>>= UInt64(CodeMeaning.codeLength(entry))
            bitCount -= CodeMeaning.codeLength(entry)
            entry = literals[Int(bits & mask)]
          }
          if entry & CodeMeaning.byte != 0 { continue }
          guard entry & CodeMeaning.range != 0 else { return }
          // A length and a distance have at most 40 bits.
          bits |= word(position) &<< UInt64(bitCount)
          position += (63 - bitCount) >> 3
          bitCount |= 56
          var rest = bits
          let length = CodeMeaning.take(entry, &rest)
          let code = distances[Int(rest & mask)]
          guard code & CodeMeaning.range != 0 else { return }
          let distance = CodeMeaning.take(code, &rest)
          guard distance <= written else { return }
          bits = rest
          bitCount -= CodeMeaning.bitCount(entry) + CodeMeaning.bitCount(code)
          let (from, to) = (UnsafeRawPointer(target + (written - distance)), UnsafeMutableRawPointer(target + written))
          if distance >= 8 {
            for index in stride(from: 0, to: length, by: 8) {
              to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: index, as: UInt64.self), toByteOffset: index, as: UInt64.self)
            }
          } else {
            for index in written..<written + length { target[index] = target[index - distance] }
          }
          written += length
        }
      }
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
    let code = try HuffmanCode(lengths[...], CodeMeaning.steps)
    var all: [UInt8] = []
    while all.count < literals + distances {
      let symbol = CodeMeaning.number(try entry(code))
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
    return (
      try HuffmanCode(all[..<literals], CodeMeaning.literals), try HuffmanCode(all[literals...], CodeMeaning.distances)
    )
  }
}
