import Foundation
import Nabla
import Testing

/// The functions that textbooks spell in many ways, where their terms overflow or vanish: whatever the spelling, value and
/// gradient are those of the closed forms, which are computed here by their definitions for arguments that are shifted.
struct StableSpellingTests {
  struct Spelling: Sendable, CustomTestStringConvertible {
    let family: Family
    let text: String
    var testDescription: String { "\(family): \(text)" }
  }

  enum Family: String, Sendable { case softplus, logSumExp, softmax, logSoftmax, crossEntropy, binaryCrossEntropy }

  // MARK: Spellings

  static let softplus = [
    "log(1 + exp(x))", "log1p(exp(x))", "log(exp(x) + 1)", "-log(sigmoid(-x))", "-log(1/(1 + exp(x)))",
    "log(exp(0) + exp(x))", "max(x, 0) + log1p(exp(-abs(x)))", "logsumexp([0, x])", "x - log(sigmoid(x))",
    "log(1 + 1/exp(-x))", "-log(1 - sigmoid(x))", "-log(1 - 1/(1 + exp(-x)))", "x + log(1 + exp(-x))", "softplus(x)",
    "log(1 + e^x)", "log(2 + 2*exp(x)) - log(2)", "-log_sigmoid(-x)", "logaddexp(0, x)",
    "relu(x) + log(1 + exp(-abs(x)))", "-log(1 - exp(x)/(1 + exp(x)))",
  ]

  static let logSumExp = [
    "log(sum(exp(x)))", "log(sum(e^x))", "max(x) + log(sum(exp(x - max(x))))", "logsumexp(x)",
    "log(exp(x[0]) + exp(x[1]) + exp(x[2]))", "-log(1/sum(exp(x)))", "log(mean(exp(x))) + log(3)",
    "log(sum(exp(x)/3)) + log(3)", "log(sum(exp(x[i]) for i in 0..<3))", "log(2*sum(exp(x))) - log(2)",
    "log(dot(exp(x), ones(3)))", "log(sum(exp(x), axis: 0))", "log(sum(exp(reshape(x, [3, 1]))))",
    "x[0] + log(sum(exp(x - x[0])))", "log(sum(1/exp(-x)))", "log(sum(exp(x[:2])) + exp(x[2]))",
  ]

  static let softmax = [
    "softmax(x)", "exp(x)/sum(exp(x))", "exp(x - logsumexp(x))", "exp(x - max(x))/sum(exp(x - max(x)))",
    "exp(log_softmax(x))", "e^x/sum(e^x)", "exp(x)*sum(exp(x))^-1", "exp(x)/sum(exp(x), keepdims: true)",
    "1/(sum(exp(x))/exp(x))", "[exp(x[i])/sum(exp(x)) for i in 0..<3]", "exp(x - log(sum(exp(x))))", "softmax(x + 1)",
    "softmax(x - max(x))", "grad(logsumexp)(x)", "exp(x)/(exp(x[0]) + exp(x[1]) + exp(x[2]))", "exp(x)/3/mean(exp(x))",
    "exp(x)/sum(exp(x[i]) for i in 0..<3)",
  ]

  static let logSoftmax = [
    "log_softmax(x)", "x - log(sum(exp(x)))", "log(exp(x)/sum(exp(x)))", "log(softmax(x))",
    "x - max(x) - log(sum(exp(x - max(x))))", "x - logsumexp(x)", "-log(sum(exp(x))/exp(x))",
    "[log(exp(x[i])/sum(exp(x))) for i in 0..<3]", "log(exp(x - max(x))/sum(exp(x - max(x))))",
    "-log(sum(exp(x))*exp(-x))", "log(softmax(x)[:, newaxis])[:, 0]", "log(softmax(x)^2)/2",
  ]

  /// `x` are the logits; the second class is right, and `y` says so.
  static let crossEntropy = [
    "-sum(y*log(softmax(x)))", "sum(y*(logsumexp(x) - x))", "logsumexp(x)*sum(y) - dot(y, x)",
    "-sum(y*log(exp(x)/sum(exp(x))))", "cross_entropy(softmax(x), y)", "cross_entropy(x, y, from_logits: true)",
    "-log(softmax(x)[1])", "-log(dot(y, softmax(x)))", "sparse_cross_entropy(softmax(x), 1)",
    "sparse_cross_entropy(x, 1, from_logits: true)", "-log(sum(y*softmax(x)))", "-dot(y, log(softmax(x)))",
    "sum(xlogy(y, y)) - sum(xlogy(y, softmax(x)))", "kl_divergence(softmax(x), y)", "log(sum(exp(x))) - x[1]",
    "log(sum(exp(x - x[1])))", "-sum(y*log_softmax(x))", "-log(exp(x[1])/sum(exp(x)))", "-log_softmax(x)[1]",
    "-sum(where(y == 1, log(softmax(x)), 0))", "mean(cross_entropy(softmax(x[newaxis, :]), y[newaxis, :]))",
    "mean(sparse_cross_entropy(softmax(x[newaxis, :]), [1]))",
  ]

  /// `x` is the logit.
  static let binaryCrossEntropy = [
    "-(y*log(sigmoid(x)) + (1 - y)*log(1 - sigmoid(x)))",
    "-(y*log(1/(1 + exp(-x))) + (1 - y)*log(1 - 1/(1 + exp(-x))))", "softplus(x) - y*x",
    "binary_cross_entropy(sigmoid(x), y)", "binary_cross_entropy(x, y, from_logits: true)",
    "y*softplus(-x) + (1 - y)*softplus(x)", "-y*log(sigmoid(x)) - (1 - y)*log(sigmoid(-x))", "log(1 + exp(x)) - y*x",
    "max(x, 0) - y*x + log(1 + exp(-abs(x)))", "(1 - y)*x + log(1 + exp(-x))",
    "-(xlogy(y, sigmoid(x)) + xlogy(1 - y, 1 - sigmoid(x)))", "-log(sigmoid(x)^y*(1 - sigmoid(x))^(1 - y))",
    "-(y*log(exp(x)/(1 + exp(x))) + (1 - y)*log(1/(1 + exp(x))))",
  ]

