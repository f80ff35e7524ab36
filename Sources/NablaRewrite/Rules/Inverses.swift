import NablaGraph

// A function of its inverse, in the order that holds wherever the inner one is defined.
extension RewriteRule {
  static let inverses: [RewriteRule] = [
    rule("log of exp", .canonicalise, .algebraic, log(exp(x)), x),
    rule("exp of log", .canonicalise, .algebraic, exp(log(x)), x),
    rule("log2 of exp2", .canonicalise, .algebraic, of(.log2, of(.exp2, x)), x),
    rule("exp2 of log2", .canonicalise, .algebraic, of(.exp2, of(.log2, x)), x),
    rule("log1p of expm1", .canonicalise, .algebraic, log1p(expm1(x)), x),
    rule("expm1 of log1p", .canonicalise, .algebraic, expm1(log1p(x)), x),
    rule("exp of log1p", .canonicalise, .algebraic, exp(log1p(x)), x + 1),
    rule("sin of asin", .canonicalise, .algebraic, sin(of(.asin, x)), x),
    rule("cos of acos", .canonicalise, .algebraic, cos(of(.acos, x)), x),
    rule("tan of atan", .canonicalise, .algebraic, tan(of(.atan, x)), x),
    rule("sinh of asinh", .canonicalise, .algebraic, sinh(of(.asinh, x)), x),
    rule("asinh of sinh", .canonicalise, .algebraic, of(.asinh, sinh(x)), x),
    rule("cosh of acosh", .canonicalise, .algebraic, cosh(of(.acosh, x)), x),
    rule("acosh of cosh", .canonicalise, .algebraic, of(.acosh, cosh(x)), abs(x)),
    rule("tanh of atanh", .canonicalise, .algebraic, tanh(of(.atanh, x)), x),
    rule("atanh of tanh", .canonicalise, .algebraic, of(.atanh, tanh(x)), x),
    rule("cbrt of a cube", .canonicalise, .algebraic, of(.cbrt, x ** 3), x),
    rule("cube of cbrt", .canonicalise, .algebraic, of(.cbrt, x) ** 3, x),
    // What a circular function makes of another one's inverse.
    rule("cos of asin", .canonicalise, .algebraic, cos(of(.asin, x)), sqrt((1 - x) * (1 + x))),
    rule("sin of acos", .canonicalise, .algebraic, sin(of(.acos, x)), sqrt((1 - x) * (1 + x))),
    rule("cos of atan", .canonicalise, .algebraic, cos(of(.atan, x)), 1 / of(.hypot, 1, x)),
    rule("sin of atan", .canonicalise, .algebraic, sin(of(.atan, x)), x / of(.hypot, 1, x)),
    rule("cosh of asinh", .canonicalise, .algebraic, cosh(of(.asinh, x)), of(.hypot, 1, x)),
  ]
}
