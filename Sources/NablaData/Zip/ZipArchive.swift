/// Reads the members of a ZIP archive that are stored or deflated, and checks their sums.
///
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
struct ZipArchive {
  struct Entry: Hashable, Sendable {
    let name: String
    fileprivate let method: UInt16
    fileprivate let isEncrypted: Bool
    fileprivate let sum: UInt32
    fileprivate let compressedSize: Int
    let size: Int
    fileprivate let offset: Int
  }

  /// In the order of the archive's directory.
  let entries: [Entry]
  private let bytes: UnsafeRawBufferPointer

  /// - Parameter bytes: the whole archive, valid as long as this value is used.
  init(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    self.bytes = bytes
    let reader = ByteReader(bytes, .npz)
    var (count, directory) = try ZipArchive.directory(reader)
    var entries: [Entry] = []
    var position = directory
    while count > 0 {
      guard try reader.integer(at: position, as: UInt32.self) == 0x0201_4B50 else {
        throw .malformed(.npz, "no entry of the directory", offset: position)
      }
      let nameLength = Int(try reader.integer(at: position + 28, as: UInt16.self))
      let extraLength = Int(try reader.integer(at: position + 30, as: UInt16.self))
      let commentLength = Int(try reader.integer(at: position + 32, as: UInt16.self))
      let name = try reader.text(at: position + 46, count: nameLength)
      var sizes = [
        Int(try reader.integer(at: position + 24, as: UInt32.self)),
        Int(try reader.integer(at: position + 20, as: UInt32.self)),
        Int(try reader.integer(at: position + 42, as: UInt32.self)),
      ]
      try ZipArchive.widen(&sizes, reader, position + 46 + nameLength, extraLength)
      entries.append(
        Entry(
          name: name, method: try reader.integer(at: position + 10, as: UInt16.self),
          isEncrypted: try reader.integer(at: position + 8, as: UInt16.self) & 1 == 1,
          sum: try reader.integer(at: position + 16, as: UInt32.self), compressedSize: sizes[1], size: sizes[0],
          offset: sizes[2]))
      position += 46 + nameLength + extraLength + commentLength
      count -= 1
    }
    self.entries = entries
  }

  /// How many entries the directory has, and where it begins.
  private static func directory(_ reader: ByteReader) throws(DataError) -> (count: Int, offset: Int) {
    // At the end of the file, before a comment of at most 65535 bytes.
    var end = reader.count - 22
    while end >= 0, try reader.integer(at: end, as: UInt32.self) != 0x0605_4B50 {
      if reader.count - end > 22 + 65_535 { end = 0 }
      end -= 1
    }
    guard end >= 0 else { throw .malformed(.npz, "no ZIP archive: its directory is missing", offset: reader.count) }
    let count = Int(try reader.integer(at: end + 10, as: UInt16.self))
    let offset = Int(try reader.integer(at: end + 16, as: UInt32.self))
    guard count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20,
      try reader.integer(at: end - 20, as: UInt32.self) == 0x0706_4B50
    else { return (count, offset) }
    let wide = try reader.size(at: end - 12)
    guard try reader.integer(at: wide, as: UInt32.self) == 0x0606_4B50 else {
      throw .malformed(.npz, "no directory of a large archive", offset: wide)
    }
    return (try reader.size(at: wide + 32), try reader.size(at: wide + 48))
  }

  /// Takes sizes that are too large for their field from the extra field of large archives.
  private static func widen(
    _ sizes: inout [Int], _ reader: ByteReader, _ start: Int, _ length: Int
  ) throws(DataError) {
    guard sizes.contains(0xFFFF_FFFF) else { return }
    var position = start
    while position + 4 <= start + length {
      let id = try reader.integer(at: position, as: UInt16.self)
      let size = Int(try reader.integer(at: position + 2, as: UInt16.self))
      if id == 1 {
        var field = position + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          guard field + 8 <= position + 4 + size else { break }
          sizes[index] = try reader.size(at: field)
          field += 8
        }
        return
      }
      position += 4 + size
    }
  }

  /// Gives `body` the bytes of a member, and checks their sum.
  func withBytes<Result>(
    of entry: Entry, _ body: (UnsafeRawBufferPointer) throws(DataError) -> Result
  ) throws(DataError) -> Result {
    let reader = ByteReader(bytes, .npz)
    guard try reader.integer(at: entry.offset, as: UInt32.self) == 0x0403_4B50 else {
      throw .malformed(.npz, "no member", offset: entry.offset)
    }
    if entry.isEncrypted { throw .malformed(.npz, "the member '\(entry.name)' is encrypted", offset: entry.offset) }
    let nameLength = Int(try reader.integer(at: entry.offset + 26, as: UInt16.self))
    let extraLength = Int(try reader.integer(at: entry.offset + 28, as: UInt16.self))
    let packed = try reader.bytes(at: entry.offset + 30 + nameLength + extraLength, count: entry.compressedSize)
    switch entry.method {
    case 0:
      guard entry.size == packed.count else {
        throw .malformed(.npz, "the member '\(entry.name)' has two sizes", offset: entry.offset)
      }
      try check(packed, entry)
      return try body(packed)
    case 8:
      // No stream becomes more than 1032 times as long.
      guard entry.size / 1032 <= packed.count else {
        throw .malformed(.npz, "the member '\(entry.name)' is too short for its size", offset: entry.offset)
      }
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: entry.size, alignment: 64)
      defer { memory.deallocate() }
      let count: Int
      do {
        count = try Inflate.decompress(packed, into: memory)
      } catch {
        throw .malformed(.npz, "the member '\(entry.name)' cannot be decompressed: \(error)", offset: entry.offset)
      }
      guard count == entry.size else { throw .truncated(.npz, expected: entry.size, found: count) }
      try check(UnsafeRawBufferPointer(memory), entry)
      return try body(UnsafeRawBufferPointer(memory))
    default:
      throw .malformed(.npz, "the member '\(entry.name)' is compressed by method \(entry.method)", offset: entry.offset)
    }
  }

  private func check(_ bytes: UnsafeRawBufferPointer, _ entry: Entry) throws(DataError) {
    if CRC32.checksum(bytes) != entry.sum {
      throw .malformed(.npz, "the member '\(entry.name)' is damaged: its check sum is another", offset: entry.offset)
    }
  }
}
