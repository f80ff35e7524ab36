import CNablaMath
import Foundation

/// A function under test, applied to its operands.
typealias Application = @Sendable ([Double]) -> Double

private func one(_ f: @escaping @Sendable (Double) -> Double) -> Application { { f($0[0]) } }
private func two(_ f: @escaping @Sendable (Double, Double) -> Double) -> Application { { f($0[0], $0[1]) } }

/// Nabla's own functions of real operands, by name.
let functions: [String: Application] = [
  "cot": one(nabla_cot), "sec": one(nabla_sec), "csc": one(nabla_csc), "acot": one(nabla_acot),
  "asec": one(nabla_asec), "acsc": one(nabla_acsc), "coth": one(nabla_coth), "sech": one(nabla_sech),
  "csch": one(nabla_csch), "acoth": one(nabla_acoth), "asech": one(nabla_asech), "acsch": one(nabla_acsch),
  "mod": two(nabla_mod), "powi": { nabla_powi($0[0], Int32($0[1])) }, "xlogx": one(nabla_xlogx),
  "xlogy": two(nabla_xlogy), "log1mexp": one(nabla_log1mexp), "softplus": one(nabla_softplus),
  "sigmoid": one(nabla_sigmoid), "erfi": one(nabla_erfi), "gamma": one(nabla_gamma), "lgamma": one(nabla_lgamma),
  "digamma": one(nabla_digamma), "polygamma": two(nabla_polygamma),
]

/// The C library's functions that Nabla relies on or replaces, by name.
let libmFunctions: [String: Application] = [
  "sin": one(sin), "cos": one(cos), "tan": one(tan), "asin": one(asin), "acos": one(acos), "atan": one(atan),
  "atan2": two(atan2), "sinh": one(sinh), "cosh": one(cosh), "tanh": one(tanh), "asinh": one(asinh),
  "acosh": one(acosh), "atanh": one(atanh), "exp": one(exp), "exp2": one(exp2), "expm1": one(expm1),
  "log": one { log($0) }, "log2": one { log2($0) }, "log10": one { log10($0) }, "log1p": one(log1p), "pow": two(pow),
  "cbrt": one(cbrt), "hypot": two(hypot), "erf": one(erf), "erfc": one(erfc), "tgamma": one(tgamma),
  "lgamma": one { lgamma($0) },
]

/// Functions without rounding errors, which have no oracle but their special values.
let exactFunctions: [String: Application] = [
  "sign": one(nabla_sign), "round": one(nabla_round), "max": two(nabla_max), "min": two(nabla_min),
  "step": one(nabla_step), "relu": one(nabla_relu), "clamp": { nabla_clamp($0[0], $0[1], $0[2]) },
  "floor_divide": two(nabla_floor_divide), "strong_multiply": two(nabla_strong_multiply),
  "floor": one { $0.rounded(.down) }, "ceil": one { $0.rounded(.up) },
  "trunc": one { $0.rounded(.towardZero) },
]
