/// Looks for a local minimum of a smooth function, downhill from a starting point.
///
/// Every method chooses a direction in which the function falls and a step along it:
///
/// | method | direction | remembers |
/// |---|---|---|
/// | `gradient` | down the gradient | nothing |
/// | `bfgs` | by an approximation of the inverse Hessian that the gradients build up | a matrix |
/// | `lbfgs` | the same from the last ``memory`` gradients alone | a few vectors |
/// | `newton` | by the Hessian itself, shifted where it is not positive definite | a matrix |
///
/// Source: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition, 2006: algorithms 6.1 (BFGS), 7.4 and 7.5
/// (L-BFGS), 3.1 (backtracking), 3.3 (Cholesky with added multiple of the identity).
public struct Minimizer: Hashable, Sendable {
  public enum Method: String, CaseIterable, Hashable, Sendable { case gradient, bfgs, lbfgs, newton }

  public var method: Method
  /// The search ends where no partial derivative is larger than this.
  public var tolerance: Double
  public var iterationLimit: Int
  /// How many gradients `lbfgs` remembers.
  public var memory = 10

  public init(_ method: Method = .lbfgs, tolerance: Double = 1e-8, iterationLimit: Int = 1000) {
    self.method = method
    self.tolerance = tolerance
    self.iterationLimit = iterationLimit
  }

  /// Searches from a point.
  ///
  /// - Parameters:
  ///   - start: one number a variable.
  ///   - progress: called before the first and after every iteration; `false` ends the search.
  /// - Throws: what the objective throws.
  /// - Precondition: as many numbers as the objective has variables.
  public func minimize<F: Objective>(
    _ objective: inout F, from start: [Double], progress: (Progress) -> Bool = { _ in true }
  ) throws -> Minimum {
    precondition(start.count == objective.count, "one number a variable")
    var search = Search(self, objective, start)
    defer { objective = search.objective }
    return try search.run(progress)
  }
}

extension Minimizer {
  /// How far a search has come.
  public struct Progress: Hashable, Sendable {
    public let iteration: Int
    /// Where the search stands.
    public let x: [Double]
    public let value: Double
    /// The largest magnitude of a partial derivative.
    public let slope: Double
  }
}

/// Where a search ended, and why.
public struct Minimum: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    /// The derivatives are as small as was asked for.
    case converged
    /// The derivatives are small, and yet the function falls in some direction: only Newton's method sees that.
    case saddle
    /// The limit of iterations.
    case iterationLimit
    /// The function or a derivative is not finite at the start.
    case notFinite
    /// The function falls without end, or to minus infinity.
    case unbounded
    /// No smaller value was found although the derivatives are not small: usually all that the arithmetic can tell.
    case notDescending
    /// The caller ended it.
    case stopped
  }

  public let state: State
  /// The best point.
  public let x: [Double]
  public let value: Double
  public let gradient: [Double]
  public let iterations: Int
  /// How often value and gradient were computed.
  public let evaluations: Int

  /// The largest magnitude of a partial derivative.
  public var slope: Double { gradient.largestMagnitude }
}
