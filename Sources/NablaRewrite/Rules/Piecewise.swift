import NablaGraph

// `max(x, 0)` is never turned into `relu`: at the tie they differ in the derivative.
extension RewriteRule {
  static let piecewise: [RewriteRule] = [
    rule("abs of what is not negative", .canonicalise, .domain([x.isNonnegative]), abs(x), x),
    rule("relu of what is not negative", .canonicalise, .domain([x.isNonnegative]), of(.relu, x), x),
    rule("sign of what is positive", .canonicalise, .domain([x.isPositive]), sign(x), 1),
    rule("step of what is positive", .canonicalise, .domain([x.isPositive]), of(.step, x), 1),
    rule("floor of an integer", .canonicalise, .domain([x.isInteger]), of(.floor, x), x),
    rule("ceil of an integer", .canonicalise, .domain([x.isInteger]), of(.ceil, x), x),
    rule("round of an integer", .canonicalise, .domain([x.isInteger]), of(.round, x), x),
    rule("trunc of an integer", .canonicalise, .domain([x.isInteger]), of(.trunc, x), x),
    rule("abs times sign", .canonicalise, .algebraic, abs(x) * sign(x), x),
    rule("operand times sign", .canonicalise, .algebraic, sign(x) * x, abs(x)),
    rule("abs over operand", .canonicalise, .algebraic, abs(x) / x, sign(x)),
    rule("operand over abs", .canonicalise, .algebraic, x / abs(x), sign(x)),
    rule("abs of relu", .canonicalise, .exact, abs(of(.relu, x)), of(.relu, x)),
    rule("relu times its derivative", .canonicalise, .algebraic, of(.relu, x) * of(.step, x), of(.relu, x)),
    rule("max with the min", .canonicalise, .algebraic, of(.max, x, of(.min, x, y)), x),
    rule("min with the max", .canonicalise, .algebraic, of(.min, x, of(.max, x, y)), x),
  ]
}
