/// Reads integers and texts of a binary file; nothing outside it.
struct ByteReader {
  private let all: UnsafeRawBufferPointer
  private let format: FileKind

  init(_ bytes: UnsafeRawBufferPointer, _ format: FileKind) {
    all = bytes
    self.format = format
  }

  var count: Int { all.count }

  func bytes(at offset: Int, count: Int) throws(DataError) -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, offset <= all.count, count <= all.count - offset else {
      let (end, overflow) = offset.addingReportingOverflow(count)
      throw .truncated(format, expected: overflow ? .max : end, found: all.count)
    }
    return UnsafeRawBufferPointer(rebasing: all[offset..<offset + count])
  }

  /// An integer, little end first.
  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type
  ) throws(DataError) -> Integer {
    Integer(littleEndian: try bytes(at: offset, count: MemoryLayout<Integer>.size).loadUnaligned(as: type))
  }

  /// A size or offset of eight bytes; one that no file has is as good as the end of the address space.
  func size(at offset: Int) throws(DataError) -> Int { Int(clamping: try integer(at: offset, as: UInt64.self)) }

  func text(at offset: Int, count: Int) throws(DataError) -> String {
    String(decoding: try bytes(at: offset, count: count), as: UTF8.self)
  }
}
