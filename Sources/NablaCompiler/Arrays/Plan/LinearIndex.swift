/// An integer that is linear in the positions along a kernel's axes: `offset + Σ steps[axis] · position[axis]`.
///
/// Indices of views and addresses in memory are of this form, so a transpose, a slice or a broadcast costs nothing.
public struct LinearIndex: Hashable, Sendable {
  public var offset: Int
  /// One step for each axis of the kernel.
  public var steps: [Int]

  init(offset: Int = 0, steps: [Int]) {
    self.offset = offset
    self.steps = steps
  }

  /// A number that does not depend on the position.
  init(constant: Int, rank: Int) { self.init(offset: constant, steps: Array(repeating: 0, count: rank)) }

  /// The position along one axis.
  init(axis: Int, rank: Int) {
    self.init(constant: 0, rank: rank)
    steps[axis] = 1
  }

  /// The position along every axis; 0 along axes with one place.
  static func identity(over extents: [Int]) -> [LinearIndex] {
    extents.indices.map { axis in
      extents[axis] == 1
        ? LinearIndex(constant: 0, rank: extents.count) : LinearIndex(axis: axis, rank: extents.count)
    }
  }

  var isConstant: Bool { steps.allSatisfy { $0 == 0 } }

  /// Adds another index, times a factor.
  mutating func add(_ other: LinearIndex, times factor: Int) {
    offset += other.offset * factor
    for axis in steps.indices { steps[axis] += other.steps[axis] * factor }
  }

  /// The address, in elements, of indices into an array in row-major order.
  ///
  /// - Parameter isBatchLast: whether the first axis is the innermost one in memory, before the others in their order.
  static func address(
    _ indices: [LinearIndex], in extents: [Int], rank: Int, isBatchLast: Bool = false
  ) -> LinearIndex {
    var address = LinearIndex(constant: 0, rank: rank)
    var stride = 1
    let axes = Array(extents.indices.reversed())
    for axis in isBatchLast ? axes.suffix(1) + axes.dropLast() : axes[...] {
      address.add(indices[axis], times: stride)
      stride *= extents[axis]
    }
    return address
  }
}
