import NablaGraph

/// What runs along one axis: the place of an extreme element, running sums and products, the order of the elements.
public struct AxisKernel: KernelParts {
  public enum Action: Hashable, Sendable {
    case extremum(Operation.Extremum)
    case cumulation(Operation.Cumulation, isReversed: Bool)
    /// The places of the elements in ascending order.
    case order
  }

  public let action: Action
  public let source: Int
  public let result: Int
  /// Two rows of places, for sorting.
  public let scratch: Int?
  /// All axes before the axis are one, and all after it.
  public let outer: Int
  public let extent: Int
  public let inner: Int

  var readBuffers: [Int] { [source] }
  var writtenBuffers: [Int] { scratch.map { [result, $0] } ?? [result] }
  var statementCount: Int { action == .order ? 30 : 8 }
}

/// Random numbers: functions of a key, the site and the place.
public struct RandomKernel: KernelParts {
  public let key: Int
  public let result: Int
  public let site: Int
  public let keys: Int
  /// Numbers a key.
  public let count: Int

  var readBuffers: [Int] { [key] }
  var writtenBuffers: [Int] { [result] }
  var statementCount: Int { 4 }
}
