import NablaDiagnostics
import NablaGraph

/// Why a derivative cannot be had. Carries values; ``diagnostic`` makes the text.
public enum DerivativeError: Error, Hashable, Sendable {
  /// A name to differentiate by that is no parameter.
  case unknownParameter(String, parameters: [String])
  /// A parameter that is not real: an integer, a bool.
  case notReal(String, ElementType)
  /// A result that is not real: it has no tangent or cotangent.
  case notRealResult(Want, String, ElementType)
  /// A gradient, Hessian or higher derivative of something that is not one real scalar.
  case notScalar(Want, results: [TensorType])
  /// A Jacobian or Hessian through something that has no rule for all rows at once.
  case notYet(Want, String)
  /// A Jacobian or Hessian would have more nodes than the limit.
  case tooLarge(Want)
  /// Arrays in a language that spells numbers only.
  case arraysInCode(String)
  /// Nothing to differentiate by.
  case noParameters
  /// An order below one, or one that would be too large to write down.
  case order(Int)
  /// A second or higher derivative by an array, which has as many as the array's elements to the power of the order.
  case orderByArray(Int, String, TensorType)

  public var diagnostic: Diagnostic {
    switch self {
    case .unknownParameter(let name, let parameters):
      let known = parameters.isEmpty ? "it has none" : "it has " + parameters.map { "'\($0)'" }.joined(separator: ", ")
      return Diagnostic("derivative.unknown-parameter", "the function has no parameter '\(name)'; \(known)")
    case .notReal(let name, let element):
      return Diagnostic("derivative.not-real", "'\(name)' has type \(element.rawValue); derivatives are by floats")
    case .notRealResult(let want, let name, let element):
      return Diagnostic(
        "derivative.not-real", "a \(want.rawValue) needs real results, and '\(name)' has type \(element.rawValue)")
    case .notScalar(let want, let results):
      let found = results.count == 1 ? "the result is \(results[0])" : "the function has \(results.count) results"
      return Diagnostic(
        "derivative.not-scalar",
        "a \(want.rawValue) needs one real scalar, and \(found); ask for its jacobian, 'jacobian(f)(…)'")
    case .notYet(let want, let what):
      return Diagnostic(
        "derivative.not-yet", "a \(want.rawValue) through \(what) needs sizes that are numbers, and small")
    case .tooLarge(let want):
      return Diagnostic(
        "derivative.too-large", "the \(want.rawValue) would exceed \(Pipeline.nodeLimit) operations")
    case .arraysInCode(let style):
      return Diagnostic(
        "derivative.code", "as \(style) only functions of numbers are written; 'emit' writes those of arrays as C files"
      )
    case .noParameters:
      return Diagnostic("derivative.no-parameters", "the function has no real parameter to differentiate by")
    case .order(let order):
      return Diagnostic(
        "derivative.order", "the order of a derivative is between 1 and \(Pipeline.orderLimit), not \(order)")
    case .orderByArray(let order, let name, let type):
      return Diagnostic(
        "derivative.order",
        "a derivative of order \(order) is by one number, and '\(name)' is \(type); ask for the hessian, 'hessian(f)(…)'"
      )
    }
  }
}
