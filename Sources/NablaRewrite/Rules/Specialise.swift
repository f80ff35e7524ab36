import NablaGraph

extension RewriteRule {
  /// For machines, after everything is collected.
  static let specialise: [RewriteRule] = [
    rule("quotient by a constant", .specialise, .algebraic, x / y, x * (1 / y), where: y.isNonzeroConstant),
    rule("sum with a negative", .specialise, .exact, x + -y, x - y),
    rule("difference with a negative", .specialise, .exact, x - -y, x + y),
  ]
}
