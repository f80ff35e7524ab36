import NablaGraph

// Literal exponents are the engine's business; these rules are for the others.
extension RewriteRule {
  static let powers: [RewriteRule] = [
    rule("product of powers of one base", .canonicalise, .algebraic, x ** y * x ** z, x ** (y + z)),
    rule("quotient of powers of one base", .canonicalise, .algebraic, x ** y / x ** z, x ** (y - z)),
    rule("power times its base", .canonicalise, .algebraic, x ** y * x, x ** (y + 1)),
    rule("power of a root", .canonicalise, .algebraic, sqrt(x) ** y, x ** (half * y)),
    rule("power of a power", .canonicalise, .domain([x.isNonnegative]), (x ** y) ** z, x ** (y * z)),
    rule("root of a power", .canonicalise, .domain([x.isNonnegative]), sqrt(x ** y), x ** (half * y)),
    rule("hypot with zero", .canonicalise, .algebraic, of(.hypot, x, 0), abs(x)),
  ]
}
