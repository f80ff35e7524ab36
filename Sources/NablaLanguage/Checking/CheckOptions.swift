import NablaGraph

/// What a source is checked under: the things that are decided before the run and not in the text.
public struct CheckOptions: Hashable, Sendable {
  /// The element type of parameters that state none, and of exact numbers that meet no float.
  public var floatType: ElementType
  /// Values of dimension names and `size` parameters; a name that is not here stays symbolic.
  public var sizes: [String: Int]
  /// The same for single functions, by name, which count more: what data say of one function says nothing of the others.
  public var ownSizes: [String: [String: Int]]
  /// The value of the built-in name `training`.
  public var training: Bool
  /// Whether derivatives of loops in the text keep the states of √T of T steps, and compute the others again.
  public var checkpoint: Bool
  /// How much work a source may cause.
  public var limits: Limits

  /// Bounds that stop a small text from filling the memory; exceeding one is a diagnostic, never a trap.
  public struct Limits: Hashable, Sendable {
    /// The most nodes of one function's graph.
    public var nodes = 16_000_000
    /// The most calls that are checked or expanded, equal calls counted once.
    public var calls = 1_000_000

    public init() {}
  }

  public init(
    floatType: ElementType = .f64, sizes: [String: Int] = [:], ownSizes: [String: [String: Int]] = [:],
    training: Bool = false, checkpoint: Bool = false, limits: Limits = Limits()
  ) {
    self.floatType = floatType
    self.sizes = sizes
    self.ownSizes = ownSizes
    self.training = training
    self.checkpoint = checkpoint
    self.limits = limits
  }
}
