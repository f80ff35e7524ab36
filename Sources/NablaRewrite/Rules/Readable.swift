import NablaGraph

// For printing. What is printed is not what runs, so here `finite` need not be proved: a strong product that no
// selection takes in is shown as the product that it is wherever both factors are finite. What is lost is a convention
// at single points, such as 0 for the derivative of `hypot` at (0, 0).
extension RewriteRule {
  static let readable: [RewriteRule] = [
    rule("sigmoid of a negative", .readable, .algebraic, sigmoid(-x), 1 - sigmoid(x)),
    rule("strong product as a product", .readable, .domain([y.isFinite]), of(.strongMultiply, x, y), x * y),
    // All that depends on a condition under one `where`.
    rule("product with a selection or zero", .readable, .algebraic, select(x, y, 0) * z, select(x, y * z, 0)),
    rule("product with zero or a selection", .readable, .algebraic, select(x, 0, y) * z, select(x, 0, y * z)),
    rule("quotient of a selection or zero", .readable, .algebraic, select(x, y, 0) / z, select(x, y / z, 0)),
    rule("quotient of zero or a selection", .readable, .algebraic, select(x, 0, y) / z, select(x, 0, y / z)),
  ]
}
