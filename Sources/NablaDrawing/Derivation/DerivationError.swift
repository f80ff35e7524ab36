import NablaDiagnostics
import NablaGraph

/// Why a function cannot be worked through. Carries values; ``diagnostic`` makes the text.
public enum DerivationError: Error, Hashable, Sendable {
  /// There is no such result; how many there are.
  case noOutput(Int, count: Int)
  /// Only a real scalar has a gradient.
  case notReal(TensorType)
  /// The point does not fit the inputs, in words.
  case point(String)

  public var diagnostic: Diagnostic {
    switch self {
    case .noOutput(let output, let count):
      Diagnostic("derivation.no-result", "the function has no result \(output); it has \(count)")
    case .notReal(let type):
      Diagnostic("derivation.not-real", "a gradient needs one real scalar, and the result is \(type)")
    case .point(let text):
      Diagnostic("derivation.point", text)
    }
  }
}
