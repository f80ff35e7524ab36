/// Ends training when a measure has stopped getting better.
public struct EarlyStopping: Hashable, Codable, Sendable {
  /// A measure of an epoch, such as `val_loss` or `accuracy`.
  public var monitor = "val_loss"
  /// What counts as better: more than this.
  public var leastChange = 0.0
  /// How many epochs without anything better end the training.
  public var patience = 0
  /// Whether the weights of the best epoch are the result.
  public var restoresBest = false
  /// How many epochs are done before anything counts.
  public var firstEpoch = 0

  public init(monitor: String = "val_loss", patience: Int = 0, leastChange: Double = 0, restoresBest: Bool = false) {
    self.monitor = monitor
    self.patience = patience
    self.leastChange = leastChange
    self.restoresBest = restoresBest
  }
}

extension EarlyStopping {
  /// Whether a value of a measure is better than another.
  public static func isBetter(_ value: Double, than other: Double, monitor: String) -> Bool {
    BestValue.isIncreasing(monitor) ? value > other : value < other
  }
}

/// Makes the learning rate smaller when a measure has stopped getting better.
public struct PlateauRule: Hashable, Codable, Sendable {
  public var monitor = "val_loss"
  /// What the rate is multiplied by.
  public var factor = 0.1
  public var patience = 10
  public var leastChange = 1e-4
  /// Epochs after a change in which nothing is counted.
  public var cooldown = 0
  /// The rate does not become smaller than this.
  public var leastRate = 0.0

  public init(monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10) {
    self.monitor = monitor
    self.factor = factor
    self.patience = patience
  }
}

/// The best value of a measure so far, and for how long nothing was better.
struct BestValue: Hashable, Codable, Sendable {
  private(set) var best: Double?
  private(set) var wait = 0
  /// Epochs in which nothing is counted.
  private var rest = 0

  /// Whether larger is better: of everything but losses and errors.
  static func isIncreasing(_ monitor: String) -> Bool {
    let name = monitor.hasPrefix("val_") ? String(monitor.dropFirst(4)) : monitor
    let falling = ["loss", "error", "entropy", "divergence", "mse", "mae", "rmse", "huber", "hinge"]
    return !falling.contains { name.contains($0) }
  }

  /// - Returns: whether the value is the best so far.
  mutating func add(_ value: Double, monitor: String, leastChange: Double) -> Bool {
    // A measure that is no number is never the best.
    let gain =
      value.isNaN ? -.infinity : best.map { BestValue.isIncreasing(monitor) ? value - $0 : $0 - value } ?? .infinity
    if gain > leastChange {
      best = value
      wait = 0
      return true
    }
    if rest > 0 { rest -= 1 } else { wait += 1 }
    return false
  }

  mutating func pause(_ epochs: Int) {
    wait = 0
    rest = epochs
  }
}
