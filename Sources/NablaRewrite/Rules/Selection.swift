import NablaGraph

extension RewriteRule {
  static let selection: [RewriteRule] = [
    rule("selection that is decided", .canonicalise, .exact, select(truth, x, y), x),
    rule("selection that is decided against", .canonicalise, .exact, select(falsity, x, y), y),
    rule("selection between equals", .canonicalise, .exact, select(x, y, y), y),
    rule("selection by a negation", .canonicalise, .exact, select(not(x), y, z), select(x, z, y)),
    rule("selection within its first branch", .canonicalise, .exact, select(x, select(x, y, z), w), select(x, y, w)),
    rule("selection within its second branch", .canonicalise, .exact, select(x, y, select(x, z, w)), select(x, y, w)),
    // What has a factor 0 where the other branch is 0 needs no selection: a derivative of `where(c, x, 0)^2`.
    rule(
      "multiple of a selection within its branch", .canonicalise, .domain([y.isNonzeroConstant]),
      select(x, y * select(x, z, 0), 0), y * select(x, z, 0)),
    // A strong product is 0 wherever its first factor is, whatever the second is: it goes into the branch that is not.
    rule(
      "strong product with an indicator", .canonicalise, .exact, of(.strongMultiply, select(x, 1, 0), y),
      select(x, y, 0)),
    rule(
      "strong product with an inverse indicator", .canonicalise, .exact, of(.strongMultiply, select(x, 0, 1), y),
      select(x, 0, y)),
    rule(
      "strong product with a selection or zero", .canonicalise, .exact, of(.strongMultiply, select(x, y, 0), z),
      select(x, of(.strongMultiply, y, z), 0)),
    rule(
      "strong product with zero or a selection", .canonicalise, .exact, of(.strongMultiply, select(x, 0, y), z),
      select(x, 0, of(.strongMultiply, y, z))),
  ]
}
