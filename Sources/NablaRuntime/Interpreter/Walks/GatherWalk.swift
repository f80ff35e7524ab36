import NablaDiagnostics
import NablaGraph

/// A gather or a scatter over known extents.
///
/// One place of the index arrays stands for a *slice* of the array: the elements along the axes that no index chooses
/// along. Slices are dense in the result of a gather and in the updates of a scatter; in the array they are runs of
/// elements side by side.
struct GatherWalk: Hashable, Sendable {
  struct Axis: Hashable, Sendable {
    /// In the array, for messages.
    var number: Int
    var extent: Int
    var stride: Int
    /// The register of the index array.
    var indices: UInt32
  }

  var axes: [Axis] = []
  var batches: Int
  /// Elements of the array that belong to one element of the batch.
  var batchStride: Int
  /// Places of the index arrays for each element of the batch.
  var places: Int
  /// Where the runs of a slice begin, from its place in the array.
  var runs: [Int]
  /// The length of a run.
  var run: Int
  /// Where the indexing stands in the text.
  var ranges: [SourceRange]

  var slice: Int { runs.count * run }

  /// - Parameters:
  ///   - array: the extents of what is read or written.
  ///   - indices: the extents of the index arrays, and their registers.
  init(_ gather: Gather, array: [Int], indices: (extents: [Int], registers: [UInt32]), ranges: [SourceRange]) {
    let strides = Movement.strides(of: array)
    batches = array[..<gather.batch].reduce(1, *)
    batchStride = array[gather.batch...].reduce(1, *)
    places = indices.extents[gather.batch...].reduce(1, *)
    for (axis, register) in zip(gather.axes, indices.registers) {
      axes.append(Axis(number: axis, extent: array[axis], stride: strides[axis], indices: register))
    }
    let rest = (gather.batch..<array.count).filter { !gather.axes.contains($0) }
    var (runs, run) = ([0], 1)
    for axis in rest.reversed() {
      if runs.count == 1, strides[axis] == run {
        run *= array[axis]
      } else {
        runs = (0..<array[axis]).flatMap { index in runs.map { index * strides[axis] + $0 } }
      }
    }
    self.runs = runs
    self.run = run
    self.ranges = ranges
  }
}
