import NablaGraph

extension RewriteRule {
  static let logarithms: [RewriteRule] = [
    rule("log of e", .canonicalise, .algebraic, log(.constant(.e)), 1),
    // The naive forms that lose everything, or overflow, become the functions that do not. The special before the
    // general: what matches `log(1 + exp(x))` also matches `log(1 + x)`.
    rule("log of one plus exp", .stabilise, .algebraic, log(1 + exp(x)), softplus(x)),
    rule("log of minus expm1", .stabilise, .algebraic, log(-expm1(x)), log1mexp(x)),
    rule("log of expm1", .stabilise, .algebraic, log(expm1(x)), x + log1mexp(-x)),
    rule("log of one minus sigmoid", .stabilise, .algebraic, log(1 - sigmoid(x)), -softplus(x)),
    rule("log of sigmoid", .stabilise, .algebraic, log(sigmoid(x)), -softplus(-x)),
    rule("log1p of exp", .stabilise, .algebraic, log1p(exp(x)), softplus(x)),
    rule("log1p of minus exp", .stabilise, .algebraic, log1p(-exp(x)), log1mexp(x)),
    rule("log1p of minus sigmoid", .stabilise, .algebraic, log1p(-sigmoid(x)), -softplus(x)),
    rule("log of twice cosh", .stabilise, .algebraic, log(2 * cosh(x)), logaddexp(x, -x)),
    rule("log of cosh", .stabilise, .algebraic, log(cosh(x)), logaddexp(x, -x) - log(2)),
    rule(
      "log of one plus exponentials", .stabilise, .algebraic, log(1 + x), softplus(log(x)),
      where: x.isSumOfExponentials),
    rule(
      "log of a sum of exponentials", .stabilise, .algebraic, log(exp(x) + y), logaddexp(x, log(y)),
      where: y.isSumOfExponentials),
    rule("log of a product with an exponential", .stabilise, .algebraic, log(exp(x) * y), x + log(y)),
    rule("log of a quotient with an exponential", .stabilise, .algebraic, log(exp(x) / y), x - log(y)),
    rule("log of one plus", .stabilise, .algebraic, log(1 + x), log1p(x)),
    rule("log of one minus", .stabilise, .algebraic, log(1 - x), log1p(-x)),
    rule("log1p of minus one plus", .canonicalise, .algebraic, log1p(x - 1), log(x)),
    rule("log of a root", .canonicalise, .algebraic, log(sqrt(x)), half * log(x)),
    rule("log of a reciprocal", .canonicalise, .algebraic, log(1 / x), -log(x)),
    rule("log of a power", .canonicalise, .domain([x.isPositive]), log(x ** y), y * log(x)),
    rule("log of a tenth power", .canonicalise, .algebraic, of(.log10, 10 ** x), x),
  ]
}
