import NablaGraph

/// Why a program cannot be turned into something that runs.
public enum LoweringError: Error, Hashable, Sendable {
  /// An extent is still a name: the program must be specialised to sizes first.
  case unknownExtent(TensorType)
  /// A node reads a parameter that the program does not list among its inputs.
  case unboundParameter(String)
  /// A slice reaches beyond the axis that it is taken from.
  case sliceOutOfRange(start: Int, step: Int, count: Int, extent: Int)
  /// A view leaves the array along one of its axes.
  case viewOutOfRange(axis: Int, first: Int, last: Int, extent: Int)
  /// The values of one point do not fit in memory; how many numbers they are.
  case tooLarge(elements: Int)
  /// An operation that the backend does not run yet.
  case unsupported(String)
}

extension LoweringError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownExtent(let type): "the type \(type) has an extent without a size"
    case .unboundParameter(let name): "the program reads '\(name)', which is not among its inputs"
    case .sliceOutOfRange(let start, let step, let count, let extent):
      "\(count) elements from \(start) in steps of \(step) do not fit an axis of \(extent)"
    case .viewOutOfRange(let axis, let first, let last, let extent):
      "a view of the elements \(first) to \(last) along axis \(axis) leaves an axis of \(extent)"
    case .tooLarge(let elements):
      "one point needs \(elements) numbers at once, \(MemoryNeed.text(elements.multipliedReportingOverflow(by: 8).overflow ? .max : 8 * elements)) of memory"
    case .unsupported(let operation): "'\(operation)' is not run yet"
    }
  }
}
