extension RewriteRule {
  static let inverses: [RewriteRule] = [
    rule("logarithm of an exponential", .canonicalise, .algebraic, log(exp(x)), x),
  ]
}
