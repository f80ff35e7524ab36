import Nabla
import NablaGraph
import TestSupport
import Testing

/// What is printed of a derivative is a program: read back, it gives the derivative's values.
struct PrintedArrayTests {
  static let programs: [String] = [
    "f(x: [6]) = sum(x[1:]*x[:-1]^2)",
    "f(x: [6]) = sum(x[::2]^3)",
    "f(x: [6]) = sum(x[5:0:-2]^3)",
    "f(A: [3, 3]) = sum(A[i, i]^2 for i in 0..<3)",
    "f(A: [3, 4]) = sum(A[i, i + 1]*A[2 - i, 0] for i in 0..<3)",
    "f(x: [6]) = sum(x[i + j]^2*x[i] for i in 0..<4, j in 0..<3)",
    "f(x: [4]) = sum(1/(1 + (x[i] - x[j])^2) for i in 0..<4, j in 0..<i)",
    "f(x: [4, 3]) = sum(x[[2, 0, 2]]^2*[1, 2, 3])",
    "f(x: [5]) = sum(cumsum(x^2)*[1, 2, 3, 4, 5])",
    "f(x: [5]) = sum(sort(x)*[1, 2, 3, 4, 5]^2)",
    "f(x: [5]) = max(x^2) + min(x)",
    "f(x: [3, 4]) = logsumexp(x)",
    "f(x: [3, 4]) = sum(softmax(x)^2)",
    "f(x: [2, 3], y: [4]) = sum(reshape(x, [3, 2])[:, newaxis, :]^2*y[:, newaxis])",
    "f(x: [2, 3]) = sum(transpose(x)^2 @ x)",
    "f(x: [4]) = sum(concatenate(x^2, x[:2]*x[2:])*arange(6))",
    "f(i: [3], j: [3, 3]) = sum(j[k, k]*i[k]^2 for k in 0..<3)",
    "f(x: [2, 5, 4, 3], k: [2, 3, 3, 4]) = sum(convolve(x, k)^2)",
    "f(x: [2, 5, 4, 3], k: [3, 2, 3, 4]) = sum(tanh(convolve(x, k, padding: \"same\", stride: 2)))",
    "f(x: [2, 7, 4], k: [3, 2, 4]) = sum(convolve(x, k, groups: 2, dilation: 2)^2)",
    "f(x: [2, 4, 3], k: [2, 2, 3]) = sum(convolve_transpose(x, k, stride: 2)^2)",
    "f(x: [1, 4, 6, 2]) = sum(max_pool(x, 2)^2) + sum(avg_pool(x, 2, stride: 1)^3)",
    "f(x: [4, 3], y: [4, 3]) = mean(cross_entropy(softmax(x), y))",
    "f(x: [4, 3]) = mean(sparse_cross_entropy(softmax(x), [2, 0, 1, 1]))",
    "f(x: [4, 3]) = sum(log_softmax(x, axis: 0)^2) + sum(logsumexp(x, axis: 1)^3)",
    "f(x: [4, 3]) = sum(x[[0, 2, 0, 3]]^2 @ [1, 2, 3])",
    "f(x: [3]) = x[0]*x[1] + sin(x[2])",
    "f(x: [2, 3]) = x[0, 0]*x[1, 2] + sum(x[1]^2)",
    "f(q: [4, 3], k: [4, 3], v: [4, 2]) = sum((softmax(q @ k.T/sqrt(3)) @ v)^2)",
  ]

  @Test(arguments: programs) func `a printed derivative reads back`(_ program: String) throws {
    let f = try Formula(program)
    let header = try #require(program.firstIndex(of: ")").map { String(program[..<$0].dropFirst(2)) })
    var random = SplitMix64(seed: 7)
    let point = f.program.inputs.map { input in
      let count = f.program.graph.type(of: input).shape.knownCount ?? 0
      return Column((0..<count).map { _ in Double.random(in: -2...2, using: &random) })
    }
    let expected = try Evaluator(f, [.gradient], backend: .interpreter).evaluate(point, points: 1)
    for (derivative, column) in zip(try f.derivativeTexts(), expected) {
      let shape = f.program.graph.type(of: f.program.inputs[f.parameters.firstIndex(of: derivative.name) ?? 0]).shape
      let values: [Double]
      do {
        values = try ReadBack.values(of: derivative.text, header, at: point, in: shape)
      } catch {
        Issue.record("\(derivative.text): \(error)")
        continue
      }
      #expect(values.count == column.count, "\(derivative.text)")
      for (x, y) in zip(values, column.doubles) { #expect(abs(x - y) <= 1e-12 * max(1, abs(y)), "\(derivative.text)") }
    }
  }
}
