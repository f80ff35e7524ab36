import NablaGraph

extension Elementwise {
  /// The reference value at a point.
  func evaluate(_ point: [Double]) -> Double {
    let padded = point + [0, 0]
    return definition.evaluation.scalar(padded[0], padded[1], arity > 2 ? padded[2] : 0)
  }
}
