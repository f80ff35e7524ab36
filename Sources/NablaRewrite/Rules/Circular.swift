import NablaGraph

extension RewriteRule {
  static let circular: [RewriteRule] = [
    rule("Pythagoras", .canonicalise, .algebraic, sin(x) ** 2 + cos(x) ** 2, 1),
    rule("sin over cos", .canonicalise, .algebraic, sin(x) / cos(x), tan(x)),
    rule("cos over sin", .canonicalise, .algebraic, cos(x) / sin(x), of(.cot, x)),
    rule("tan times cos", .canonicalise, .algebraic, tan(x) * cos(x), sin(x)),
    rule("cot times sin", .canonicalise, .algebraic, of(.cot, x) * sin(x), cos(x)),
    rule("tan times cot", .canonicalise, .algebraic, tan(x) * of(.cot, x), 1),
    rule("sec times cos", .canonicalise, .algebraic, of(.sec, x) * cos(x), 1),
    rule("csc times sin", .canonicalise, .algebraic, of(.csc, x) * sin(x), 1),
    rule("sin of pi", .canonicalise, .algebraic, sin(pi), 0),
    rule("cos of pi", .canonicalise, .algebraic, cos(pi), -1),
    rule("tan of pi", .canonicalise, .algebraic, tan(pi), 0),
    rule("sin of half pi", .canonicalise, .algebraic, sin(half * pi), 1),
    rule("cos of half pi", .canonicalise, .algebraic, cos(half * pi), 0),
    rule("sin of two pi", .canonicalise, .algebraic, sin(2 * pi), 0),
    rule("cos of two pi", .canonicalise, .algebraic, cos(2 * pi), 1),
    rule("tan of a quarter pi", .canonicalise, .algebraic, tan(.constant(.rational(Rational(1, 4))) * pi), 1),
  ]
}
