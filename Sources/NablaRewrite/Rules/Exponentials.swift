import NablaGraph

extension RewriteRule {
  static let exponentials: [RewriteRule] = [
    rule("product of exponentials", .canonicalise, .algebraic, exp(x) * exp(y), exp(x + y)),
    rule("quotient of exponentials", .canonicalise, .algebraic, exp(x) / exp(y), exp(x - y)),
    rule("reciprocal of an exponential", .canonicalise, .algebraic, 1 / exp(x), exp(-x)),
    rule("e times an exponential", .canonicalise, .algebraic, exp(x) * .constant(.e), exp(x + 1)),
    rule("exponential over e", .canonicalise, .algebraic, exp(x) / .constant(.e), exp(x - 1)),
    rule("exp of minus one", .canonicalise, .algebraic, exp(-1), 1 / .constant(.e)),
    rule("exp of a multiple of log", .canonicalise, .algebraic, exp(x * log(y)), y ** x),
    rule("exp of minus log", .canonicalise, .algebraic, exp(-log(x)), 1 / x),
    rule("power of e", .canonicalise, .algebraic, .constant(.e) ** x, exp(x)),
    rule("power of two", .canonicalise, .algebraic, 2 ** x, of(.exp2, x)),
    rule("power of an exponential", .canonicalise, .algebraic, exp(x) ** y, exp(x * y)),
    rule("exp minus one", .stabilise, .algebraic, exp(x) - 1, expm1(x)),
    rule("exp of softplus", .canonicalise, .algebraic, exp(softplus(x)), exp(x) + 1),
    rule("exp of minus softplus", .canonicalise, .algebraic, exp(-softplus(x)), sigmoid(-x)),
  ]
}
