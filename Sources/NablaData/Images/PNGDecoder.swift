/// Reads pictures in Portable Network Graphics: all colour types and depths, interlaced or not.
///
/// Grey values and colours of other depths than eight bits are scaled to it; transparency is left out.
///
/// - Source: PNG (Portable Network Graphics) Specification, ISO/IEC 15948.
enum PNGDecoder {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: signature) }

  static func decode(_ bytes: UnsafeRawBufferPointer) throws(DataError) -> Raster {
    var chunks = PNGChunks(bytes, at: signature.count)
    guard let first = try chunks.next(), first.name == "IHDR" else {
      throw .malformed(.png, "the header is missing", offset: signature.count)
    }
    let header = try PNGHeader(first.bytes, at: first.offset)
    var palette: [UInt8] = []
    var packed: [UInt8] = []
    var end = first.offset
    loop: while let chunk = try chunks.next() {
      end = chunk.offset
      switch chunk.name {
      case "PLTE": palette = Array(chunk.bytes)
      case "IDAT": packed.append(contentsOf: chunk.bytes)
      case "IEND": break loop
      default:
        // Names that begin with a capital are of what nobody may leave out.
        guard chunk.name.utf8.first.map({ $0 & 0x20 != 0 }) ?? false else {
          throw .malformed(.png, "a part '\(chunk.name)' that is not known", offset: chunk.offset)
        }
      }
    }
    if header.colour == .palette, palette.isEmpty || palette.count % 3 != 0 {
      throw .malformed(.png, "the palette is missing", offset: end)
    }
    let lines = try decompress(packed, header, at: end)
    return try header.raster(lines, palette: palette, at: end)
  }

  /// The filtered lines, which are one zlib stream.
  private static func decompress(
    _ packed: [UInt8], _ header: PNGHeader, at offset: Int
  ) throws(DataError) -> [UInt8] {
    // RFC 1950: deflate, no dictionary, and a sum of both bytes.
    guard packed.count > 6, packed[0] & 0xF == 8, packed[1] & 0x20 == 0,
      (Int(packed[0]) << 8 | Int(packed[1])) % 31 == 0
    else { throw .malformed(.png, "the compressed data begin with other bytes", offset: offset) }
    let size = header.passes.reduce(0) { $0 + $1.height * (1 + header.lineSize($1.width)) }
    // No stream becomes more than 1032 times as long.
    guard size / 1032 <= packed.count else {
      throw .malformed(.png, "too few data for \(header.width) by \(header.height) pixels", offset: offset)
    }
    var lines = [UInt8](repeating: 0, count: size)
    let result = packed.withUnsafeBytes { packed in
      lines.withUnsafeMutableBytes { lines in
        Result { () throws(Inflate.Failure) in
          try Inflate.decompress(UnsafeRawBufferPointer(rebasing: packed[2...]), into: lines)
        }
      }
    }
    switch result {
    case .success(size): return lines
    case .success(let count): throw .truncated(.png, expected: size, found: count)
    case .failure(.malformed(let problem)):
      throw .malformed(.png, "\(problem) in the compressed data", offset: offset)
    case .failure(.noRoom(let error)): throw error
    case .failure(.tooLong), .failure(.truncated):
      throw .malformed(.png, "more or fewer compressed data than the pixels need", offset: offset)
    }
  }
}

/// The parts of a file, one after the other; their sums are checked.
private struct PNGChunks {
  struct Chunk {
    let name: String
    let bytes: UnsafeRawBufferPointer
    /// Where it begins in the file.
    let offset: Int
  }

  private let reader: ByteReader
  private var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    reader = ByteReader(bytes, .png)
    self.position = position
  }

  mutating func next() throws(DataError) -> Chunk? {
    if position == reader.count { return nil }
    let length = Int(try reader.integer(at: position, as: UInt32.self).byteSwapped)
    guard length < 1 << 31 else { throw .malformed(.png, "a part of \(length) bytes", offset: position) }
    let summed = try reader.bytes(at: position + 4, count: 4 + length)
    guard try reader.integer(at: position + 8 + length, as: UInt32.self).byteSwapped == CRC32.checksum(summed) else {
      throw .malformed(.png, "a part is damaged: its check sum is another", offset: position)
    }
    let name = String(decoding: summed[..<4], as: UTF8.self)
    let chunk = Chunk(name: name, bytes: UnsafeRawBufferPointer(rebasing: summed[4...]), offset: position)
    position += 12 + length
    return chunk
  }
}
