extension RewriteRule {
  /// Every rule, by family. Among the rules of one operation the earlier is tried first.
  public static let all: [RewriteRule] = [
    arithmetic, parity, idempotence, inverses, exponentials, logarithms, logistics, powers, circular, hyperbolic,
    errorFunctions, piecewise, comparisons, logic, selection, compounds, specialise, readable,
  ].flatMap { $0 }

  /// Functions that may be written as a sum where a larger sum becomes cheaper by it.
  public static let expansions: [RewriteRule] = [
    rule("sigmoid of the negative", .canonicalise, .algebraic, sigmoid(-x), 1 - sigmoid(x)),
    rule("softplus of the negative", .canonicalise, .algebraic, softplus(-x), softplus(x) - x),
  ]
}
