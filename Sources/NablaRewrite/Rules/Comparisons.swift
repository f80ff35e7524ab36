import NablaGraph

extension RewriteRule {
  static let comparisons: [RewriteRule] = [
    rule("less than itself", .canonicalise, .exact, x < x, falsity),
    rule("at most itself", .canonicalise, .domain([x.isFinite]), x <= x, truth),
    rule("equal to itself", .canonicalise, .domain([x.isFinite]), of(.equal, x, x), truth),
    rule("different from itself", .canonicalise, .domain([x.isFinite]), of(.notEqual, x, x), falsity),
    rule("not equal", .canonicalise, .exact, not(of(.equal, x, y)), of(.notEqual, x, y)),
    rule("not different", .canonicalise, .exact, not(of(.notEqual, x, y)), of(.equal, x, y)),
  ]
}
