import NablaGraph
import NablaRuntime

/// Slices that are added to an array of zeros, at places that integer arrays name.
///
/// A slice has the elements along the axes that no index chooses along. Slices lie one after the other in the dense
/// array of updates.
public struct ScatterKernel: KernelParts {
  public struct Axis: Hashable, Sendable {
    /// In the array, for messages.
    public let number: Int
    public let extent: Int
    public let stride: Int
    /// The integers that choose along it.
    public let indices: Int
  }

  /// What is added: slices of an array, or one number everywhere.
  enum Updates: Sendable {
    case array(Int)
    case literal(Literal)
  }

  public let array: Int
  let updates: Updates
  public let axes: [Axis]
  public let batches: Int
  /// Elements of the array that belong to one element of the batch.
  public let batchStride: Int
  /// Places of the index arrays for each element of the batch.
  public let places: Int
  /// The axes of a slice in the array, outermost first, joined where they run together.
  public let slice: [(extent: Int, stride: Int)]
  /// Where the indexing comes from.
  public let origin: Origin

  init(
    _ gather: Gather, array: (buffer: Int, extents: [Int]), updates: Updates, indices: [Int], places: [Int],
    origin: Origin
  ) {
    self.array = array.buffer
    self.updates = updates
    self.origin = origin
    let (extents, strides) = (array.extents, array.extents.rowMajorStrides)
    axes = zip(gather.axes, indices).map {
      Axis(number: $0, extent: extents[$0], stride: strides[$0], indices: $1)
    }
    batches = Array(extents.prefix(gather.batch)).elementCount
    batchStride = Array(extents.dropFirst(gather.batch)).elementCount
    self.places = Array(places.dropFirst(gather.batch)).elementCount
    var slice: [(extent: Int, stride: Int)] = []
    for axis in extents.indices.dropFirst(gather.batch) where !gather.axes.contains(axis) && extents[axis] != 1 {
      if let last = slice.last, last.stride == extents[axis] * strides[axis] {
        slice[slice.count - 1] = (last.extent * extents[axis], strides[axis])
      } else {
        slice.append((extents[axis], strides[axis]))
      }
    }
    self.slice = slice
  }

  var readBuffers: [Int] {
    if case .array(let buffer) = updates { return axes.map(\.indices).unique + [buffer] }
    return axes.map(\.indices).unique
  }
  var writtenBuffers: [Int] { [array] }
  var statementCount: Int { 8 + 4 * axes.count }
  var canFail: Bool { true }
}

extension Array where Element: Hashable {
  /// The elements, each once, in order of first appearance.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
