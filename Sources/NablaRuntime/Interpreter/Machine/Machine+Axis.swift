import NablaGraph

/// Operations along one axis. Points lie side by side behind all axes, so they count as part of the innermost.
extension Machine {
  /// The numbers 0, 1, …
  func iota(_ result: UnsafeMutablePointer<Double>, _ elements: Int, _ points: Int) {
    for element in 0..<elements {
      let value = Double(bitPattern: UInt64(element))
      for point in 0..<points { result[element * points + point] = value }
    }
  }

  /// Sums or products up to each element. A float is rounded once, when its element is written.
  func cumulate(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int,
    _ points: Int
  ) {
    let walk = list.axes[Int(instruction.index)]
    let isSum = instruction.function == .add
    if instruction.to.isInteger {
      if isSum {
        cumulate(walk, x, result, points, of: Int64.self) { $0 &+ $1 }
      } else {
        cumulate(walk, x, result, points, of: Int64.self) { $0 &* $1 }
      }
    } else if isSum {
      cumulate(walk, x, result, points, of: Double.self) { $0 + $1 }
    } else {
      cumulate(walk, x, result, points, of: Double.self) { $0 * $1 }
    }
    finish(result, count, instruction.to)
  }

  @inline(__always)
  private func cumulate<Number: BitwiseCopyable>(
    _ walk: AxisWalk, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int,
    of type: Number.Type, _ combination: (Number, Number) -> Number
  ) {
    if walk.extent == 0 { return }
    let inner = walk.inner * points
    let step = walk.isReversed ? -inner : inner
    for outer in 0..<walk.outer {
      let start = (outer * walk.extent + (walk.isReversed ? walk.extent - 1 : 0)) * inner
      let from = UnsafeRawPointer(x + start).assumingMemoryBound(to: Number.self)
      let to = UnsafeMutableRawPointer(result + start).assumingMemoryBound(to: Number.self)
      to.update(from: from, count: inner)
      for index in 1..<max(walk.extent, 1) {
        let (last, here) = ((index - 1) * step, index * step)
        for lane in 0..<inner { to[here + lane] = combination(to[last + lane], from[here + lane]) }
      }
    }
  }

  /// The place of the least or greatest element, the first of several; NaN wins. 0 where there are none.
  func findExtremum(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int,
    _ points: Int
  ) {
    let walk = list.axes[Int(instruction.index)]
    result.update(repeating: 0, count: count)
    let isGreatest = instruction.function == .max
    switch (instruction.from.isInteger, isGreatest) {
    case (true, true): findExtremum(walk, x, result, points, of: Int64.self) { $0 > $1 }
    case (true, false): findExtremum(walk, x, result, points, of: Int64.self) { $0 < $1 }
    case (false, true):
      findExtremum(walk, x, result, points, of: Double.self) { $0 > $1 || ($0.isNaN && !$1.isNaN) }
    case (false, false):
      findExtremum(walk, x, result, points, of: Double.self) { $0 < $1 || ($0.isNaN && !$1.isNaN) }
    }
  }

  @inline(__always)
  private func findExtremum<Number: BitwiseCopyable>(
    _ walk: AxisWalk, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int,
    of type: Number.Type, _ isBetter: (Number, Number) -> Bool
  ) {
    let inner = walk.inner * points
    for outer in 0..<walk.outer {
      let from = UnsafeRawPointer(x + outer * walk.extent * inner).assumingMemoryBound(to: Number.self)
      let best = UnsafeMutableRawPointer(result + outer * inner).assumingMemoryBound(to: Int64.self)
      for index in 1..<max(walk.extent, 1) {
        for lane in 0..<inner where isBetter(from[index * inner + lane], from[Int(best[lane]) * inner + lane]) {
          best[lane] = Int64(index)
        }
      }
    }
  }

  /// The places of the elements in ascending order.
  func argsort(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int
  ) {
    let walk = list.axes[Int(instruction.index)]
    let inner = walk.inner * points
    var keys: [(key: Int64, place: Int)] = []
    keys.reserveCapacity(walk.extent)
    for outer in 0..<walk.outer {
      for lane in 0..<inner {
        let start = outer * walk.extent * inner + lane
        keys.removeAll(keepingCapacity: true)
        for index in 0..<walk.extent {
          let value = x[start + index * inner]
          keys.append((instruction.from.isInteger ? Int64(bitPattern: value.bitPattern) : value.orderedBits, index))
        }
        keys.sort { $0.key < $1.key || ($0.key == $1.key && $0.place < $1.place) }
        for index in 0..<walk.extent {
          result[start + index * inner] = Double(bitPattern: UInt64(keys[index].place))
        }
      }
    }
  }
}

extension Double {
  /// An integer that is larger where the number is; the same for both zeros, and the largest for NaN.
  fileprivate var orderedBits: Int64 {
    if isNaN { return .max }
    let bits = Int64(bitPattern: bitPattern)
    return bits < 0 ? .min &- bits : bits
  }
}
