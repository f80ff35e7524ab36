/// The check sum of ZIP archives: CRC-32 with the reflected polynomial 0xEDB88320, eight bytes at a time.
///
/// Source: ISO 3309; the slicing is M. E. Kounavis and F. L. Berry, "A Systematic Approach to Building High Performance
/// Software-Based CRC Generators", 2005.
enum CRC32 {
  /// `table[k][b]` is the remainder of byte `b` with `k` bytes of zeros after it.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
      table[byte] = remainder
    }
    for index in 256..<table.count {
      let previous = table[index - 256]
      table[index] = previous >> 8 ^ table[Int(previous & 0xFF)]
    }
    return table
  }()

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var sum = ~UInt32(0)
      var index = 0
      while index + 8 <= bytes.count {
        let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)) ^ sum
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self))
        sum = 0
        for (slice, word) in [low, low >> 8, low >> 16, low >> 24].enumerated() {
          sum ^= table[(7 - slice) * 256 + Int(word & 0xFF)]
        }
        for (slice, word) in [high, high >> 8, high >> 16, high >> 24].enumerated() {
          sum ^= table[(3 - slice) * 256 + Int(word & 0xFF)]
        }
        index += 8
      }
      for byte in bytes[index...] { sum = sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)] }
      return ~sum
    }
  }
}
