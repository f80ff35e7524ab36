/// Writes a ZIP archive of stored members.
struct ZipWriter {
  private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// The sizes of the format without its extension for large archives.
  static let limit = 0xFFFF_FFFE

  /// - Throws: ``DataError/notHolding(_:_:)`` where the archive would exceed 4 GB or 65534 members.
  mutating func add(_ name: String, _ contents: [UInt8]) throws(DataError) {
    let name = Array(name.utf8)
    guard bytes.count + contents.count + directory.count + 2 * name.count + 200 < ZipWriter.limit, count < 65_534,
      name.count < 65_536
    else { throw .notHolding(.npz, "more than 4 GB") }
    let sum = contents.withUnsafeBytes { CRC32.checksum($0) }
    let offset = bytes.count
    let size = UInt32(contents.count)
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    var common: [UInt8] = []
    common.append(UInt16(20))
    common.append(UInt16(0x0800))
    common.append(UInt16(0))
    common.append(UInt16(0))
    common.append(UInt16(0x21))
    common.append(sum)
    common.append(size)
    common.append(size)
    common.append(UInt16(name.count))
    common.append(UInt16(0))
    bytes.append(UInt32(0x0403_4B50))
    bytes += common
    bytes += name
    bytes += contents
    directory.append(UInt32(0x0201_4B50))
    directory.append(UInt16(20))
    directory += common
    directory.append(UInt16(0))
    directory.append(UInt16(0))
    directory.append(UInt16(0))
    directory.append(UInt32(0))
    directory.append(UInt32(offset))
    directory += name
    count += 1
  }

  /// The whole archive.
  consuming func finished() -> [UInt8] {
    let offset = bytes.count
    bytes += directory
    bytes.append(UInt32(0x0605_4B50))
    bytes.append(UInt32(0))
    bytes.append(UInt16(count))
    bytes.append(UInt16(count))
    bytes.append(UInt32(directory.count))
    bytes.append(UInt32(offset))
    bytes.append(UInt16(0))
    return bytes
  }
}

extension [UInt8] {
  /// Little end first.
  fileprivate mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
