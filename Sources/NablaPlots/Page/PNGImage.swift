/// A picture of pixels with a table of 256 colours, as a PNG file without compression: pictures here are small.
///
/// Source: W3C, "Portable Network Graphics (PNG) Specification", second edition; RFC 1950 and RFC 1951 for the stored
/// blocks inside.
struct PNGImage {
  let width: Int
  let height: Int
  /// Positions in the table, row by row.
  let pixels: [UInt8]
  let table: [Color]

  /// - Precondition: as many pixels as width and height say, and a table of 256.
  init(width: Int, height: Int, pixels: [UInt8], table: [Color]) {
    precondition(pixels.count == width * height && table.count == 256, "one position a pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.table = table
  }

  var bytes: [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)  // no filter
      rows += pixels[row * width..<(row + 1) * width]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", word(width) + word(height) + [8, 3, 0, 0, 0])
    file += chunk("PLTE", table.flatMap { [$0.red, $0.green, $0.blue] })
    file += chunk("IDAT", stored(rows))
    file += chunk("IEND", [])
    return file
  }

  private func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let content = [UInt8](name.utf8) + data
    return word(data.count) + content + word(Int(PNGImage.cyclicRedundancy(content)))
  }

  /// A zlib stream of stored blocks.
  private func stored(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let count = min(data.count - start, 0xFFFF)
      stream.append(start + count == data.count ? 1 : 0)
      for value in [count, ~count] {
        stream += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
      }
      stream += data[start..<start + count]
      start += count
    } while start < data.count
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return stream + word(b << 16 | a)
  }

  static func cyclicRedundancy(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }
}