  static let spellings: [Spelling] = [
    (Family.softplus, softplus), (.logSumExp, logSumExp), (.softmax, softmax), (.logSoftmax, logSoftmax),
    (.crossEntropy, crossEntropy), (.binaryCrossEntropy, binaryCrossEntropy),
  ].flatMap { family, texts in texts.map { Spelling(family: family, text: $0) } }

  // MARK: Closed forms

  private static func sigmoid(_ x: Double) -> Double { x > 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
  private static func logSumExp(_ x: [Double]) -> Double {
    let m = x.max() ?? 0
    return m + log(x.reduce(0) { $0 + exp($1 - m) })
  }
  private static func softmax(_ x: [Double]) -> [Double] { x.map { exp($0 - logSumExp(x)) } }

  private static let weights = [0.3, -0.7, 1.1]
  private static let vectors: [[Double]] = [
    [0, 1000, 1], [-1000, -1001, -999], [1000, 1001, 999], [0.1, 0.5, -0.3], [-1000, 0, 1000],
  ]

  private struct Fact {
    let point: [String: Tensor]
    let value: Double
    let gradient: [Double]
    /// The second derivative of functions of a number.
    var second: Double?
  }

  private static func facts(_ family: Family) -> [Fact] {
    switch family {
    case .softplus:
      return [-1000.0, -20, -1, 1, 20, 1000].map { x in
        Fact(
          point: ["x": Tensor(x)], value: softplus(x), gradient: [sigmoid(x)], second: sigmoid(x) * sigmoid(-x))
      }
    case .logSumExp:
      return vectors.map { Fact(point: ["x": Tensor($0)], value: logSumExp($0), gradient: softmax($0)) }
    case .softmax:
      return vectors.map { x in
        let p = softmax(x)
        let mean = zip(weights, p).reduce(0) { $0 + $1.0 * $1.1 }
        return Fact(point: ["x": Tensor(x)], value: mean, gradient: zip(weights, p).map { $1 * ($0 - mean) })
      }
    case .logSoftmax:
      return vectors.map { x in
        let (p, total) = (softmax(x), weights.reduce(0, +))
        return Fact(
          point: ["x": Tensor(x)], value: zip(weights, x).reduce(0) { $0 + $1.0 * ($1.1 - logSumExp(x)) },
          gradient: zip(weights, p).map { $0 - total * $1 })
      }
    case .crossEntropy:
      return vectors.map { x in
        let p = softmax(x)
        return Fact(
          point: ["x": Tensor(x), "y": [0, 1, 0]], value: logSumExp(x) - x[1], gradient: [p[0], p[1] - 1, p[2]])
      }
    case .binaryCrossEntropy:
      return [-1000.0, -30, -1, 1, 30, 1000].flatMap { x in
        [0, 1, 0.25].map { y in
          Fact(
            point: ["x": Tensor(x), "y": Tensor(y)], value: softplus(x) - y * x, gradient: [sigmoid(x) - y],
            second: sigmoid(x) * sigmoid(-x))
        }
      }
    }
  }

  private static func program(_ spelling: Spelling) -> String {
    switch spelling.family {
    case .softplus: "f(x) = \(spelling.text)"
    case .logSumExp: "f(x: [3]) = \(spelling.text)"
    case .softmax: "f(x: [3]) = dot(\(weights), \(spelling.text))"
    case .logSoftmax: "f(x: [3]) = sum(\(weights)*(\(spelling.text)))"
    case .crossEntropy: "f(x: [3], y: [3]) = \(spelling.text)"
    case .binaryCrossEntropy: "f(x, y) = \(spelling.text)"
    }
  }

  // MARK: Tests

  @Test(arguments: spellings) func `survives large arguments before and after differentiation`(
    _ spelling: Spelling
  ) throws {
    let text = Self.program(spelling)
    let formula = try Formula(text)
    let evaluator = try Evaluator(formula, [.value, .gradient], by: ["x"], backend: .interpreter)
    for fact in Self.facts(spelling.family) {
      let found = try evaluator.evaluate(at: fact.point)
      expectClose(found[0].doubles, [fact.value], "\(text) at \(fact.point)")
      expectClose(found[1].doubles, fact.gradient, "gradient of \(text) at \(fact.point)")
    }
  }

  @Test(arguments: spellings.filter { $0.family == .softplus || $0.family == .binaryCrossEntropy })
  func `survives large arguments after differentiating twice`(_ spelling: Spelling) throws {
    let text = Self.program(spelling)
    let evaluator = try Evaluator(try Formula(text), [.hessian], by: ["x"], backend: .interpreter)
    for fact in Self.facts(spelling.family) {
      guard let second = fact.second else { continue }
      let found = try evaluator.evaluate(at: fact.point)
      expectClose(found[0].doubles, [second], "second derivative of \(text) at \(fact.point)")
    }
  }

  /// What cancels leaves the rounding error of what was there: absolute near 0.
  private func expectClose(_ found: [Double], _ expected: [Double], _ text: String) {
    #expect(found.count == expected.count, "\(text)")
    for (x, y) in zip(found, expected) {
      #expect(abs(x - y) <= 1e-9 * abs(y) + 1e-13, "\(text): \(found), not \(expected)")
    }
  }
}
