/// A part of the learning rate that every update takes off parameters: `w - decay*rate*w`, and then the rule.
///
/// Without more, it is for weights: parameters of two axes or more. A bias, or the scale of a normalisation, is no weight
/// that grows with what it has learned, and keeping it small helps nobody. Keras takes off all that it is not told to
/// exclude: `WeightDecay(0.004, all: true)`.
///
/// - Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019.
public struct WeightDecay: Hashable, Sendable, ExpressibleByFloatLiteral {
  public var part: Double
  /// Whether parameters of one axis, such as biases, are meant too.
  public var isForAll: Bool
  /// Paths of layers or parameters that are left alone.
  public var excluded: [String]

  public init(_ part: Double, all: Bool = false, excluding excluded: [String] = []) {
    self.part = part
    isForAll = all
    self.excluded = excluded
  }

  public init(floatLiteral value: Double) { self.init(value) }

  /// - Throws: ``TrainingError/unknownPath(_:known:)`` for an excluded path that there is not.
  func requirePaths(in variables: [TrainingVariable]) throws {
    for path in excluded where !variables.contains(where: { $0.isPart(of: path) }) {
      throw TrainingError.unknownPath(path, known: variables.map(\.path))
    }
  }

  func applies(to variable: TrainingVariable) -> Bool {
    (isForAll || variable.type.shape.rank >= 2) && !excluded.contains { variable.isPart(of: $0) }
  }
}
