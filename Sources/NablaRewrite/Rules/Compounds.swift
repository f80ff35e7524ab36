import NablaGraph

extension RewriteRule {
  static let compounds: [RewriteRule] = [
    rule("xlogy of equals", .canonicalise, .exact, of(.xlogy, x, x), of(.xlogx, x)),
    rule("xlogy with one", .canonicalise, .algebraic, of(.xlogy, 1, x), log(x)),
    rule("xlogy at one", .canonicalise, .algebraic, of(.xlogy, x, 1), 0),
    rule("logaddexp of equals", .canonicalise, .algebraic, logaddexp(x, x), x + log(2)),
    rule("logaddexp with zero", .canonicalise, .algebraic, logaddexp(x, 0), softplus(x)),
    rule("logaddexp minus its second operand", .canonicalise, .algebraic, logaddexp(x, y) - y, softplus(x - y)),
    rule("logaddexp minus its first operand", .canonicalise, .algebraic, logaddexp(x, y) - x, softplus(y - x)),
    rule("polygamma of order zero", .canonicalise, .algebraic, of(.polygamma, 0, x), of(.digamma, x)),
  ]
}
