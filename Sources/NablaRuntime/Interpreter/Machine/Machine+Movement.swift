import CNablaMath
import NablaGraph

/// Operations that move elements as a ``Movement`` says, or combine them where they arrive.
extension Machine {
  func move(
    _ movement: Movement, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int
  ) {
    movement.forEachLine { line, source, target in
      let from = x + source * points
      let to = result + target * points
      if line.source == 1 && line.result == 1 {
        to.update(from: from, count: line.extent * points)
      } else if points == 1 {
        for i in 0..<line.extent { to[i * line.result] = from[i * line.source] }
      } else {
        for i in 0..<line.extent {
          (to + i * line.result * points).update(from: from + i * line.source * points, count: points)
        }
      }
    }
  }

  /// Adds elements into zeros.
  func accumulate(
    _ movement: Movement, _ element: ElementType, _ x: UnsafeMutablePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int, _ points: Int
  ) {
    result.update(repeating: 0, count: count)
    if element.isInteger {
      combine(movement, x, result, points, of: Int64.self) { $0 &+ $1 }
    } else {
      combine(movement, x, result, points, of: Double.self) { $0 + $1 }
    }
    finish(result, count, element)
  }

  /// Collapses axes.
  func reduce(
    _ instruction: Instruction, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int,
    _ points: Int
  ) {
    let movement = list.movements[Int(instruction.index)]
    let start = Double(bitPattern: list.literals[Int(movement.start)].bits)
    for i in 0..<count { result[i] = start }
    let element = instruction.to
    if element.isInteger {
      switch instruction.function {
      case .add: combine(movement, x, result, points, of: Int64.self) { $0 &+ $1 }
      case .multiply: combine(movement, x, result, points, of: Int64.self) { $0 &* $1 }
      case .min: combine(movement, x, result, points, of: Int64.self) { Swift.min($0, $1) }
      default: combine(movement, x, result, points, of: Int64.self) { Swift.max($0, $1) }
      }
    } else {
      switch instruction.function {
      case .add: combine(movement, x, result, points, of: Double.self) { $0 + $1 }
      case .multiply: combine(movement, x, result, points, of: Double.self) { $0 * $1 }
      case .or: combine(movement, x, result, points, of: Double.self) { $0 != 0 || $1 != 0 ? 1 : 0 }
      case .and: combine(movement, x, result, points, of: Double.self) { $0 != 0 && $1 != 0 ? 1 : 0 }
      case .min: combine(movement, x, result, points, of: Double.self) { nabla_min($0, $1) }
      default: combine(movement, x, result, points, of: Double.self) { nabla_max($0, $1) }
      }
    }
    finish(result, count, element)
  }

  /// Combines elements with what stands in their places, in the order of the walk: whatever the block, so that a point's
  /// value does not depend on its neighbours.
  @inline(__always)
  private func combine<Number: BitwiseCopyable>(
    _ movement: Movement, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int,
    of type: Number.Type, _ combination: (Number, Number) -> Number
  ) {
    movement.forEachLine { line, source, target in
      let from = UnsafeRawPointer(x + source * points).assumingMemoryBound(to: Number.self)
      let to = UnsafeMutableRawPointer(result + target * points).assumingMemoryBound(to: Number.self)
      if line.result == 0 && points == 1 {
        var value = to[0]
        for i in 0..<line.extent { value = combination(value, from[i * line.source]) }
        to[0] = value
      } else if line.source == 1 && line.result == 1 {
        for i in 0..<line.extent * points { to[i] = combination(to[i], from[i]) }
      } else {
        for i in 0..<line.extent {
          let (a, b) = (from + i * line.source * points, to + i * line.result * points)
          for point in 0..<points { b[point] = combination(b[point], a[point]) }
        }
      }
    }
  }

  /// Brings sums to the element type: a float is rounded once, at the end, and `i32` wraps.
  func finish(_ result: UnsafeMutablePointer<Double>, _ count: Int, _ element: ElementType) {
    switch element {
    case .f32: for i in 0..<count { result[i] = Double(Float(result[i])) }
    case .i32:
      for i in 0..<count {
        let wrapped = Int64(Int32(truncatingIfNeeded: Int64(bitPattern: result[i].bitPattern)))
        result[i] = Double(bitPattern: UInt64(bitPattern: wrapped))
      }
    case .f64, .i64, .bool: break
    }
  }
}
