import NablaGraph

/// Which inputs of a body matter for a derivative. What is carried makes both answers a fixed point: a value that does
/// not depend on the inputs may do so a step later.
extension ScanBuilder {
  /// The inputs and roots of the body that depend on some of its inputs, after however many steps. What is carried
  /// counts as varied if its start is, since there may be no step.
  ///
  /// - Parameter varied: whether each of ``inputs`` does from the start.
  func variation(from varied: [Bool]) -> (inputs: [Bool], roots: [Bool]) {
    let (inputs, roots) = (self.inputs, self.roots)
    var varied = zip(inputs, varied).map { $1 && body.element(of: $0).isFloat }
    while true {
      let dependent = body.dependent(on: zip(inputs, varied).filter(\.1).map(\.0))
      let reached = roots.map { dependent[$0.index] && body.element(of: $0).isFloat }
      let news = carried.indices.filter { reached[$0] && !varied[$0] }
      if news.isEmpty { return (varied, Array(varied.prefix(carried.count)) + reached.dropFirst(carried.count)) }
      for position in news { varied[position] = true }
    }
  }

  /// The roots through which some results are reached, before however many steps, and the inputs that these need.
  ///
  /// - Parameters:
  ///   - wanted: whether a cotangent comes in at each of ``roots``.
  ///   - varied: what depends on the inputs; nothing else counts.
  func usefulness(
    of wanted: [Bool], among varied: (inputs: [Bool], roots: [Bool])
  ) -> (inputs: [Bool], roots: [Bool]) {
    let (inputs, roots) = (self.inputs, self.roots)
    var useful = zip(wanted, varied.roots).map { $0 && $1 }
    while true {
      let live = body.live(from: zip(roots, useful).filter(\.1).map(\.0))
      let needed = zip(inputs, varied.inputs).map { live[$0.index] && $1 }
      let news = carried.indices.filter { needed[$0] && !useful[$0] }
      if news.isEmpty { return (needed, useful) }
      for position in news { useful[position] = true }
    }
  }
}
