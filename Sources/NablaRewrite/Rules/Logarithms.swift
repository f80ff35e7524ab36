extension RewriteRule {
  static let logarithms: [RewriteRule] = [
    rule("log of one plus", .stabilise, .algebraic, log(1 + x), log1p(x)),
  ]
  static let expansions: [RewriteRule] = []
}
