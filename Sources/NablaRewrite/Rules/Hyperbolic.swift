import NablaGraph

extension RewriteRule {
  static let hyperbolic: [RewriteRule] = [
    rule("hyperbolic Pythagoras", .canonicalise, .algebraic, cosh(x) ** 2 - sinh(x) ** 2, 1),
    rule("sum of exponentials of both signs", .canonicalise, .algebraic, exp(x) + exp(-x), 2 * cosh(x)),
    rule("difference of exponentials of both signs", .canonicalise, .algebraic, exp(x) - exp(-x), 2 * sinh(x)),
    rule("cosh plus sinh", .canonicalise, .algebraic, cosh(x) + sinh(x), exp(x)),
    rule("cosh minus sinh", .canonicalise, .algebraic, cosh(x) - sinh(x), exp(-x)),
    rule("sinh over cosh", .canonicalise, .algebraic, sinh(x) / cosh(x), tanh(x)),
    rule("cosh over sinh", .canonicalise, .algebraic, cosh(x) / sinh(x), of(.coth, x)),
    rule("tanh times cosh", .canonicalise, .algebraic, tanh(x) * cosh(x), sinh(x)),
    rule("tanh times coth", .canonicalise, .algebraic, tanh(x) * of(.coth, x), 1),
    rule("sech times cosh", .canonicalise, .algebraic, of(.sech, x) * cosh(x), 1),
    rule("csch times sinh", .canonicalise, .algebraic, of(.csch, x) * sinh(x), 1),
  ]
}
