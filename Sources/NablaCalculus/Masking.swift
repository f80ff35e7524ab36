import NablaGraph

/// Which cotangents may be exactly zero by a choice that was made at run time.
///
/// Below a selection the branch not taken must contribute exactly zero, whatever it evaluates to; a product
/// `0 · ∞` on the way down would make it NaN. So products there are strong (0 wherever the cotangent is 0), and relaxed
/// to ordinary ones where the other factor cannot be NaN or infinite.
enum Masking: Comparable {
  case none
  /// Below `max`, `min`, `clamp`, `relu`, which also return an operand: their inputs count as finite.
  case kink
  /// Below `select` and strong products: nothing is assumed about the inputs.
  case selection
}

extension Elementwise {
  /// What the cotangent of operand `index` is masked by, beyond what masks the result.
  func masking(ofOperand index: Int) -> Masking {
    switch self {
    case .select: .selection
    case .strongMultiply: index == 1 ? .selection : .none
    case .max, .min, .clamp, .relu: .kink
    default: .none
    }
  }
}
