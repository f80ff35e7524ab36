/// Which elements integer arrays choose: one array an axis, all of one shape.
///
/// The first `batch` axes of the array and of the indices run together. The result has these, then the other axes of the
/// indices, then the axes of the array that no index chooses along. A negative index counts from the end, once; what
/// lies outside even so is an error of the run, never clamped.
public struct Gather: Hashable, Sendable {
  public var batch: Int
  /// The axes of the array that are indexed, in ascending order, after the batch axes.
  public var axes: [Int]

  public init(batch: Int = 0, axes: [Int]) {
    self.batch = batch
    self.axes = axes
  }

  /// The shape of what is chosen from an array of a shape.
  ///
  /// - Throws: ``TypeError`` where the axes or the batch extents do not fit.
  public func shape(of array: Shape, by indices: [TensorType]) throws(TypeError) -> Shape {
    guard batch >= 0, !axes.isEmpty, zip(axes, axes.dropFirst()).allSatisfy(<), axes[0] >= batch else {
      throw .attribute("ascending axes after \(batch) batch axes, not \(axes)")
    }
    for axis in axes where axis >= array.rank { throw .axisOutOfRange(axis: axis, rank: array.rank) }
    guard indices.count == axes.count else { throw .operandCount(expected: axes.count + 1, found: indices.count + 1) }
    let places = indices[0].shape
    for index in indices {
      guard index.element.isInteger else { throw .unsupported(index.element) }
      guard index.shape == places else { throw .attribute("indices of one shape, not \(places) and \(index.shape)") }
    }
    guard places.rank >= batch else { throw .axisOutOfRange(axis: batch, rank: places.rank) }
    for axis in 0..<batch where array.dimensions[axis] != places.dimensions[axis] {
      throw .broadcast(array, places, axis: axis)
    }
    let indexed = Set(axes)
    let rest = (batch..<array.rank).filter { !indexed.contains($0) }
    return Shape(places.dimensions + rest.map { array.dimensions[$0] })
  }
}
