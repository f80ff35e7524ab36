import NablaGraph

extension RewriteRule {
  /// For machines, after everything is collected.
  static let specialise: [RewriteRule] = [
    rule("quotient by a power of two", .specialise, .exact, x / y, x * (1 / y), where: y.isPowerOfTwo),
    rule("quotient by a constant", .specialise, .algebraic, x / y, x * (1 / y), where: y.isInvertibleConstant),
    rule("sum with a negative", .specialise, .exact, x + -y, x - y),
    rule("difference with a negative", .specialise, .exact, x - -y, x + y),
  ]
}
