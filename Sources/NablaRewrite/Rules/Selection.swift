extension RewriteRule {
  static let selection: [RewriteRule] = [
    rule("selection that is decided", .canonicalise, .exact, select(truth, x, y), x),
    rule("selection that is decided against", .canonicalise, .exact, select(falsity, x, y), y),
    rule("selection between equals", .canonicalise, .exact, select(x, y, y), y),
    rule("selection by a negation", .canonicalise, .exact, select(not(x), y, z), select(x, z, y)),
    rule("selection within its first branch", .canonicalise, .exact, select(x, select(x, y, z), w), select(x, y, w)),
    rule("selection within its second branch", .canonicalise, .exact, select(x, y, select(x, z, w)), select(x, y, w)),
  ]
}
