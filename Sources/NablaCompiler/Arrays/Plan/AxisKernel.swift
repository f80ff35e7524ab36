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

/// Sums of products over sliding windows.
public struct ConvolutionKernel: KernelParts {
  /// One spatial axis.
  public struct Axis: Hashable, Sendable {
    public let input: Int
    public let window: Int
    public let result: Int
    public let stride: Int
    public let low: Int
    public let inputDilation: Int
    public let kernelDilation: Int
  }

  public let input: Int
  public let window: Int
  public let result: Int
  public let axes: [Axis]
  public let batch: Int
  public let groups: Int
  public let channels: Int
  public let outputs: Int

  var readBuffers: [Int] { [input, window].unique }
  var writtenBuffers: [Int] { [result] }
  var statementCount: Int { 12 + 6 * axes.count }
}
