/// A numeric result that can be asked of a function.
public enum Want: String, CaseIterable, Hashable, Sendable {
  /// The function's own results.
  case value
  /// The partial derivatives of its one scalar result.
  case gradient
  /// The partial derivatives of every result.
  case jacobian
  /// The second derivatives of its one scalar result.
  case hessian
  /// The Jacobian times a vector with one part per parameter: forward mode.
  case jvp
  /// A vector with one part per result, times the Jacobian: reverse mode.
  case vjp
  /// The Hessian times a vector, without forming the Hessian.
  case hvp

  /// Whether the caller passes a vector beside the point.
  public var takesVector: Bool { self == .jvp || self == .vjp || self == .hvp }
}
