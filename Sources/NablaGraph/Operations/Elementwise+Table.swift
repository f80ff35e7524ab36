import CNablaMath
import Foundation

// Typed constants and functions of rules; `x`, `y`, `z` are the operands and `r` is the operation's own value.
private let x = Rule.operand(0)
private let y = Rule.operand(1)
private let z = Rule.operand(2)
private let r = Rule.result
private let half = Rule.constant(.rational(.half))
private let pi = Rule.constant(.pi)
private func of(_ f: Elementwise, _ arguments: Rule...) -> Rule { .apply(f, arguments) }
private func sqr(_ a: Rule) -> Rule { .apply(.power, [a, 2]) }
private func root(_ a: Rule) -> Rule { .apply(.sqrt, [a]) }
private func ln(_ n: Int) -> Rule { .apply(.log, [.constant(Constant(n))]) }
private func choose(_ condition: Rule, _ a: Rule, _ b: Rule) -> Rule { .apply(.select, [condition, a, b]) }
/// ½ at a tie, else `a` where the first operand wins and `b` where the second does: the slopes of `max` and `min`. Both
/// ask the same questions, so the second costs two selections more.
private func among(_ tie: Rule, _ firstWins: Rule, _ a: Rule = 1, _ b: Rule = 0) -> Rule {
  choose(tie, half, choose(firstWins, a, b))
}
private func indicator(_ condition: Rule) -> Rule { choose(condition, 1, 0) }

/// Where tests draw operands from, unless a row says otherwise.
private let usual: ClosedRange<Double> = -3...3
private let above: ClosedRange<Double> = 0.1...10

private func row(
  _ name: String, _ notation: Elementwise.Notation = .call, _ typing: Elementwise.Typing = .real, c: String,
  latex: String, slopes: [Rule], _ evaluation: Evaluation, cost: Int, _ facts: Elementwise.Facts = [],
  on domain: ClosedRange<Double>..., source: String
) -> Elementwise.Definition {
  let domains = (0..<evaluation.arity).map { $0 < domain.count ? domain[$0] : domain.last ?? usual }
  return Elementwise.Definition(
    name: name, notation: notation, typing: typing, c: c, latex: latex, slopes: slopes, evaluation: evaluation,
    cost: cost, facts: facts, domain: domains, source: source)
}

