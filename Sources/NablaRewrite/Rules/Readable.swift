import NablaGraph

// For printing. What is printed is not what runs, so here `finite` need not be proved: a strong product is shown as the
// product that it is wherever both factors are finite.
extension RewriteRule {
  static let readable: [RewriteRule] = [
    rule("sigmoid of a negative", .readable, .algebraic, sigmoid(-x), 1 - sigmoid(x)),
    rule("strong product as a product", .readable, .domain([y.isFinite]), of(.strongMultiply, x, y), x * y),
  ]
}
