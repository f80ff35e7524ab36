import NablaData

/// What an epoch came to.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// From 1.
  public var epoch: Int
  /// Steps done since the beginning of training.
  public var step: Int
  /// The learning rate of the last step.
  public var rate: Double
  /// Loss and metrics of the epoch, as the network was when it met the examples.
  public var training: [Measure]
  /// The same of the examples held out, after the epoch; empty if there are none.
  public var validation: [Measure]
  /// What the epoch took, validation included.
  public var seconds: Double

  public struct Measure: Hashable, Codable, Sendable {
    public var name: String
    public var value: Double

    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// A number by the name that logs have: `loss`, `accuracy`, `val_loss`, `rate`.
  public subscript(name: String) -> Double? {
    if name == "rate" { return rate }
    if name.hasPrefix("val_") { return validation.first { "val_\($0.name)" == name }?.value }
    return training.first { $0.name == name }?.value
  }

  /// One line of a log.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("epoch", .integer(epoch)), .init("step", .integer(step)), .init("rate", .double(rate)),
    ]
    members += training.map { .init($0.name, .double($0.value)) }
    members += validation.map { .init("val_\($0.name)", .double($0.value)) }
    members.append(.init("seconds", .double((seconds * 1000).rounded() / 1000)))
    return .object(members)
  }
}

/// How far a run has come, after a step.
public struct TrainingProgress: Sendable {
  /// From 1, and how many there will be at most.
  public let epoch: Int
  public let epochs: Int
  /// Examples of the epoch so far, and in all.
  public let examples: Int
  public let examplesPerEpoch: Int
  /// Steps done since the beginning of training, and the rate of the last one.
  public let step: Int
  public let rate: Double
  /// The loss of the last batch alone.
  public let batchLoss: Double
  /// Loss and metrics over the epoch so far.
  public let measures: [EpochRecord.Measure]
  /// Examples a second, over the epoch so far.
  public let speed: Double
  /// The record of the epoch, after its last step.
  public let finished: EpochRecord?
}

extension TrainingProgress {
  /// One line of a log of steps.
  public var json: JSONValue {
    .object(
      ("epoch", .integer(epoch)), ("step", .integer(step)), ("rate", .double(rate)), ("loss", .double(batchLoss)))
  }
}

/// What the measures of an epoch have come to.
struct RunningMeans: Hashable, Codable, Sendable {
  private var sums: [Double]
  private(set) var weight = 0.0

  init(_ count: Int) { sums = Array(repeating: 0, count: count) }

  var count: Int { sums.count }

  /// - Parameter values: of a batch; its means count as much as it has examples.
  mutating func add(_ values: [Double], _ kinds: [MetricSet.Kind], weight: Double) {
    for index in sums.indices {
      sums[index] = kinds[index] == .mean ? sums[index] + values[index] * weight : values[index]
    }
    self.weight += weight
  }

  func values(_ kinds: [MetricSet.Kind]) -> [Double] {
    zip(sums, kinds).map { $1 == .last ? $0 : weight == 0 ? .nan : $0 / weight }
  }
}
