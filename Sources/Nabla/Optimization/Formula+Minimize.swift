import NablaCompiler
import NablaData
import NablaGraph
import NablaOptimization
import NablaRuntime

/// Where a search for a minimum of a formula ended.
public struct FormulaMinimum: Hashable, Sendable {
  /// The variables at the best point, by name, in calling order.
  public let variables: [NamedTensor]
  /// The partial derivatives there.
  public let gradient: [NamedTensor]
  /// Value, state and counts.
  public let search: Minimum

  public var state: Minimum.State { search.state }
  public var value: Double { search.value }

  /// The tensor of a variable.
  public subscript(name: String) -> Tensor? { variables.first { $0.name == name }?.tensor }
}

extension Formula {
  /// Looks for a local minimum of one real scalar.
  ///
  ///     let f = try Formula("f(x, y) = (1 - x)^2 + 100*(y - x^2)^2")
  ///     let minimum = try f.minimize(from: ["x": -1.2, "y": 1])
  ///     minimum.value, minimum["x"]
  ///
  /// - Parameters:
  ///   - start: where the search begins, for every parameter that varies.
  ///   - fixed: the other parameters; those with defaults may be left out.
  ///   - progress: called before the first and after every iteration; `false` ends the search.
  /// - Throws: as `gradient(at:)` and `hessian(at:)` do. How the search ended is no error: see ``FormulaMinimum/state``.
  public func minimize(
    from start: [String: Tensor], fixed: [String: Tensor] = [:], using minimizer: Minimizer = Minimizer(),
    backend: Backend = .auto, progress: (Minimizer.Progress) -> Bool = { _ in true }
  ) throws -> FormulaMinimum {
    let point = start.merging(fixed) { start, _ in start }
    let formula = try bound(to: point)
    let columns = try formula.columns(at: point)
    return try formula.minimize(
      parameters.filter { start[$0] != nil }, from: columns, using: minimizer, backend: backend, progress: progress)
  }

  /// The same of a formula whose sizes are known.
  ///
  /// - Parameters:
  ///   - names: the parameters that vary.
  ///   - columns: one an input.
  public func minimize(
    _ names: [String], from columns: [Column], using minimizer: Minimizer = Minimizer(), backend: Backend = .auto,
    progress: (Minimizer.Progress) -> Bool = { _ in true }
  ) throws -> FormulaMinimum {
    var objective = try FormulaObjective(
      self, by: names, columns, hasHessian: minimizer.method == .newton, backend: backend)
    let minimum = try minimizer.minimize(&objective, from: objective.start, progress: progress)
    func named(_ numbers: [Double]) -> [NamedTensor] {
      objective.parts(numbers).map { part in
        let shape = program.graph.type(of: program.inputs[part.input]).shape.dimensions.map { $0.constant ?? 0 }
        return NamedTensor(parameters[part.input], Tensor(part.numbers, shape: shape))
      }
    }
    return FormulaMinimum(variables: named(minimum.x), gradient: named(minimum.gradient), search: minimum)
  }
}
