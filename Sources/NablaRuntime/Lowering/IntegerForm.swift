import NablaGraph

/// What an elementwise operation does with integers, exactly and without a trap: overflow wraps.
///
/// The operation table's own meaning is in doubles, which hold integers only up to 2⁵³. `i32` is computed in 64 bits
/// and wrapped to 32: every form here is exact or a polynomial, so that is the same.
public struct IntegerForm: Sendable {
  /// The meaning; a comparison gives 0 or 1.
  public let evaluate: @Sendable (_ x: Int64, _ y: Int64, _ z: Int64) -> Int64
  /// C: `$0`, `$1`, `$2` are the operands, `$S` and `$U` the signed and the unsigned type, `$T` the type's name here.
  public let c: String
  /// The same on vectors, where a test gives all bits of a lane or none, and `$C(test, a, b)` chooses; `nil` where they
  /// take ``c`` as it is.
  public var lanes: String?
  /// C functions that the expression calls. Such an expression is for one number at a time.
  public var support = ""
}

private func one(_ c: String, lanes: String? = nil, _ f: @escaping @Sendable (Int64) -> Int64) -> IntegerForm {
  IntegerForm(evaluate: { x, _, _ in f(x) }, c: c, lanes: lanes)
}

private func two(
  _ c: String, lanes: String? = nil, support: String = "", _ f: @escaping @Sendable (Int64, Int64) -> Int64
) -> IntegerForm {
  IntegerForm(evaluate: { x, y, _ in f(x, y) }, c: c, lanes: lanes, support: support)
}

private func test(_ c: String, _ f: @escaping @Sendable (Int64, Int64) -> Bool) -> IntegerForm {
  IntegerForm(evaluate: { x, y, _ in f(x, y) ? 1 : 0 }, c: c)
}

extension Elementwise {
  /// The meaning on integers, for the operations that take them and do more than choose.
  public var integerForm: IntegerForm? { Elementwise.integerForms[Int(rawValue)] }

  private static let integerForms = allCases.map(\.declaredIntegerForm)

  // swift-format-ignore
  private var declaredIntegerForm: IntegerForm? {
    switch self {
    case .negate: one("($S)(0 - ($U)$0)") { 0 &- $0 }
    case .add: two("($S)(($U)$0 + ($U)$1)") { $0 &+ $1 }
    case .subtract: two("($S)(($U)$0 - ($U)$1)") { $0 &- $1 }
    case .multiply, .strongMultiply: two("($S)(($U)$0 * ($U)$1)") { $0 &* $1 }
    case .abs: one("$0 < 0 ? ($S)(0 - ($U)$0) : $0", lanes: "$C($0 < 0, ($S)(0 - ($U)$0), $0)") { $0 < 0 ? 0 &- $0 : $0 }
    case .sign: one("($S)(($0 > 0) - ($0 < 0))", lanes: "($S)(($0 < 0) - ($0 > 0))") { $0.signum() }
    case .min: two("$1 < $0 ? $1 : $0", lanes: "$C($1 < $0, $1, $0)") { Swift.min($0, $1) }
    case .max: two("$0 < $1 ? $1 : $0", lanes: "$C($0 < $1, $1, $0)") { Swift.max($0, $1) }
    case .clamp:
      IntegerForm(
        evaluate: { Swift.min(Swift.max($0, $1), $2) },
        c: "$0 < $1 ? ($2 < $1 ? $2 : $1) : ($2 < $0 ? $2 : $0)",
        lanes: "$C($0 < $1, $C($2 < $1, $2, $1), $C($2 < $0, $2, $0))")
    case .mod: two("nabla_mod_$T($0, $1)", support: modInC, flooredRemainder)
    case .floorDivide: two("nabla_floor_divide_$T($0, $1)", support: floorDivideInC, flooredQuotient)
    case .relu: one("$0 > 0 ? $0 : 0", lanes: "$0 & ($S)($0 > 0)") { Swift.max($0, 0) }
    case .identity: one("$0") { $0 }
    case .equal: test("$0 == $1") { $0 == $1 }
    case .notEqual: test("$0 != $1") { $0 != $1 }
    case .less: test("$0 < $1") { $0 < $1 }
    case .lessEqual: test("$0 <= $1") { $0 <= $1 }
    case .divide, .power, .sqrt, .cbrt, .exp, .exp2, .expm1, .log, .log2, .log10, .log1p, .sin, .cos, .tan, .cot, .sec,
      .csc, .asin, .acos, .atan, .acot, .asec, .acsc, .atan2, .sinh, .cosh, .tanh, .coth, .sech, .csch, .asinh, .acosh,
      .atanh, .acoth, .asech, .acsch, .floor, .ceil, .round, .trunc, .step, .hypot, .erf, .erfc, .erfi, .gamma,
      .lgamma, .digamma, .polygamma, .xlogx, .xlogy, .log1mexp, .logaddexp, .sigmoid, .softplus: nil
    case .and, .or, .not, .select: nil
    }
  }
}

/// The tests keep the machine from trapping; the remainder of C has the sign of the dividend.
private let modInC = """
  static inline $S nabla_mod_$T($S x, $S y) {
    if (y == 0 || y == -1) return 0;
    $S remainder = x % y;
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
  }

  """

private let floorDivideInC = """
  static inline $S nabla_floor_divide_$T($S x, $S y) {
    if (y == 0) return 0;
    if (y == -1) return ($S)(0 - ($U)x);
    $S quotient = x / y;
    return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
  }

  """

/// The quotient rounded down; 0 where the divisor is 0.
private func flooredQuotient(_ x: Int64, _ y: Int64) -> Int64 {
  if y == 0 { return 0 }
  if y == -1 { return 0 &- x }
  let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
  return remainder != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient
}

/// The remainder with the sign of the divisor; 0 where the divisor is 0.
private func flooredRemainder(_ x: Int64, _ y: Int64) -> Int64 {
  if y == 0 || y == -1 { return 0 }
  let remainder = x % y
  return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder
}
