import NablaGraph

// The engine collects sums and products as wholes; these rules are what may be done bit by bit, on every input.
extension RewriteRule {
  static let arithmetic: [RewriteRule] = [
    rule("negative of a negative", .canonicalise, .exact, -(-x), x),
    rule("minus a negative", .canonicalise, .exact, x - -y, x + y),
    rule("plus a negative", .canonicalise, .exact, x + -y, x - y),
    rule("product of negatives", .canonicalise, .exact, -x * -y, x * y),
    rule("quotient of negatives", .canonicalise, .exact, -x / -y, x / y),
    rule("times one", .canonicalise, .exact, x * 1, x),
    rule("times minus one", .canonicalise, .exact, x * -1, -x),
    rule("divided by one", .canonicalise, .exact, x / 1, x),
    rule("divided by minus one", .canonicalise, .exact, x / -1, -x),
    rule("minus zero", .canonicalise, .exact, x - 0, x),
    rule("first power", .canonicalise, .exact, x ** 1, x),
    rule("zeroth power", .canonicalise, .exact, x ** 0, 1),
    rule("power of one", .canonicalise, .exact, 1 ** x, 1),
    rule("identity", .canonicalise, .exact, of(.identity, x), x),
    // A strong product is 0 wherever its first factor is 0.
    rule("strong product with zero", .canonicalise, .exact, of(.strongMultiply, 0, x), 0),
    rule("strong product by zero", .canonicalise, .algebraic, of(.strongMultiply, x, 0), 0),
    rule("strong product by one", .canonicalise, .algebraic, of(.strongMultiply, x, 1), x),
    rule(
      "strong product with a nonzero constant", .canonicalise, .domain([x.isNonzeroConstant]),
      of(.strongMultiply, x, y), x * y),
    rule(
      "strong product with a finite factor", .canonicalise, .domain([y.isFinite]), of(.strongMultiply, x, y), x * y),
  ]
}
