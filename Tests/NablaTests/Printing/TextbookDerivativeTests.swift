import Nabla
import Testing

/// Derivatives of what networks are made of, as a textbook writes them: names that readers know, no axes that only the
/// graph needs, no helper of the library.
struct TextbookDerivativeTests {
  @Test(
    arguments: [
      ("f(x: [m, n]) = sum(softmax(x)^2)", ["2*t1*(t1 - sum(t1^2, axis: 1, keepdims: true)) where t1 = softmax(x)"]),
      (
        "f(W: [n, k], b: [k], x: [m, n], y: [m, k]) = mean(cross_entropy(softmax(x @ W + b), y))",
        [
          "(x.T @ (softmax(x @ W + b)*sum(y, axis: 1, keepdims: true) - y))/m",
          "sum(softmax(x @ W + b)*sum(y, axis: 1, keepdims: true) - y, axis: 0)/m",
          "((softmax(x @ W + b)*sum(y, axis: 1, keepdims: true) - y) @ W.T)/m", "-log_softmax(x @ W + b)/m",
        ]
      ),
      (
        "f(x: [n, k], ids: i64[n]) = mean(sparse_cross_entropy(softmax(x), ids))",
        ["(softmax(x) - one_hot(ids, k))/n"]
      ),
      ("f(E: [v, d], ids: i64[n]) = sum(E[ids]^2)", ["2*(one_hot(ids, v).T @ E[ids])"]),
      ("f(x: [n]) = var(x)", ["2*(x - mean(x))/n"]),
      ("f(x: [n, m]) = sum(logsumexp(x, axis: 0)^2)", ["2*logsumexp(x, axis: 0)*softmax(x, axis: 0)"]),
      ("f(x: [n]) = max(x) + log(sum(exp(x - max(x))))", ["softmax(x)"]),
      (
        "f(x: [b, h, w, 3], k: [3, 3, 3, 8]) = sum(relu(convolve(x, k, padding: \"same\")))",
        [
          "convolve_transpose(step(convolve(x, k, padding: \"same\")), k, padding: \"same\")",
          "transpose(convolve(transpose(x, [3, 1, 2, 0]), "
            + "transpose(step(convolve(x, k, padding: \"same\")), [1, 2, 0, 3]), padding: 1), [1, 2, 0, 3])",
        ]
      ),
      ("f(x: [3]) = x[0]*x[1] + sin(x[2])", ["[x[1], x[0], cos(x[2])]"]),
    ] as [(String, [String])])
  func `reads as in a textbook`(_ text: String, _ expected: [String]) throws {
    #expect(try Formula(text).derivativeTexts().map(\.text) == expected)
  }

  @Test func `the Jacobian of a short vector is a list of rows`() throws {
    let rows = try Formula("F(x: [3]) = [x[0]*x[1], sin(x[2])]").derivativeList().rows
    #expect(rows.map { $0.map(\.text) } == [["[[x[1], x[0], 0], [0, 0, cos(x[2])]]"]])
    let squares = try Formula("F(x: [2]) = x^2").derivativeList().rows
    #expect(squares.map { $0.map(\.text) } == [["[[2*x[0], 0], [0, 2*x[1]]]"]])
  }

  /// What the library is written with is nobody's business.
  @Test(
    arguments: [
      "f(x: [m, n]) = sum(log_softmax(x)^2)", "f(x: [n]) = norm(x)", "f(x: [m, n]) = sum(std(x, axis: 1))",
      "f(x: [m, n], y: [m, n]) = mean(cross_entropy(softmax(x), y, label_smoothing: 0.1))",
      "f(p: [m, k], y: [m, k]) = sum(cosine_similarity(p, y))",
    ])
  func `no helper of the library leaks`(_ text: String) throws {
    for derivative in try Formula(text).derivativeTexts() {
      for helper in ["summit", "root", "first_max", "fan_in", "stop", "unit", "logs", "parts"] {
        #expect(!derivative.text.contains(helper), "\(derivative.text)")
      }
    }
  }
}
