/// Reads Netpbm's grey and coloured pictures, as text (`P2`, `P3`) and as bytes (`P5`, `P6`).
///
/// - Source: the manual pages pgm(5) and ppm(5).
struct NetpbmDecoder {
  private let bytes: UnsafeRawBufferPointer
  private var position = 2

  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 3 && bytes[0] == UInt8(ascii: "P") && "2356".utf8.contains(bytes[1]) && isSpace(bytes[2])
  }

  static func decode(_ bytes: UnsafeRawBufferPointer) throws(DataError) -> Raster {
    var decoder = NetpbmDecoder(bytes: bytes)
    return try decoder.raster()
  }

  private mutating func raster() throws(DataError) -> Raster {
    let isText = bytes[1] < UInt8(ascii: "5")
    let channels = (bytes[1] - UInt8(ascii: "0")) % 3 == 0 ? 3 : 1
    let start = position
    let (width, height, greatest) = (try number(), try number(), try number())
    guard width > 0, height > 0, greatest > 0, greatest < 65_536 else {
      throw .malformed(.pnm, "a header of \(width) by \(height) pixels up to \(greatest)", offset: start)
    }
    guard width <= Raster.pixelLimit / height else { throw .tooLarge(shape: [height, width]) }
    let count = width * height * channels
    let size = isText ? 2 * count - 1 : count * (greatest < 256 ? 1 : 2)
    // One character between the header and the numbers.
    position += 1
    guard bytes.count - position >= size else {
      throw .truncated(.pnm, expected: position + size, found: bytes.count)
    }
    var samples = [UInt8](repeating: 0, count: count)
    for index in 0..<count {
      let place = position
      let value: Int
      if isText {
        value = try number()
      } else if greatest < 256 {
        value = Int(bytes[position + index])
      } else {
        value = Int(bytes[position + 2 * index]) << 8 | Int(bytes[position + 2 * index + 1])
      }
      guard value <= greatest else {
        throw .malformed(.pnm, "a number of \(value), more than \(greatest)", offset: isText ? place : position + index)
      }
      samples[index] = UInt8((value * 255 + greatest / 2) / greatest)
    }
    return Raster(width: width, height: height, channels: channels, samples: samples)
  }

  /// The next number, after white space and comments.
  private mutating func number() throws(DataError) -> Int {
    while position < bytes.count, NetpbmDecoder.isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "#") {
      if bytes[position] == UInt8(ascii: "#") {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      } else {
        position += 1
      }
    }
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]), position - start < 10 {
      value = value * 10 + Int(bytes[position] - 0x30)
      position += 1
    }
    guard position > start, position == bytes.count || NetpbmDecoder.isSpace(bytes[position]) else {
      throw .malformed(.pnm, "a number is expected", offset: position)
    }
    return value
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
