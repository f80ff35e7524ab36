import NablaDiagnostics
import NablaGraph

/// Why a call refuses its arguments, or why it stopped.
///
/// Indirect, so that a call that may throw it passes one register more and no memory: some calls take a few nanoseconds.
public indirect enum ExecutionError: Error, Hashable, Sendable {
  /// No value for an input.
  case missingInput(String)
  /// A value for a name that is no input; the names that are.
  case unknownInput(String, known: [String])
  /// Not one column an input.
  case inputCount(expected: Int, found: Int)
  /// The column has neither the numbers of one point nor those of all points.
  case count(input: String, perPoint: Int, points: Int, found: Int)
  case elementType(input: String, expected: ElementType, found: ElementType)
  /// The input's element type does not hold the value, as a fraction for an integer.
  case notRepresentable(input: String, element: ElementType)
  /// An array was read or written at an index that it does not have, at run time.
  case indexOutOfRange(IndexOutOfRange)
  /// The call would take more memory than there is.
  case memory(MemoryNeed)
}

/// An index that was computed, and that the axis does not have. A negative one counts from the end, once.
public struct IndexOutOfRange: Hashable, Sendable {
  /// The index as it was computed.
  public let value: Int
  /// The extent of the axis.
  public let extent: Int
  /// Which axis of the array, from 0.
  public let axis: Int
  /// Where the indexing stands in the text, in source order; empty if it comes from nowhere in the text.
  public let ranges: [SourceRange]
  /// Which of the call's points.
  public var point: Int

  public init(value: Int, extent: Int, axis: Int, ranges: [SourceRange] = [], point: Int = 0) {
    self.value = value
    self.extent = extent
    self.axis = axis
    self.ranges = ranges
    self.point = point
  }
}

extension ExecutionError {
  /// The same error of a call whose points stand `offset` points further on in a larger one.
  func moved(by offset: Int) -> ExecutionError {
    guard case .indexOutOfRange(var index) = self else { return self }
    index.point += offset
    return .indexOutOfRange(index)
  }
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingInput(let name): "no value for '\(name)'"
    case .unknownInput(let name, let known): "no input '\(name)'; the inputs are \(known.joined(separator: ", "))"
    case .inputCount(let expected, let found): "\(expected) inputs expected, \(found) given"
    case .count(let input, let perPoint, let points, let found):
      "'\(input)' has \(perPoint) numbers a point, not \(found) for \(points) points"
    case .elementType(let input, let expected, let found): "'\(input)' is \(expected.rawValue), not \(found.rawValue)"
    case .notRepresentable(let input, let element): "a value of '\(input)' is not of type \(element.rawValue)"
    case .indexOutOfRange(let index):
      "the index \(index.value) is outside an axis of \(index.extent) (axis \(index.axis))"
    case .memory(let need): "\(need)"
    }
  }
}
