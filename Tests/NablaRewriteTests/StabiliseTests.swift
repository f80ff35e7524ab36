import Foundation
import NablaCalculus
import NablaGraph
import NablaRewrite
import Testing

struct StabiliseTests {
  @Test(arguments: [
    ("log(1+x)", "log1p(x)"),
    ("log(1 + a + b)", "log1p(a + b)"),
    ("log(1-x)", "log1p(-x)"),
    ("exp(x)-1", "expm1(x)"),
    ("1-exp(-x)", "-expm1(-x)"),
    ("a + a*exp(x) - 2*a", "a*expm1(x)"),
    ("log(1+exp(x))", "softplus(x)"),
    ("log(1+exp(-x))", "softplus(-x)"),
    ("log(1-exp(x))", "log1mexp(x)"),
    ("1/(1+exp(-x))", "sigmoid(x)"),
    ("s/(1+exp(-(w*x+b)))", "s*sigmoid(w*x + b)"),
    ("exp(x)/(1+exp(x))", "sigmoid(x)"),
    ("exp(x)/(exp(x)+exp(y))", "sigmoid(x - y)"),
    ("log(1/(1+exp(-x)))", "-softplus(-x)"),
    ("log(1-1/(1+exp(-x)))", "-softplus(x)"),
    ("log(exp(x)+exp(y))", "logaddexp(x, y)"),
    ("log(exp(x)+exp(y)+exp(z))", "logaddexp(z, logaddexp(x, y))"),
    ("log(1+exp(x)+exp(y))", "softplus(logaddexp(x, y))"),
    ("1-erf(x)", "erfc(x)"),
    ("1+erf(x)", "erfc(-x)"),
    ("(exp(2*x)-1)/(exp(2*x)+1)", "tanh(x)"),
    ("(1-exp(-2*x))/(1+exp(-2*x))", "tanh(x)"),
    ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", "tanh(x)"),
    ("x + log(1+exp(-x))", "softplus(x)"),
    ("-(y*log(1/(1+exp(-z)))+(1-y)*log(1-1/(1+exp(-z))))", "softplus(z) - y*z"),
  ])
  func recovers(_ text: String, _ expected: String) {
    #expect(Formula(text).rewritten(.canonicalise, .stabilise) == expected)
  }
}
