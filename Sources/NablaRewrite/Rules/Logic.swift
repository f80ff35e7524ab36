import NablaGraph

extension RewriteRule {
  static let logic: [RewriteRule] = [
    rule("not not", .canonicalise, .exact, not(not(x)), x),
    rule("and true", .canonicalise, .exact, of(.and, x, truth), x),
    rule("and false", .canonicalise, .exact, of(.and, x, falsity), falsity),
    rule("or true", .canonicalise, .exact, of(.or, x, truth), truth),
    rule("or false", .canonicalise, .exact, of(.or, x, falsity), x),
    rule("and its negation", .canonicalise, .exact, of(.and, x, not(x)), falsity),
    rule("or its negation", .canonicalise, .exact, of(.or, x, not(x)), truth),
  ]
}
