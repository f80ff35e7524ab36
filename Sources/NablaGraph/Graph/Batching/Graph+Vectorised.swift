/// Batching: a computation that is written for one index, carried out for all of them at once.
extension Graph {
  /// The outputs with new leading axes, as if each were evaluated at every combination of index values and the results
  /// stacked. This is how comprehensions are axes, not loops.
  ///
  /// Only nodes that depend on an index are looked at, and each is given just the axes that it depends on. Reads at
  /// places that are affine in indices become slices, transposes and views; others batched gathers.
  ///
  /// - Parameter loops: fresh scalar integer parameters, and how many values each takes, counted from 0.
  /// - Shape: the extents in order, then the output's own shape.
  /// - Throws: ``VectorisationError``; the outputs are as they were.
  /// - Complexity: linear in the nodes since the first index was made.
  public mutating func vectorised(
    _ outputs: [NodeID], over loops: [(index: NodeID, extent: Dimension)]
  ) throws(VectorisationError) -> [NodeID] {
    let saved = currentOrigin
    defer { currentOrigin = saved }
    var pass = BatchingPass(extents: loops.map(\.extent), indices: loops.map(\.index), seeds: [])
    try pass.run(outputs, in: &self)
    return try pass.finished(outputs, in: &self)
  }

  /// The outputs with new leading axes, as if each were evaluated with `unit` being, one after the other, each array that
  /// is 1 at one place and 0 elsewhere. Of a pullback, or of a pushforward, these are the rows, or the columns, of a
  /// Jacobian.
  ///
  /// That a unit is 0 elsewhere is made use of: products with it are taken at the one place, and sums of them are reads.
  ///
  /// - Parameter unit: a fresh parameter.
  /// - Shape: the shape of `unit`, then the output's own.
  public mutating func vectorised(
    _ outputs: [NodeID], overUnits unit: NodeID
  ) throws(VectorisationError) -> [NodeID] {
    let saved = currentOrigin
    defer { currentOrigin = saved }
    let type = type(of: unit)
    let axes = type.shape.dimensions.indices
    let seed = Batched(constant(.one, type.element), diagonals: axes.map { .init(axis: $0, loop: $0) })
    var pass = BatchingPass(extents: type.shape.dimensions, indices: [], seeds: [(unit, seed)])
    try pass.run(outputs, in: &self)
    return try pass.finished(outputs, in: &self)
  }
}

/// Why a computation cannot be carried out for all indices at once.
public enum VectorisationError: Error, Hashable, Sendable {
  /// An operation has no rule for this, such as random numbers whose key depends on the index.
  case notYet(String)
  /// What would come out does not fit the operation's typing rule: an axis too many, an extent too large, a place outside.
  case type(TypeError)
  /// Loops nest too deeply.
  case nesting
}
