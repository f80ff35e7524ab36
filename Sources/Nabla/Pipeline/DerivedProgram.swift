import NablaGraph

/// A function with the derivatives that were asked for, as one program: values and derivatives share their residuals.
public struct DerivedProgram: Sendable {
  /// What one root of the program is.
  public struct Output: Hashable, Sendable {
    public let want: Want
    /// The result of the function, by position, that is differentiated; for `vjp`, `hvp` and `hessian` it is `nil`.
    public let result: Int?
    /// The parameters, by position, that it is differentiated by: none for a value, two for a Hessian block.
    public let by: [Int]
  }

  /// Roots in the order of ``outputs``; the inputs are the function's, then ``vectors``.
  public var program: Program
  public let outputs: [Output]
  /// The names of the function's results.
  public let results: [String]
  /// Positions among the inputs of the parts of the vector that `jvp`, `hvp` (one per parameter) and `vjp` (one per
  /// result) are taken with.
  public let vectors: [Want: [Int]]
  /// Positions of the parameters that it is differentiated by.
  public let parameters: [Int]
}
