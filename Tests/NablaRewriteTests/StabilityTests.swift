import Foundation
import NablaGraph
import NablaRewrite
import Testing

/// The textbook forms at arguments at which they overflow or lose everything, after rewriting; values from mathematics.
struct StabilityTests {
  private static let ln2 = 0.693_147_180_559_945_3

  /// Formula, point, value and derivatives.
  private static let facts: [(String, [Double], [Double])] = [
    // log(1 + exp z): z where it overflows, with derivative σ(z).
    ("log(1+exp(z))", [1000], [1000, 1]),
    ("log(1+exp(z))", [0], [ln2, 0.5]),
    ("log(1+exp(z))", [-1000], [0, 0]),
    ("log(1+exp(z))", [-30], [9.357622968839737e-14, 9.357622968839299e-14]),
    ("log(exp(x)+exp(y))", [10, 10], [10 + ln2, 0.5, 0.5]),
    ("log(exp(x)+exp(y))", [1e4, 1e4], [1e4 + ln2, 0.5, 0.5]),
    ("log(exp(x)+exp(y))", [-1e4, -1e4], [-1e4 + ln2, 0.5, 0.5]),
    ("log(exp(x)+exp(y)+exp(z))", [0, 1000, 1], [1000, 0, 1, 0]),
    ("log(exp(x)+exp(y)+exp(z))", [1000, 0, 1], [1000, 1, 0, 0]),
    ("log(exp(x)+exp(y)+exp(z))", [0, 1, 1000], [1000, 0, 0, 1]),
    ("log(exp(x)+exp(y)+exp(z)+exp(w))", [2, 2, 2, 2], [2 + 2 * ln2, 0.25, 0.25, 0.25, 0.25]),
    // 2·softmax([1000, 1001]): σ(∓1).
    (
      "2*log(exp(x)+exp(y))", [1000, 1001],
      [2002.6265233750364, 2 * 0.2689414213699951, 2 * 0.7310585786300049]
    ),
    ("log(1+x)", [1e-7], [9.999999500000033e-8, 0.9999999000000100]),
    ("log(1-x)", [1e-17], [-1e-17, -1]),
    ("exp(x)-1", [1e-17], [1e-17, 1]),
    ("1-exp(-x)", [1e-17], [1e-17, 1]),
    ("log(1-exp(x))", [-1e-20], [-46.05170185988091, -1e20]),
    ("log(1-exp(x))", [-800], [0, 0]),
    ("log(exp(x)-1)", [1000], [1000, 1]),
    ("1/(1+exp(-x))", [300], [1, 0]),
    ("1/(1+exp(-x))", [-300], [5.148200222412013e-131, 5.148200222412013e-131]),
    ("1/(1+exp(-x))", [1000], [1, 0]),
    ("1/(1+exp(-x))", [-1000], [0, 0]),
    ("exp(x)/(1+exp(x))", [1000], [1, 0]),
    ("exp(x)/(1+exp(x))", [-1000], [0, 0]),
    ("log(1/(1+exp(-x)))", [-1000], [-1000, 1]),
    ("log(1-1/(1+exp(-x)))", [1000], [-1000, -1]),
    ("exp(x)/(exp(x)+exp(y))", [1000, 1000], [0.5, 0.25, -0.25]),
    ("1/(1+exp(x)+exp(y))", [1000, 1000], [0, 0, 0]),
    ("log(exp(x)/(exp(x)+exp(y)+exp(z)))", [-1000, 1000, 0], [-2000, 1, -1, 0]),
    ("1-erf(x)", [20], [5.395865611607901e-176, -2.1610374743867985e-174]),
    ("1+erf(x)", [-20], [5.395865611607901e-176, 2.1610374743867985e-174]),
    ("(exp(2*x)-1)/(exp(2*x)+1)", [1000], [1, 0]),
    ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", [-1000], [-1, 0]),
    ("log(cosh(x))", [1000], [1000 - ln2, 1]),
    // Binary cross-entropy: finite at ±1000, with gradient σ(z) - y.
    ("-(y*log(sigmoid(z)) + (1-y)*log(1-sigmoid(z)))", [1, 1000], [0, -1000, 0]),
    ("-(y*log(sigmoid(z)) + (1-y)*log(1-sigmoid(z)))", [1, -1000], [1000, 1000, -1]),
    ("-(y*log(sigmoid(z)) + (1-y)*log(1-sigmoid(z)))", [0, 1000], [1000, -1000, 1]),
    ("-(y*log(1/(1+exp(-z))) + (1-y)*log(1-1/(1+exp(-z))))", [0, -1000], [0, 1000, 0]),
    ("-(y*log(1/(1+exp(-z))) + (1-y)*log(1-1/(1+exp(-z))))", [0.5, 1000], [500, -1000, 0.5]),
    // The branch that is not taken contributes nothing.
    ("where(x > 0, sqrt(x), 0)", [-1], [0, 0]),
    ("where(x > 0, sqrt(x), 0)", [0], [0, 0]),
    ("where(x > 0, sqrt(x), 0)", [4], [2, 0.25]),
    ("x^3", [1], [1, 3]),
    ("sqrt(x^2)", [0], [0, 0]),
    ("x^0", [0], [1, 0]),
  ]

