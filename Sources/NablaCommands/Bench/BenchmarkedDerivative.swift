import Nabla

/// A derivative that is measured together with the value, in one pass over the points.
enum BenchmarkedDerivative: String, CaseIterable {
  case gradient
  case hessian
  case jvp

  /// What the pass computes.
  var wants: [Want] {
    switch self {
    case .gradient: [.value, .gradient]
    case .hessian: [.value, .gradient, .hessian]
    case .jvp: [.value, .jvp]
    }
  }

  /// What stands before its time.
  var label: String {
    switch self {
    case .gradient: "with gradient"
    case .hessian: "with gradient and Hessian"
    case .jvp: "with tangent"
    }
  }
}
