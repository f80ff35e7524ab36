extension RewriteRule {
  static let logistics: [RewriteRule] = [
    rule("expm1 over exp plus one", .stabilise, .algebraic, expm1(x) / (1 + exp(x)), tanh(half * x)),
    rule(
      "difference over sum of exponentials", .stabilise, .algebraic, (exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh(x)),
    rule(
      "negated difference over sum of exponentials", .stabilise, .algebraic,
      (exp(-x) - exp(x)) / (exp(x) + exp(-x)), -tanh(x)),
    rule("exp over one plus exp", .stabilise, .algebraic, exp(x) / (1 + exp(x)), sigmoid(x)),
    rule("one over one plus exp", .stabilise, .algebraic, 1 / (1 + exp(x)), sigmoid(-x)),
    rule("exp over two exponentials", .stabilise, .algebraic, exp(x) / (exp(x) + exp(y)), sigmoid(x - y)),
    // One exponential among several: a softmax, whatever the largest of them is.
    rule(
      "exp over one plus exponentials", .stabilise, .algebraic, exp(x) / (1 + y), exp(x - softplus(log(y))),
      where: y.isSumOfExponentials),
    rule(
      "exp over a sum of exponentials", .stabilise, .algebraic, exp(x) / y, exp(x - log(y)),
      where: y.isSumOfExponentials),
    rule(
      "one over one plus exponentials", .stabilise, .algebraic, 1 / (1 + x), sigmoid(-log(x)),
      where: x.isSumOfExponentials),
    rule("exp over cosh", .stabilise, .algebraic, exp(x) / cosh(x), 2 * sigmoid(2 * x)),
    rule("one minus sigmoid", .canonicalise, .algebraic, 1 - sigmoid(x), sigmoid(-x)),
    rule("softplus minus its operand", .canonicalise, .algebraic, softplus(x) - x, softplus(-x)),
    rule("two sigmoids minus one", .canonicalise, .algebraic, 2 * sigmoid(x) - 1, tanh(half * x)),
  ]
}
