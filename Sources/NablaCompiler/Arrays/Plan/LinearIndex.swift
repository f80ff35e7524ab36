/// An integer that is linear in the positions along a kernel's axes: `offset + Σ steps[axis] · position[axis]`.
///
/// Indices of views and addresses in memory are of this form, so a transpose, a slice or a broadcast costs nothing. It
/// can be linear in integers of arrays too, which are read at linear places themselves: so what a gather chooses is read
/// where it lies.
public struct LinearIndex: Hashable, Sendable {
  public var offset: Int
  /// One step for each axis of the kernel.
  public var steps: [Int]
  /// Integers that are read from arrays.
  public var lookups: [Lookup] = []

  /// An integer of an array, that counts along an axis: from the end of that if it is negative.
  public struct Lookup: Hashable, Sendable {
    public let buffer: Int
    public var address: LinearIndex
    /// The extent of the axis. What lies outside it has been found before the kernel runs.
    public let extent: Int
    public var step: Int

    /// How far it moves the index at most.
    var reach: Int { step * (extent - 1) }
  }

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

  /// The integer at an address of an array, along an axis of an extent.
  init(lookup buffer: Int, at address: LinearIndex, extent: Int) {
    self.init(constant: 0, rank: address.steps.count)
    lookups = [Lookup(buffer: buffer, address: address, extent: extent, step: 1)]
  }

  /// The position along every axis; 0 along axes with one place.
  static func identity(over extents: [Int]) -> [LinearIndex] {
    extents.indices.map { axis in
      extents[axis] == 1
        ? LinearIndex(constant: 0, rank: extents.count) : LinearIndex(axis: axis, rank: extents.count)
    }
  }

  /// Whether it is one number that is known.
  var isConstant: Bool { lookups.isEmpty && steps.allSatisfy { $0 == 0 } }

  /// Whether it is the same all along an axis.
  func isSteady(along axis: Int) -> Bool {
    steps[axis] == 0 && (lookups.isEmpty || lookups.allSatisfy { $0.address.isSteady(along: axis) })
  }

  /// Whether it is the same in all places.
  var isSteady: Bool { steps.indices.allSatisfy(isSteady) }

  /// From one place along an axis to the next; `nil` where that follows from what is read.
  func step(along axis: Int) -> Int? {
    lookups.isEmpty || lookups.allSatisfy { $0.address.isSteady(along: axis) } ? steps[axis] : nil
  }

  /// It, and the addresses of what is read for it.
  var parts: [LinearIndex] { lookups.isEmpty ? [self] : [self] + lookups.flatMap(\.address.parts) }

  /// The arrays that it reads, and where.
  var reads: [(buffer: Int, address: LinearIndex)] {
    lookups.isEmpty ? [] : lookups.flatMap { [($0.buffer, $0.address)] + $0.address.reads }
  }

  /// The index with steps along axes as another function has them; that of each of ``parts`` in their order.
  func map(_ image: (LinearIndex) -> LinearIndex) -> LinearIndex {
    var result = image(self)
    result.lookups = lookups.map { lookup in
      var lookup = lookup
      lookup.address = lookup.address.map(image)
      return lookup
    }
    return result
  }

  /// Adds another index, times a factor.
  mutating func add(_ other: LinearIndex, times factor: Int) {
    offset += other.offset * factor
    for axis in steps.indices { steps[axis] += other.steps[axis] * factor }
    for var lookup in other.lookups where factor != 0 {
      lookup.step *= factor
      if let known = lookups.firstIndex(where: { $0.isAlike(lookup) }) {
        lookups[known].step += lookup.step
      } else {
        lookups.append(lookup)
      }
    }
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

extension LinearIndex.Lookup {
  /// Whether another one is the same integer.
  fileprivate func isAlike(_ other: Self) -> Bool {
    buffer == other.buffer && extent == other.extent && address == other.address
  }
}