/// The one place where an elementwise operation is declared. Adding one is one case and one row.
///
/// Columns: name, notation, typing; C; LaTeX; ∂/∂operand; meaning; cost in additions; facts; test domain; source.
// swift-format-ignore
func define(_ f: Elementwise) -> Elementwise.Definition {
  switch f {
  // Arithmetic
  case .negate: row("negate", .prefix("-"), .numeric, c: "-$0", latex: "-#0", slopes: [-1], .one { -$0 }, cost: 1, [.odd, .decreasing, .zeroPreserving, .linear], source: "constant multiple")
  case .add: row("add", .infix("+", binding: 60), .numeric, c: "$0 + $1", latex: "#0 + #1", slopes: [1, 1], .two { $0 + $1 }, cost: 1, [.commutative, .increasing, .zeroPreserving, .linear], source: "sum rule")
  case .subtract: row("subtract", .infix("-", binding: 60), .numeric, c: "$0 - $1", latex: "#0 - #1", slopes: [1, -1], .two { $0 - $1 }, cost: 1, [.zeroPreserving, .linear], source: "sum rule")
  case .multiply: row("multiply", .infix("*", binding: 70), .numeric, c: "$0 * $1", latex: #"#0 \cdot #1"#, slopes: [y, x], .two { $0 * $1 }, cost: 1, [.commutative, .zeroPreserving], source: "product rule")
  case .divide: row("divide", .infix("/", binding: 70), c: "$0 / $1", latex: #"\frac{#0}{#1}"#, slopes: [1 / y, -(r * (1 / y))], .two { $0 / $1 }, cost: 4, on: usual, above, source: "quotient rule, with r = x/y")
  case .power: row("power", .postfixPower, c: "pow($0, $1)", latex: "{#0}^{#1}", slopes: [of(.strongMultiply, y, of(.power, x, y - 1)), of(.strongMultiply, r, of(.log, x))], .two { pow($0, $1) }, cost: 20, on: above, usual, source: "DLMF 4.7.10 by x, 4.7.9 by y")
  case .strongMultiply: row("strong_multiply", .call, .numeric, c: "nabla_strong_multiply($0, $1)", latex: #"#0 \odot #1"#, slopes: [y, x], .two(nabla_strong_multiply), cost: 1, [.zeroPreserving], source: "product rule where the first factor is not 0; there 0 by definition")
  // Roots, exponentials, logarithms
  case .sqrt: row("sqrt", c: "sqrt($0)", latex: #"\sqrt{#0}"#, slopes: [half / r], .one { $0.squareRoot() }, cost: 4, [.increasing, .nonnegative, .zeroPreserving], on: above, source: "DLMF 4.7.10 at 1/2")
  case .cbrt: row("cbrt", c: "cbrt($0)", latex: #"\sqrt[3]{#0}"#, slopes: [1 / (3 * sqr(r))], .one(Foundation.cbrt), cost: 12, [.odd, .increasing, .zeroPreserving], on: above, source: "DLMF 4.7.10 at 1/3")
  case .exp: row("exp", c: "exp($0)", latex: "e^{#0}", slopes: [r], .one(Foundation.exp), cost: 10, [.increasing, .positive, .nonnegative], source: "DLMF 4.7.7")
  case .exp2: row("exp2", c: "exp2($0)", latex: "2^{#0}", slopes: [r * ln(2)], .one(Foundation.exp2), cost: 10, [.increasing, .positive, .nonnegative], source: "DLMF 4.7.9")
  case .expm1: row("expm1", c: "expm1($0)", latex: #"\left(e^{#0} - 1\right)"#, slopes: [of(.exp, x)], .one(Foundation.expm1), cost: 11, [.increasing, .zeroPreserving], source: "DLMF 4.7.7")
  case .log: row("log", c: "log($0)", latex: #"\ln #0"#, slopes: [1 / x], .one { Foundation.log($0) }, cost: 10, [.increasing], on: above, source: "DLMF 4.7.1")
  case .log2: row("log2", c: "log2($0)", latex: #"\log_2 #0"#, slopes: [1 / (x * ln(2))], .one { Foundation.log2($0) }, cost: 10, [.increasing], on: above, source: "DLMF 4.7.1, log₂ x = ln x / ln 2")
  case .log10: row("log10", c: "log10($0)", latex: #"\log_{10} #0"#, slopes: [1 / (x * ln(10))], .one { Foundation.log10($0) }, cost: 10, [.increasing], on: above, source: "DLMF 4.7.1, log₁₀ x = ln x / ln 10")
  case .log1p: row("log1p", c: "log1p($0)", latex: #"\ln\left(1 + #0\right)"#, slopes: [1 / (1 + x)], .one(Foundation.log1p), cost: 11, [.increasing, .zeroPreserving], on: -0.9...10, source: "DLMF 4.7.1 and the chain rule")
  // Circular functions and inverses
  case .sin: row("sin", c: "sin($0)", latex: #"\sin #0"#, slopes: [of(.cos, x)], .one(Foundation.sin), cost: 12, [.odd, .zeroPreserving, .withinUnit], source: "DLMF 4.20.1")
  case .cos: row("cos", c: "cos($0)", latex: #"\cos #0"#, slopes: [-of(.sin, x)], .one(Foundation.cos), cost: 12, [.even, .withinUnit], source: "DLMF 4.20.2")
  case .tan: row("tan", c: "tan($0)", latex: #"\tan #0"#, slopes: [1 + sqr(r)], .one(Foundation.tan), cost: 15, [.odd, .zeroPreserving], on: -1.4...1.4, source: "DLMF 4.20.3, sec² = 1 + tan²")
  case .cot: row("cot", c: "nabla_cot($0)", latex: #"\cot #0"#, slopes: [-(1 + sqr(r))], .one(nabla_cot), cost: 15, [.odd], on: 0.2...2.9, source: "DLMF 4.20.6, csc² = 1 + cot²")
  case .sec: row("sec", c: "nabla_sec($0)", latex: #"\sec #0"#, slopes: [r * of(.tan, x)], .one(nabla_sec), cost: 15, [.even], on: -1.4...1.4, source: "DLMF 4.20.5")
  case .csc: row("csc", c: "nabla_csc($0)", latex: #"\csc #0"#, slopes: [-(r * of(.cot, x))], .one(nabla_csc), cost: 15, [.odd], on: 0.2...2.9, source: "DLMF 4.20.4")
  case .asin: row("asin", c: "asin($0)", latex: #"\arcsin #0"#, slopes: [1 / root((1 - x) * (1 + x))], .one(Foundation.asin), cost: 15, [.odd, .increasing, .zeroPreserving], on: -0.9...0.9, source: "DLMF 4.24.7")
  case .acos: row("acos", c: "acos($0)", latex: #"\arccos #0"#, slopes: [-(1 / root((1 - x) * (1 + x)))], .one(Foundation.acos), cost: 15, [.decreasing, .nonnegative], on: -0.9...0.9, source: "DLMF 4.24.8")
  case .atan: row("atan", c: "atan($0)", latex: #"\arctan #0"#, slopes: [1 / (1 + sqr(x))], .one(Foundation.atan), cost: 15, [.odd, .increasing, .zeroPreserving, .bounded], source: "DLMF 4.24.9")
  case .acot: row("acot", c: "nabla_acot($0)", latex: #"\operatorname{arccot} #0"#, slopes: [-(1 / (1 + sqr(x)))], .one(nabla_acot), cost: 15, [.odd, .bounded], on: 0.1...5, source: "DLMF 4.24.12")
  case .asec: row("asec", c: "nabla_asec($0)", latex: #"\operatorname{arcsec} #0"#, slopes: [1 / (of(.abs, x) * root((x - 1) * (x + 1)))], .one(nabla_asec), cost: 15, [.nonnegative], on: 1.1...10, source: "DLMF 4.24.11")
  case .acsc: row("acsc", c: "nabla_acsc($0)", latex: #"\operatorname{arccsc} #0"#, slopes: [-(1 / (of(.abs, x) * root((x - 1) * (x + 1))))], .one(nabla_acsc), cost: 15, [.odd], on: 1.1...10, source: "DLMF 4.24.10")
  case .atan2: row("atan2", c: "atan2($0, $1)", latex: #"\operatorname{atan2}\left(#0, #1\right)"#, slopes: [of(.strongMultiply, y, 1 / (sqr(x) + sqr(y))), -of(.strongMultiply, x, 1 / (sqr(x) + sqr(y)))], .two(Foundation.atan2), cost: 20, [.zeroPreserving, .bounded], on: above, source: "DLMF 4.24.9 and the chain rule; 0 at (0, 0) by convention")
  // Hyperbolic functions and inverses
  case .sinh: row("sinh", c: "sinh($0)", latex: #"\sinh #0"#, slopes: [of(.cosh, x)], .one(Foundation.sinh), cost: 15, [.odd, .increasing, .zeroPreserving], source: "DLMF 4.34.1")
  case .cosh: row("cosh", c: "cosh($0)", latex: #"\cosh #0"#, slopes: [of(.sinh, x)], .one(Foundation.cosh), cost: 15, [.even, .positive, .nonnegative], source: "DLMF 4.34.2")
  case .tanh: row("tanh", c: "tanh($0)", latex: #"\tanh #0"#, slopes: [sqr(of(.sech, x))], .one(Foundation.tanh), cost: 15, [.odd, .increasing, .zeroPreserving, .bounded, .withinUnit], source: "DLMF 4.34.3, sech² = 1 - tanh²")
  case .coth: row("coth", c: "nabla_coth($0)", latex: #"\coth #0"#, slopes: [-sqr(of(.csch, x))], .one(nabla_coth), cost: 15, [.odd], on: 0.2...5, source: "DLMF 4.34.6")
  case .sech: row("sech", c: "nabla_sech($0)", latex: #"\operatorname{sech} #0"#, slopes: [-(r * of(.tanh, x))], .one(nabla_sech), cost: 15, [.even, .positive, .nonnegative, .bounded, .withinUnit], source: "DLMF 4.34.5")
  case .csch: row("csch", c: "nabla_csch($0)", latex: #"\operatorname{csch} #0"#, slopes: [-(r * of(.coth, x))], .one(nabla_csch), cost: 15, [.odd], on: 0.2...5, source: "DLMF 4.34.4")
  case .asinh: row("asinh", c: "asinh($0)", latex: #"\operatorname{arsinh} #0"#, slopes: [1 / of(.hypot, 1, x)], .one(Foundation.asinh), cost: 15, [.odd, .increasing, .zeroPreserving], source: "DLMF 4.38.9")
  case .acosh: row("acosh", c: "acosh($0)", latex: #"\operatorname{arcosh} #0"#, slopes: [1 / (root(x - 1) * root(x + 1))], .one(Foundation.acosh), cost: 15, [.increasing, .nonnegative], on: 1.1...10, source: "DLMF 4.38.10")
  case .atanh: row("atanh", c: "atanh($0)", latex: #"\operatorname{artanh} #0"#, slopes: [1 / ((1 - x) * (1 + x))], .one(Foundation.atanh), cost: 15, [.odd, .increasing, .zeroPreserving], on: -0.9...0.9, source: "DLMF 4.38.11")
  case .acoth: row("acoth", c: "nabla_acoth($0)", latex: #"\operatorname{arcoth} #0"#, slopes: [1 / ((1 - x) * (1 + x))], .one(nabla_acoth), cost: 15, [.odd], on: 1.1...10, source: "DLMF 4.38.14")
  case .asech: row("asech", c: "nabla_asech($0)", latex: #"\operatorname{arsech} #0"#, slopes: [-(1 / (x * root((1 - x) * (1 + x))))], .one(nabla_asech), cost: 15, [.decreasing, .nonnegative], on: 0.1...0.9, source: "DLMF 4.38.13")
  case .acsch: row("acsch", c: "nabla_acsch($0)", latex: #"\operatorname{arcsch} #0"#, slopes: [-(1 / (of(.abs, x) * of(.hypot, 1, x)))], .one(nabla_acsch), cost: 15, [.odd], on: 0.2...10, source: "DLMF 4.38.12")
  // Piecewise
  case .abs: row("abs", .call, .numeric, c: "fabs($0)", latex: #"\left|#0\right|"#, slopes: [of(.sign, x)], .one { Swift.abs($0) }, cost: 1, [.even, .nonnegative, .idempotent, .zeroPreserving], on: above, source: "the sign; 0 at 0 by convention")
  case .sign: row("sign", .call, .numeric, c: "nabla_sign($0)", latex: #"\operatorname{sgn} #0"#, slopes: [0], .one(nabla_sign), cost: 1, [.odd, .increasing, .zeroPreserving, .bounded, .locallyConstant, .idempotent, .withinUnit], on: above, source: "constant between jumps; 0 at 0 by convention")
  case .floor: row("floor", c: "floor($0)", latex: #"\left\lfloor #0 \right\rfloor"#, slopes: [0], .one { $0.rounded(.down) }, cost: 1, [.increasing, .zeroPreserving, .locallyConstant, .idempotent], on: 0.1...0.9, source: "constant between jumps")
  case .ceil: row("ceil", c: "ceil($0)", latex: #"\left\lceil #0 \right\rceil"#, slopes: [0], .one { $0.rounded(.up) }, cost: 1, [.increasing, .zeroPreserving, .locallyConstant, .idempotent], on: 0.1...0.9, source: "constant between jumps")
  case .round: row("round", c: "nabla_round($0)", latex: #"\operatorname{round} #0"#, slopes: [0], .one { $0.rounded(.toNearestOrEven) }, cost: 1, [.odd, .increasing, .zeroPreserving, .locallyConstant, .idempotent], on: 0.1...0.4, source: "constant between jumps")
  case .trunc: row("trunc", c: "trunc($0)", latex: #"\operatorname{trunc} #0"#, slopes: [0], .one { $0.rounded(.towardZero) }, cost: 1, [.odd, .increasing, .zeroPreserving, .locallyConstant, .idempotent], on: 0.1...0.9, source: "constant between jumps")
  case .min: row("min", .call, .numeric, c: "nabla_min($0, $1)", latex: #"\min\left(#0, #1\right)"#, slopes: [among(x == y, x < y), among(x == y, x < y, 0, 1)], .two(nabla_min), cost: 3, [.commutative, .idempotent, .increasing, .zeroPreserving], on: 0.1...1, 2...3, source: "1 for the smaller; ½ to each at a tie by convention")
  case .max: row("max", .call, .numeric, c: "nabla_max($0, $1)", latex: #"\max\left(#0, #1\right)"#, slopes: [among(x == y, y < x), among(x == y, y < x, 0, 1)], .two(nabla_max), cost: 3, [.commutative, .idempotent, .increasing, .zeroPreserving], on: 0.1...1, 2...3, source: "1 for the larger; ½ to each at a tie by convention")
  case .clamp: row("clamp", .call, .numeric, c: "nabla_clamp($0, $1, $2)", latex: #"\operatorname{clamp}\left(#0, #1, #2\right)"#, slopes: [indicator((y <= x) && (x <= z)), indicator((x < y) && (y <= z)), indicator((z < x) || (z < y))], .three(nabla_clamp), cost: 6, [.increasing, .zeroPreserving], on: 0...1, -2...(-1), 2...3, source: "1 for the operand that the result is; by x also at the bounds, by convention")
  case .mod: row("mod", .call, .numeric, c: "nabla_mod($0, $1)", latex: #"#0 \bmod #1"#, slopes: [1, -of(.floor, x / y)], .two(nabla_mod), cost: 8, on: 0.1...0.9, 1...3, source: "x - y*floor(x/y) with floor constant between jumps")
  case .floorDivide: row("floor_divide", .call, .numeric, c: "nabla_floor_divide($0, $1)", latex: #"\left\lfloor \frac{#0}{#1} \right\rfloor"#, slopes: [0, 0], .two(nabla_floor_divide), cost: 5, [.locallyConstant], on: 0.1...0.9, 1...3, source: "floor(x/y), constant between jumps")
  case .step: row("step", c: "nabla_step($0)", latex: #"\operatorname{step}\left(#0\right)"#, slopes: [0], .one(nabla_step), cost: 1, [.increasing, .nonnegative, .bounded, .locallyConstant, .zeroPreserving, .idempotent, .withinUnit], on: above, source: "constant between jumps")
  case .relu: row("relu", .call, .numeric, c: "nabla_relu($0)", latex: #"\operatorname{relu}\left(#0\right)"#, slopes: [of(.step, x)], .one(nabla_relu), cost: 1, [.increasing, .nonnegative, .zeroPreserving, .idempotent], on: above, source: "1 above 0; 0 at 0 by convention")
  // Special functions
  case .hypot: row("hypot", c: "hypot($0, $1)", latex: #"\sqrt{{#0}^2 + {#1}^2}"#, slopes: [of(.strongMultiply, x, 1 / r), of(.strongMultiply, y, 1 / r)], .two(Foundation.hypot), cost: 8, [.even, .commutative, .nonnegative, .zeroPreserving], on: above, source: "DLMF 4.7.10 at 1/2 and the chain rule; 0 at (0, 0) by convention")
  case .erf: row("erf", c: "erf($0)", latex: #"\operatorname{erf}\left(#0\right)"#, slopes: [2 / root(pi) * of(.exp, -sqr(x))], .one(Foundation.erf), cost: 15, [.odd, .increasing, .zeroPreserving, .bounded, .withinUnit], source: "the integrand of DLMF 7.2.1")
  case .erfc: row("erfc", c: "erfc($0)", latex: #"\operatorname{erfc}\left(#0\right)"#, slopes: [-(2 / root(pi) * of(.exp, -sqr(x)))], .one(Foundation.erfc), cost: 15, [.decreasing, .nonnegative, .bounded], source: "the integrand of DLMF 7.2.1, erfc = 1 - erf")
  case .erfi: row("erfi", c: "nabla_erfi($0)", latex: #"\operatorname{erfi}\left(#0\right)"#, slopes: [2 / root(pi) * of(.exp, sqr(x))], .one(nabla_erfi), cost: 20, [.odd, .increasing, .zeroPreserving], source: "the integrand of DLMF 7.2.1 on the imaginary axis, erfi x = -i erf(ix)")
  case .gamma: row("gamma", c: "nabla_gamma($0)", latex: #"\Gamma\left(#0\right)"#, slopes: [r * of(.digamma, x)], .one(nabla_gamma), cost: 20, on: 0.5...5, source: "DLMF 5.2.2")
  case .lgamma: row("lgamma", c: "nabla_lgamma($0)", latex: #"\ln\left|\Gamma\left(#0\right)\right|"#, slopes: [of(.digamma, x)], .one(nabla_lgamma), cost: 20, on: 0.5...5, source: "DLMF 5.2.2")
  case .digamma: row("digamma", c: "nabla_digamma($0)", latex: #"\psi\left(#0\right)"#, slopes: [of(.polygamma, 1, x)], .one(nabla_digamma), cost: 20, on: 0.5...5, source: "DLMF 5.15, where ψ′ is the first polygamma function")
  case .polygamma: row("polygamma", c: "nabla_polygamma($0, $1)", latex: #"\psi^{(#0)}\left(#1\right)"#, slopes: [.constant(.nan), of(.polygamma, x + 1, y)], .two(nabla_polygamma), cost: 20, on: 1...1, 0.5...5, source: "DLMF 5.15: the next one; not differentiable by the order")
  // Compounds that exist for numerical stability
  case .xlogx: row("xlogx", c: "nabla_xlogx($0)", latex: #"#0 \ln #0"#, slopes: [choose(x == 0, 0, of(.log, x) + 1)], .one(nabla_xlogx), cost: 11, [.zeroPreserving], on: above, source: "product rule and DLMF 4.7.1; 0 at 0 by convention")
  case .xlogy: row("xlogy", c: "nabla_xlogy($0, $1)", latex: #"#0 \ln #1"#, slopes: [choose((x == 0) && (y == 0), 0, of(.log, y)), of(.strongMultiply, x, 1 / y)], .two(nabla_xlogy), cost: 11, [.zeroPreserving], on: above, source: "DLMF 4.7.1; finite at (0, 0) by convention")
  case .log1mexp: row("log1mexp", c: "nabla_log1mexp($0)", latex: #"\ln\left(1 - e^{#0}\right)"#, slopes: [-(1 / of(.expm1, -x))], .one(nabla_log1mexp), cost: 20, [.decreasing], on: -5...(-0.1), source: "chain rule on DLMF 4.7.1 and 4.7.7")
  case .logaddexp: row("logaddexp", c: "nabla_logaddexp($0, $1)", latex: #"\ln\left(e^{#0} + e^{#1}\right)"#, slopes: [of(.sigmoid, x - y), of(.sigmoid, y - x)], .two(nabla_logaddexp), cost: 25, [.commutative, .increasing], source: "chain rule on log(exp(x) + exp(y))")
  case .sigmoid: row("sigmoid", c: "nabla_sigmoid($0)", latex: #"\sigma\left(#0\right)"#, slopes: [r * (1 - r)], .one(nabla_sigmoid), cost: 15, [.increasing, .positive, .nonnegative, .bounded, .withinUnit], source: "quotient rule on 1/(1 + exp(-x))")
  case .softplus: row("softplus", c: "nabla_softplus($0)", latex: #"\operatorname{softplus}\left(#0\right)"#, slopes: [of(.sigmoid, x)], .one(nabla_softplus), cost: 20, [.increasing, .positive, .nonnegative], source: "chain rule on ln(1 + exp x)")
  case .identity: row("identity", .call, .numeric, c: "$0", latex: "#0", slopes: [1], .one { $0 }, cost: 0, [.odd, .increasing, .zeroPreserving, .idempotent, .linear], source: "the derivative of x")
  // Comparison, logic, selection
  case .equal: row("equal", .infix("==", binding: 50), .comparison, c: "$0 == $1", latex: "#0 = #1", slopes: [0, 0], .test { $0 == $1 }, cost: 1, [.commutative, .locallyConstant], source: "constant between jumps")
  case .notEqual: row("not_equal", .infix("!=", binding: 50), .comparison, c: "$0 != $1", latex: #"#0 \ne #1"#, slopes: [0, 0], .test { $0 != $1 }, cost: 1, [.commutative, .locallyConstant], source: "constant between jumps")
  case .less: row("less", .infix("<", binding: 50), .comparison, c: "$0 < $1", latex: "#0 < #1", slopes: [0, 0], .test { $0 < $1 }, cost: 1, [.locallyConstant], source: "constant between jumps")
  case .lessEqual: row("less_equal", .infix("<=", binding: 50), .comparison, c: "$0 <= $1", latex: #"#0 \le #1"#, slopes: [0, 0], .test { $0 <= $1 }, cost: 1, [.locallyConstant], source: "constant between jumps")
  case .and: row("and", .infix("and", binding: 30), .logical, c: "$0 && $1", latex: #"#0 \land #1"#, slopes: [0, 0], .test { $0 != 0 && $1 != 0 }, cost: 1, [.commutative, .idempotent, .locallyConstant], on: 0...1, source: "constant")
  case .or: row("or", .infix("or", binding: 20), .logical, c: "$0 || $1", latex: #"#0 \lor #1"#, slopes: [0, 0], .test { $0 != 0 || $1 != 0 }, cost: 1, [.commutative, .idempotent, .locallyConstant], on: 0...1, source: "constant")
  case .not: row("not", .prefix("not "), .logical, c: "!$0", latex: #"\lnot #0"#, slopes: [0], .one { $0 == 0 ? 1 : 0 }, cost: 1, [.locallyConstant], on: 0...1, source: "constant")
  case .select: row("where", .call, .selection, c: "$0 ? $1 : $2", latex: #"\begin{cases} #1 & \text{if } #0 \\ #2 & \text{otherwise} \end{cases}"#, slopes: [0, choose(x, 1, 0), choose(x, 0, 1)], .three { $0 != 0 ? $1 : $2 }, cost: 1, on: 0...1, usual, usual, source: "the operand that the condition chooses")
  }
}
