import NablaDrawing

extension Formula {
  /// The computation graph in DOT, as the function was written.
  ///
  /// - Parameters:
  ///   - point: values of the parameters by name; each node then shows its value.
  ///   - backward: the derivatives too, as edges from the result to the parameters.
  ///   - depth: how far from the result nodes are drawn; large graphs are cut short anyway, and say so.
  public func dot(at point: [String: [Double]]? = nil, backward: Bool = false, depth: Int? = nil) throws -> String {
    DOTWriter().write(try derivation(at: point, backward: backward, depth: depth))
  }

  /// The chain rule, step by step, on this function's graph.
  public func explanation(at point: [String: [Double]]? = nil) throws -> Explanation {
    Explanation(try derivation(at: point, backward: true))
  }

  /// A small change of a parameter, walked through the graph and compared with the derivative.
  public func perturbation(
    of parameter: String, by change: Double, at point: [String: [Double]]
  ) throws -> Perturbation {
    var point = point
    for (name, value) in defaults where point[name] == nil { point[name] = [value.double] }
    return try Perturbation(
      program.inlined(), input: parameter, by: change,
      DerivationOptions(point: point, backward: true, functionName: name))
  }

  private func derivation(at point: [String: [Double]]?, backward: Bool, depth: Int? = nil) throws -> Derivation {
    var point = point
    for (name, value) in defaults where point != nil && point?[name] == nil { point?[name] = [value.double] }
    return try Derivation(
      program.inlined(), DerivationOptions(point: point, backward: backward, functionName: name, depth: depth))
  }
}
