extension RewriteRule {
  static let errorFunctions: [RewriteRule] = [
    rule("one minus erf", .stabilise, .algebraic, 1 - erf(x), erfc(x)),
    rule("one plus erf", .stabilise, .algebraic, 1 + erf(x), erfc(-x)),
    rule("one minus erfc", .canonicalise, .algebraic, 1 - erfc(x), erf(x)),
    rule("erf plus erfc", .canonicalise, .algebraic, erf(x) + erfc(x), 1),
    rule("two minus erfc", .canonicalise, .algebraic, 2 - erfc(x), erfc(-x)),
  ]
}