  @Test(arguments: facts.indices)
  func `a textbook form has its value and gradient where it is hard`(_ index: Int) {
    let (text, point, expected) = StabilityTests.facts[index]
    let found = Formula(text).valueAndGradient(at: point)
    for (a, b) in zip(found, expected) {
      #expect(abs(a - b) <= 4e-15 * abs(b), "\(text) at \(point): \(found), not \(expected)")
    }
  }

  private static let softmaxes: [(String, [Double], [Double])] = [
    ("exp(x)/(exp(x)+exp(y)+exp(z))", [1000, 1000, -1000], [0.5, 0.25, -0.25, 0]),
    ("exp(x)/(exp(z)+exp(y)+exp(x))", [1000, 1000, 1000], [1.0 / 3, 2.0 / 9, -1.0 / 9, -1.0 / 9]),
    ("exp(x)/(1+exp(x)+exp(y))", [1000, 1000], [0.5, 0.25, -0.25]),
  ]

  @Test(arguments: softmaxes.indices)
  func `a softmax is as accurate as its largest operand`(_ index: Int) {
    let (text, point, expected) = StabilityTests.softmaxes[index]
    for (a, b) in zip(Formula(text).valueAndGradient(at: point), expected) {
      #expect(abs(a - b) <= 1000 * .ulpOfOne)
    }
  }

  @Test
  func `a sum of exponentials at infinities`() {
    let form = Formula("log(exp(x)+exp(y))")
    #expect(form.valueAndGradient(at: [-.infinity, -.infinity])[0] == -.infinity)
    #expect(form.valueAndGradient(at: [.infinity, 0])[0] == .infinity)
    #expect(form.valueAndGradient(at: [-.infinity, 3])[0] == 3)
    #expect(Formula("log(exp(x)+exp(y)+exp(z))").valueAndGradient(at: [-.infinity, 5, -.infinity])[0] == 5)
  }

  @Test(arguments: [
    ("x^3", 1, 1.0, 3.0), ("x^3", 2, 1, 6), ("x^3", 3, 1, 6), ("x^3", 4, 1, 0),
    ("log(1+exp(x))", 2, 1000, 0), ("log(1+exp(x))", 2, -1000, 0), ("log(1+exp(x))", 2, 0, 0.25),
    ("log(1+exp(x))", 3, 700, 0), ("1/(1+exp(-x))", 2, 800, 0), ("1/(1+exp(-x))", 2, -800, 0),
    ("log(exp(x)+exp(-x))", 2, 1000, 0), ("log(exp(x)+exp(-x))", 2, 0, 1),
    ("log(exp(x)+exp(2*x)+1)", 2, 1000, 0), ("exp(x)/(1+exp(x)+exp(2*x))", 2, 1000, 0),
  ])
  func `derivatives of higher order stay finite`(_ text: String, _ order: Int, _ x: Double, _ expected: Double) {
    #expect(abs(Formula(text).derivative(order: order, at: [x]) - expected) <= 1e-12)
  }
}
