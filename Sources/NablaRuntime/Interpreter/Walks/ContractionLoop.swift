/// What a contraction or a convolution adds up: floats, or integers that wrap.
protocol ContractionNumber: SIMDScalar, Codable, Hashable, BitwiseCopyable {
  static var zero: Self { get }
  static func sum(_ sum: Self, adding a: Self, times b: Self) -> Self
  static func sum(_ sum: SIMD4<Self>, adding a: Self, times b: SIMD4<Self>) -> SIMD4<Self>
  static func sum(_ sum: SIMD8<Self>, adding a: Self, times b: SIMD8<Self>) -> SIMD8<Self>
}

extension Double: ContractionNumber {
  @inline(__always)
  static func sum(_ sum: Double, adding a: Double, times b: Double) -> Double { sum + a * b }
  @inline(__always)
  static func sum(_ sum: SIMD4<Double>, adding a: Double, times b: SIMD4<Double>) -> SIMD4<Double> { sum + a * b }
  @inline(__always)
  static func sum(_ sum: SIMD8<Double>, adding a: Double, times b: SIMD8<Double>) -> SIMD8<Double> { sum + a * b }
}

extension Int64: ContractionNumber {
  @inline(__always)
  static func sum(_ sum: Int64, adding a: Int64, times b: Int64) -> Int64 { sum &+ a &* b }
  @inline(__always)
  static func sum(_ sum: SIMD4<Int64>, adding a: Int64, times b: SIMD4<Int64>) -> SIMD4<Int64> {
    sum &+ SIMD4(repeating: a) &* b
  }
  @inline(__always)
  static func sum(_ sum: SIMD8<Int64>, adding a: Int64, times b: SIMD8<Int64>) -> SIMD8<Int64> {
    sum &+ SIMD8(repeating: a) &* b
  }
}

/// The loop nest of one contraction.
///
/// At one point it is a product of matrices: blocks of the right operand are packed, four columns side by side, and
/// four rows at a time are kept in registers along the summed axis. At several points, which lie side by side, the
/// innermost loop runs over them.
struct ContractionLoop<Number: ContractionNumber> {
  /// Summed elements and columns of a packed block: it stays in a core's second cache.
  private static var depth: Int { 256 }
  private static var width: Int { 128 }
  /// Rows and columns of a register tile.
  private static var tile: Int { 4 }

  private let walk: ContractionWalk
  private let points: Int
  /// The operands have changed places: the longer of the two free sides is the one that runs along registers.
  private let isSwapped: Bool

  init(_ walk: ContractionWalk, _ points: Int) {
    isSwapped = ContractionWalk.count(walk.rows) > ContractionWalk.count(walk.columns)
    self.walk = isSwapped ? walk.swapped : walk
    self.points = points
  }

  /// - Parameter result: zeros.
  func run(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer, _ result: UnsafeMutablePointer<Number>) {
    let (left, right) = isSwapped ? (y, x) : (x, y)
    let rows = Side(walk.rows, \.left)
    let columns = Side(walk.columns, \.right)
    let sums = (
      left: ContractionWalk.offsets(walk.sums, \.left), right: ContractionWalk.offsets(walk.sums, \.right)
    )
    let batch = (
      left: ContractionWalk.offsets(walk.batch, \.left), right: ContractionWalk.offsets(walk.batch, \.right),
      result: ContractionWalk.offsets(walk.batch, \.result)
    )
    for index in batch.left.indices {
      let a = left + batch.left[index] * points * 8
      let b = right + batch.right[index] * points * 8
      let c = result + batch.result[index] * points
      if points == 1 {
        blocks(a, b, c, rows, columns, sums.left, sums.right)
      } else {
        lanes(a, b, c, rows, columns, sums.left, sums.right)
      }
    }
  }

  /// The positions of one free side in its operand and in the result.
  private struct Side {
    let operand: [Int]
    let result: [Int]

    init(_ axes: [ContractionWalk.Axis], _ stride: KeyPath<ContractionWalk.Axis, Int>) {
      operand = ContractionWalk.offsets(axes, stride)
      result = ContractionWalk.offsets(axes, \.result)
    }
  }

  // MARK: Many points

