/// What the header of a PNG file says, and how its lines become pixels.
struct PNGHeader {
  enum Colour: UInt8 {
    case grey = 0
    case colour = 2
    case palette = 3
    case greyWithAlpha = 4
    case colourWithAlpha = 6

    /// Samples of a pixel in the file.
    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyWithAlpha: 2
      case .colour: 3
      case .colourWithAlpha: 4
      }
    }
  }

  /// Every `stepX`-th pixel of every `stepY`-th line, from a first one on.
  struct Pass {
    let x: Int
    let y: Int
    let stepX: Int
    let stepY: Int
    let width: Int
    let height: Int
  }

  let width: Int
  let height: Int
  let colour: Colour
  private let depth: Int
  /// The parts of the picture that come one after the other: one, or Adam Costello's seven.
  let passes: [Pass]

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DataError) {
    let reader = ByteReader(bytes, .png)
    let width = Int(try reader.integer(at: 0, as: UInt32.self).byteSwapped)
    let height = Int(try reader.integer(at: 4, as: UInt32.self).byteSwapped)
    guard bytes.count == 13, width > 0, height > 0, width < 1 << 31, height < 1 << 31 else {
      throw .malformed(.png, "a header of \(width) by \(height) pixels", offset: offset)
    }
    guard width <= Raster.pixelLimit / height else { throw .tooLarge(shape: [height, width]) }
    let depth = Int(bytes[8])
    let depths: [Int]
    let colour = Colour(rawValue: bytes[9])
    switch colour {
    case .grey: depths = [1, 2, 4, 8, 16]
    case .palette: depths = [1, 2, 4, 8]
    case .colour, .greyWithAlpha, .colourWithAlpha: depths = [8, 16]
    case nil: depths = []
    }
    guard let colour, depths.contains(depth), bytes[10] == 0, bytes[11] == 0, bytes[12] < 2 else {
      throw .malformed(
        .png, "no picture of colour type \(bytes[9]), depth \(depth) and methods \(Array(bytes[10...12]))",
        offset: offset)
    }
    self.width = width
    self.height = height
    self.colour = colour
    self.depth = depth
    let grid =
      bytes[12] == 0
      ? [(0, 0, 1, 1)]
      : [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
      ]
    passes = grid.map { x, y, stepX, stepY in
      Pass(
        x: x, y: y, stepX: stepX, stepY: stepY, width: max(width - x + stepX - 1, 0) / stepX,
        height: max(height - y + stepY - 1, 0) / stepY)
    }.filter { $0.width > 0 && $0.height > 0 }
  }

  /// The bytes of a line of so many pixels, without the one that says how it is filtered.
  func lineSize(_ width: Int) -> Int { (width * colour.samples * depth + 7) / 8 }

  /// - Parameters:
  ///   - lines: all lines of all passes; each begins with the number of its filter.
  ///   - offset: a place in the file, for errors.
  func raster(_ lines: [UInt8], palette: [UInt8], at offset: Int) throws(DataError) -> Raster {
    let channels = colour == .grey || colour == .greyWithAlpha ? 1 : 3
    var samples = [UInt8](repeating: 0, count: width * height * channels)
    var lines = lines
    var start = 0
    for pass in passes {
      let size = lineSize(pass.width)
      for row in 0..<pass.height {
        try unfilter(&lines, start, size, isFirst: row == 0, offset)
        let line = (pass.y + row * pass.stepY) * width
        for column in 0..<pass.width {
          let target = (line + pass.x + column * pass.stepX) * channels
          let source = column * colour.samples
          switch colour {
          case .grey, .greyWithAlpha: samples[target] = sample(lines, start + 1, source)
          case .colour, .colourWithAlpha:
            for channel in 0..<3 { samples[target + channel] = sample(lines, start + 1, source + channel) }
          case .palette:
            let entry = 3 * Int(raw(lines, start + 1, source))
            guard entry < palette.count else {
              throw .malformed(.png, "a colour that the palette has not got", offset: offset)
            }
            for channel in 0..<3 { samples[target + channel] = palette[entry + channel] }
          }
        }
        start += 1 + size
      }
    }
    return Raster(width: width, height: height, channels: channels, samples: samples)
  }

  /// A sample of a line, as it stands there; of sixteen bits the upper eight.
  private func raw(_ lines: [UInt8], _ start: Int, _ index: Int) -> UInt8 {
    switch depth {
    case 8: return lines[start + index]
    case 16: return lines[start + 2 * index]
    default:
      let bit = index * depth
      return lines[start + bit / 8] >> UInt8(8 - depth - bit % 8) & (1 << UInt8(depth) - 1)
    }
  }

  /// A sample from 0 to 255.
  private func sample(_ lines: [UInt8], _ start: Int, _ index: Int) -> UInt8 {
    depth < 8 ? raw(lines, start, index) * (255 / (1 << UInt8(depth) - 1)) : raw(lines, start, index)
  }

  /// Adds to a line what its filter has taken off, from the pixel before and the line before.
  private func unfilter(
    _ lines: inout [UInt8], _ start: Int, _ size: Int, isFirst: Bool, _ offset: Int
  ) throws(DataError) {
    let distance = max(colour.samples * depth / 8, 1)
    let filter = lines[start]
    guard filter < 5 else { throw .malformed(.png, "a line filtered by method \(filter)", offset: offset) }
    if filter == 0 { return }
    for index in 0..<size {
      let place = start + 1 + index
      let left = index >= distance ? Int(lines[place - distance]) : 0
      let above = isFirst ? 0 : Int(lines[place - size - 1])
      let corner = isFirst || index < distance ? 0 : Int(lines[place - size - 1 - distance])
      let predicted =
        switch filter {
        case 1: left
        case 2: above
        case 3: (left + above) / 2
        default: PNGHeader.nearest(left, above, corner)
        }
      lines[place] &+= UInt8(truncatingIfNeeded: predicted)
    }
  }

  /// Alan Paeth's: that of three neighbours which is nearest to `left + above - corner`.
  private static func nearest(_ left: Int, _ above: Int, _ corner: Int) -> Int {
    let (toLeft, toAbove, toCorner) = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
    if toLeft <= toAbove, toLeft <= toCorner { return left }
    return toAbove <= toCorner ? above : corner
  }
}
