import NablaGraph

/// Operations whose places are known only now.
extension Machine {
  /// Copies a slice of the array for each place of the indices.
  func gather(
    _ walk: GatherWalk, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int,
    first: Int
  ) throws(ExecutionError) {
    try forEachPlace(walk, points, first: first) { source, target, point in
      for (number, start) in walk.runs.enumerated() {
        let from = x + (source + start) * points + point
        let to = result + (target + number * walk.run) * points + point
        if points == 1 && walk.run > 4 {
          to.update(from: from, count: walk.run)
        } else {
          for i in 0..<walk.run { to[i * points] = from[i * points] }
        }
      }
    }
  }

  /// Adds a slice of the updates to the array for each place of the indices, in their order.
  func scatter(
    _ walk: GatherWalk, _ element: ElementType, _ x: UnsafeMutablePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int, _ points: Int, first: Int
  ) throws(ExecutionError) {
    result.update(repeating: 0, count: count)
    if element.isInteger {
      try add(walk, x, result, points, first: first, of: Int64.self) { $0 &+ $1 }
    } else {
      try add(walk, x, result, points, first: first, of: Double.self) { $0 + $1 }
    }
    finish(result, count, element)
  }

  @inline(__always)
  private func add<Number: BitwiseCopyable>(
    _ walk: GatherWalk, _ x: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ points: Int,
    first: Int, of type: Number.Type, _ sum: (Number, Number) -> Number
  ) throws(ExecutionError) {
    try forEachPlace(walk, points, first: first) { target, source, point in
      for (number, start) in walk.runs.enumerated() {
        let from = UnsafeRawPointer(x + (source + number * walk.run) * points + point)
          .assumingMemoryBound(to: Number.self)
        let to = UnsafeMutableRawPointer(result + (target + start) * points + point)
          .assumingMemoryBound(to: Number.self)
        for i in 0..<walk.run { to[i * points] = sum(to[i * points], from[i * points]) }
      }
    }
  }

  /// Calls `body` with the place in the array, and that of the dense slice, for each place of the indices and each point.
  @inline(__always)
  private func forEachPlace(
    _ walk: GatherWalk, _ points: Int, first: Int, _ body: (_ array: Int, _ slice: Int, _ point: Int) -> Void
  ) throws(ExecutionError) {
    for place in 0..<walk.batches * walk.places {
      let batch = place / max(walk.places, 1) * walk.batchStride
      for point in 0..<points {
        var position = batch
        for axis in walk.axes {
          let value = Int(bitPattern: lane(axis.indices)[place * points + point])
          let index = value < 0 ? value &+ axis.extent : value
          guard index >= 0 && index < axis.extent else {
            throw .indexOutOfRange(
              IndexOutOfRange(
                value: value, extent: axis.extent, axis: axis.number, ranges: walk.ranges, point: first + point))
          }
          position += index * axis.stride
        }
        body(position, place * walk.slice, point)
      }
    }
  }
}

extension Int {
  /// The integer that a lane holds by its bits.
  fileprivate init(bitPattern lane: Double) { self = Int(truncatingIfNeeded: Int64(bitPattern: lane.bitPattern)) }
}