  private func lanes(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Number>, _ rows: Side, _ columns: Side,
    _ left: [Int], _ right: [Int]
  ) {
    for i in rows.operand.indices {
      for j in columns.operand.indices {
        let sum = c + (rows.result[i] + columns.result[j]) * points
        for k in left.indices {
          let x = a + (rows.operand[i] + left[k]) * points * 8
          let y = b + (columns.operand[j] + right[k]) * points * 8
          for p in 0..<points {
            sum[p] = Number.sum(
              sum[p], adding: x.load(fromByteOffset: 8 * p, as: Number.self),
              times: y.load(fromByteOffset: 8 * p, as: Number.self))
          }
        }
      }
    }
  }

  // MARK: One point

  private func blocks(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Number>, _ rows: Side, _ columns: Side,
    _ left: [Int], _ right: [Int]
  ) {
    let (depth, width, tile) = (Self.depth, Self.width, Self.tile)
    withUnsafeTemporaryAllocation(of: Number.self, capacity: depth * (width + tile)) { memory in
      guard let panel = memory.baseAddress else { return }
      let strip = panel + depth * width
      for firstColumn in stride(from: 0, to: columns.operand.count, by: width) {
        let block = firstColumn..<min(firstColumn + width, columns.operand.count)
        for first in stride(from: 0, to: left.count, by: depth) {
          let sums = first..<min(first + depth, left.count)
          pack(b, columns.operand, block, right, sums, into: panel)
          for row in stride(from: 0, to: rows.operand.count, by: tile) {
            let band = row..<min(row + tile, rows.operand.count)
            pack(a, rows.operand, band, left, sums, into: strip)
            multiply(strip, panel, sums.count, c, rows.result, band, columns.result, block)
          }
        }
      }
    }
  }

  /// Copies a part of an operand: tiles of four positions side by side along the summed axis, zeros beyond the end.
  private func pack(
    _ operand: UnsafeRawPointer, _ places: [Int], _ block: Range<Int>, _ sums: [Int], _ range: Range<Int>,
    into memory: UnsafeMutablePointer<Number>
  ) {
    let tile = Self.tile
    var target = memory
    for first in stride(from: block.lowerBound, to: block.upperBound, by: tile) {
      let count = min(tile, block.upperBound - first)
      for lane in 0..<tile {
        let place = lane < count ? places[first + lane] : 0
        for (step, k) in range.enumerated() {
          target[step * tile + lane] =
            lane < count ? operand.load(fromByteOffset: 8 * (place + sums[k]), as: Number.self) : .zero
        }
      }
      target += range.count * tile
    }
  }

  /// Adds the product of a packed band of rows and a packed block of columns to the result.
  private func multiply(
    _ strip: UnsafeMutablePointer<Number>, _ panel: UnsafeMutablePointer<Number>, _ depth: Int,
    _ c: UnsafeMutablePointer<Number>, _ rows: [Int], _ band: Range<Int>, _ columns: [Int], _ block: Range<Int>
  ) {
    let tile = Self.tile
    for (number, first) in stride(from: block.lowerBound, to: block.upperBound, by: tile).enumerated() {
      let packed = UnsafeRawPointer(panel + number * depth * tile)
      let count = min(tile, block.upperBound - first)
      func load(_ row: Int) -> SIMD4<Number> {
        var sum = SIMD4<Number>(repeating: .zero)
        if row < band.count {
          for lane in 0..<count { sum[lane] = c[rows[band.lowerBound + row] + columns[first + lane]] }
        }
        return sum
      }
      func store(_ sum: SIMD4<Number>, _ row: Int) {
        if row >= band.count { return }
        for lane in 0..<count { c[rows[band.lowerBound + row] + columns[first + lane]] = sum[lane] }
      }
      var s0 = load(0)
      if band.count == 1 {
        for k in 0..<depth {
          let b = packed.loadUnaligned(fromByteOffset: 32 * k, as: SIMD4<Number>.self)
          s0 = Number.sum(s0, adding: strip[tile * k], times: b)
        }
        store(s0, 0)
        continue
      }
      var (s1, s2, s3) = (load(1), load(2), load(3))
      for k in 0..<depth {
        let b = packed.loadUnaligned(fromByteOffset: 32 * k, as: SIMD4<Number>.self)
        let a = strip + tile * k
        s0 = Number.sum(s0, adding: a[0], times: b)
        s1 = Number.sum(s1, adding: a[1], times: b)
        s2 = Number.sum(s2, adding: a[2], times: b)
        s3 = Number.sum(s3, adding: a[3], times: b)
      }
      store(s0, 0)
      store(s1, 1)
      store(s2, 2)
      store(s3, 3)
    }
  }
}
