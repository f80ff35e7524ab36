/// A picture: rows of pixels from top to bottom, each of one number (grey) or of three (red, green, blue), from 0 to 255.
public struct Raster: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// 1 or 3.
  public let channels: Int
  /// Row by row, the channels of a pixel side by side.
  public let samples: [UInt8]

  /// No picture has more pixels: a small file can say that it is a large one.
  public static let pixelLimit = 1 << 28

  /// - Precondition: as many samples as the extents make.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(samples.count == width * height * channels, "a sample for every channel of every pixel")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The extents as an array has them: `[height, width]`, or `[height, width, 3]`.
  public var shape: [Int] { channels == 1 ? [height, width] : [height, width, channels] }

  /// Reads a PNG, PGM or PPM file.
  ///
  /// - Returns: `nil` if the bytes begin as none of them does.
  /// - Throws: ``DataError`` with the byte where the file stops being one.
  public init?(decoding bytes: UnsafeRawBufferPointer) throws(DataError) {
    if PNGDecoder.begins(bytes) {
      self = try PNGDecoder.decode(bytes)
    } else if NetpbmDecoder.begins(bytes) {
      self = try NetpbmDecoder.decode(bytes)
    } else {
      return nil
    }
  }

  /// Whether the bytes begin as those of a picture that can be read do.
  public static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    PNGDecoder.begins(bytes) || NetpbmDecoder.begins(bytes)
  }

  /// The picture without colours: 299 parts of red, 587 of green and 114 of blue, out of 1000.
  ///
  /// - Source: ITU-R BT.601, as Pillow's mode `L`.
  public var grey: Raster {
    if channels == 1 { return self }
    let luma = (0..<width * height).map { pixel in
      let (red, green, blue) = (Int(samples[3 * pixel]), Int(samples[3 * pixel + 1]), Int(samples[3 * pixel + 2]))
      // Pillow's own fixed point.
      return UInt8(truncatingIfNeeded: (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
    }
    return Raster(width: width, height: height, channels: 1, samples: luma)
  }

  /// The picture with three channels.
  public var coloured: Raster {
    if channels == 3 { return self }
    return Raster(width: width, height: height, channels: 3, samples: samples.flatMap { [$0, $0, $0] })
  }

  /// The picture in another size: every new pixel is a mean of those around its centre, weighted by a triangle that is
  /// two pixels wide, old ones or new ones, whichever are larger.
  ///
  /// - Source: Pillow's `resize` with `BILINEAR`; where a picture grows, that is bilinear interpolation.
  /// - Precondition: the extents are positive.
  public func resized(width newWidth: Int, height newHeight: Int) -> Raster {
    precondition(newWidth > 0 && newHeight > 0, "extents of a picture")
    if (newWidth, newHeight) == (width, height) { return self }
    let (columns, rows) = (Raster.weights(width, newWidth), Raster.weights(height, newHeight))
    var narrow = [UInt8](repeating: 0, count: height * newWidth * channels)
    for row in 0..<height {
      for (column, taps) in columns.enumerated() {
        for channel in 0..<channels {
          var sum = 0.0
          for (offset, weight) in taps.weights.enumerated() {
            sum += weight * Double(samples[(row * width + taps.first + offset) * channels + channel])
          }
          narrow[(row * newWidth + column) * channels + channel] = Raster.rounded(sum)
        }
      }
    }
    var result = [UInt8](repeating: 0, count: newHeight * newWidth * channels)
    let line = newWidth * channels
    for (row, taps) in rows.enumerated() {
      for index in 0..<line {
        var sum = 0.0
        for (offset, weight) in taps.weights.enumerated() {
          sum += weight * Double(narrow[(taps.first + offset) * line + index])
        }
        result[row * line + index] = Raster.rounded(sum)
      }
    }
    return Raster(width: newWidth, height: newHeight, channels: channels, samples: result)
  }

  private static func rounded(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }

  /// What of the old places makes each new one.
  private static func weights(_ old: Int, _ new: Int) -> [(first: Int, weights: [Double])] {
    let scale = Double(old) / Double(new)
    let reach = max(scale, 1)
    return (0..<new).map { place in
      let center = (Double(place) + 0.5) * scale
      let first = max(Int(center - reach + 0.5), 0)
      let last = min(Int(center + reach + 0.5), old)
      let weights = (first..<max(last, first + 1)).map { max(1 - abs((Double($0) + 0.5 - center) / reach), 0) }
      let total = weights.reduce(0, +)
      return (first, weights.map { total > 0 ? $0 / total : 1 })
    }
  }
}
