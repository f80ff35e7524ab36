/// Unpacks `.gz` files.
///
/// Source: RFC 1952.
public enum Gzip {
  /// Whether the bytes begin as those of a `.gz` file do.
  public static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// Unpacks all members of a file, one after the other, and checks their sums.
  ///
  /// - Parameter memoryLimit: results larger than this lie in a temporary file without a name.
  /// - Throws: ``DataError/malformed(_:_:offset:)`` with the byte of the file where it stops making sense.
  public static func decompress(
    _ bytes: UnsafeRawBufferPointer, memoryLimit: Int = GrowingBytes.usualMemoryLimit
  ) throws(DataError) -> ByteStorage {
    let room = try GrowingBytes(expecting: expectedSize(bytes), memoryLimit: memoryLimit)
    var position = 0
    repeat {
      let start = room.count
      let body = try skipHeader(bytes, at: position)
      let packed = UnsafeRawBufferPointer(rebasing: bytes[body...])
      let end = try Inflate.decompress(packed, appendingTo: room, kind: .gzip, offset: body)
      let reader = ByteReader(bytes, .gzip)
      guard bytes.count - end >= 8 else { throw truncated(bytes) }
      let member = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room.memory)[start..<room.count])
      guard try reader.integer(at: end, as: UInt32.self) == CRC32.checksum(member) else {
        throw .malformed(.gzip, "the data are damaged: their check sum is another than that", offset: end)
      }
      guard try reader.integer(at: end + 4, as: UInt32.self) == UInt32(truncatingIfNeeded: member.count) else {
        throw .malformed(.gzip, "the data are damaged: their number is another than that", offset: end + 4)
      }
      position = end + 8
      // Tapes fill their last block with zeros.
      while position < bytes.count, bytes[position] == 0 { position += 1 }
    } while position < bytes.count
    return room.finished()
  }

  /// What the last member says, if that is usual for so many bytes; the room grows where it is more.
  private static func expectedSize(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count >= 18 else { return 1 }
    let said = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
    return min(Int(said), bytes.count * 32)
  }

  private static func truncated(_ bytes: UnsafeRawBufferPointer) -> DataError {
    .malformed(.gzip, "the data end early,", offset: bytes.count)
  }

  /// Where the compressed data begin.
  private static func skipHeader(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(DataError) -> Int {
    guard bytes.count - start >= 10 else { throw truncated(bytes) }
    guard bytes[start] == 0x1F, bytes[start + 1] == 0x8B else {
      throw .malformed(.gzip, "other bytes", offset: start)
    }
    guard bytes[start + 2] == 8 else {
      throw .malformed(.gzip, "compression method \(bytes[start + 2]) is not known", offset: start + 2)
    }
    let flags = bytes[start + 3]
    guard flags & 0xE0 == 0 else { throw .malformed(.gzip, "unknown flags", offset: start + 3) }
    var position = start + 10
    if flags & 4 != 0 {
      guard bytes.count - position >= 2 else { throw truncated(bytes) }
      position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
    }
    // A name and a comment, each with a zero at its end.
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      guard position <= bytes.count, let end = bytes[position...].firstIndex(of: 0) else { throw truncated(bytes) }
      position = end + 1
    }
    if flags & 2 != 0 { position += 2 }
    guard position <= bytes.count else { throw truncated(bytes) }
    return position
  }
}
