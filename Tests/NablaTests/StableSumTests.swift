import Nabla
import NablaGraph
import NablaRuntime
import Testing

/// Sums of exponentials in the spellings of the textbook, at arguments at which their terms overflow or vanish. Values
/// are closed forms: σ(1) = 0.7310585786300049 and log(1 + e) = 1.3132616875182228.
struct StableSumTests {
  private static let half = [0.268_941_421_369_995_1, 0.731_058_578_630_004_9]

  private struct Fact: Sendable {
    let text: String
    let point: [String: Tensor]
    let value: [Double]
    var gradient: [String: [Double]] = [:]
  }

  private static let facts: [Fact] = [
    Fact(
      text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": [0, 1000, 1]], value: [1000], gradient: ["x": [0, 1, 0]]),
    Fact(
      text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": [1e4, 1e4]], value: [10_000.693_147_180_56],
      gradient: ["x": [0.5, 0.5]]),
    Fact(
      text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": [-1e4, -1e4]], value: [-9_999.306_852_819_44],
      gradient: ["x": [0.5, 0.5]]),
    Fact(
      text: "f(x: [n]) = 2*log(sum(exp(x)))", point: ["x": [1000, 1001]], value: [2_002.626_523_375_036_4],
      gradient: ["x": half.map { 2 * $0 }]),
    Fact(text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": Tensor([-.infinity, -.infinity])], value: [-.infinity]),
    Fact(
      text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": Tensor([-.infinity, 5])], value: [5], gradient: ["x": [0, 1]]),
    Fact(text: "f(x: [n]) = log(sum(exp(x)))", point: ["x": Tensor([.infinity, 5])], value: [.infinity]),
    Fact(
      text: "f(x: [n]) = log(mean(exp(x)))", point: ["x": [1000, 1000, 1000, 1000]], value: [1000],
      gradient: ["x": [0.25, 0.25, 0.25, 0.25]]),
    Fact(
      text: "f(x: [n]) = log(1 + sum(exp(x)))", point: ["x": [1000, 999]], value: [1_000.313_261_687_518_2],
      gradient: ["x": half.reversed()]),
    Fact(
      text: "f(x: [m, n]) = sum(log(sum(exp(x), axis: 1)))", point: ["x": [[1000, 1001], [-1001, -1000]]],
      value: [1_001.313_261_687_518_2 - 999.686_738_312_481_8], gradient: ["x": half + half]),
    Fact(
      text: "f(x: [m, n]) = sum(log(sum(exp(x), axis: 0, keepdims: true)))",
      point: ["x": [[1000, -1000], [1001, -999]]],
      value: [1_001.313_261_687_518_2 - 998.686_738_312_481_8], gradient: ["x": [half[0], half[0], half[1], half[1]]]),
    Fact(text: "f(x: [n]) = exp(x)/sum(exp(x))", point: ["x": [1000, 1001]], value: half),
    Fact(text: "f(x: [n]) = log(exp(x)/sum(exp(x)))", point: ["x": [1000, 0]], value: [0, -1000]),
    Fact(
      text: "f(x: [m, n]) = exp(x)/sum(exp(x), axis: 1, keepdims: true)", point: ["x": [[1e4, 1e4], [-1e4, 1e4]]],
      value: [0.5, 0.5, 0, 1]),
    Fact(
      text: "f(x: [n], w: [n]) = sum(w*exp(x))/sum(exp(x))", point: ["x": [1000, 1000], "w": [1, 3]], value: [2],
      gradient: ["x": [-0.5, 0.5], "w": [0.5, 0.5]]),
    // The gradient of the cross-entropy is softmax(z) - y, wherever z is.
    Fact(
      text: "f(z: [n], y: [n]) = -sum(y*log(exp(z)/sum(exp(z))))", point: ["z": [1e4, 0], "y": [0, 1]], value: [1e4],
      gradient: ["z": [1, -1]]),
    Fact(
      text: "f(z: [m, n], y: [m, n]) = -sum(y*log(exp(z)/sum(exp(z), axis: 1, keepdims: true)))/m",
      point: ["z": [[1000, 0], [-1000, -999]], "y": [[0, 1], [1, 0]]], value: [(1000 + 1.313_261_687_518_222_8) / 2],
      gradient: ["z": [0.5, -0.5, -half[1] / 2, half[1] / 2]]),
    // The exponent is a softmax itself, times what may be large.
    Fact(
      text: "f(x: [n], b) = log(sum(exp(b*exp(x)/sum(exp(x)))))", point: ["x": [1000, 0], "b": 5000], value: [5000]),
    // The logarithm of a probability is shifted again: one power of it may be as small as it likes.
    Fact(
      text: "f(x: [n], y: [n]) = exp(y)/sum(exp(x))", point: ["x": [1000, 1001], "y": [1000, 999]],
      value: [half[0], 0.098_938_019_801_447_2]),
    Fact(
      text: "f(x: [n]) = log(sum(exp(x - stop(max(x))))) + stop(max(x))", point: ["x": [1000, 1001]],
      value: [1_001.313_261_687_518_2], gradient: ["x": half]),
  ]

  @Test(arguments: facts.indices, [Backend.interpreter, .c])
  func `a textbook form has its value and gradient where its terms overflow`(_ index: Int, _ backend: Backend) throws {
    let fact = Self.facts[index]
    let formula = try Formula(fact.text)
    expectClose(try formula.value(at: fact.point, backend: backend).doubles, fact.value, fact.text)
    for (name, expected) in fact.gradient {
      let found = try formula.gradient(at: fact.point, by: [name], backend: backend)[name]
      expectClose(found?.doubles ?? [], expected, "\(fact.text) by \(name)")
    }
  }

  @Test func `the Hessian is that of the softmax`() throws {
    let formula = try Formula("f(x: [n]) = log(sum(exp(x)))")
    let p = Self.half
    let found = try formula.hessian(at: ["x": [1000, 1001]], backend: .interpreter)["x"]?["x"]
    expectClose(found?.doubles ?? [], [p[0] * p[1], -p[0] * p[1], -p[0] * p[1], p[0] * p[1]], "Hessian")
  }

  /// What makes it stable is not shown: printed, it is what a person would write, and that reads back as itself.
  @Test(arguments: [
    ("f(x: [n]) = log(sum(exp(x)))", "softmax(x)"),
    ("f(z: [n], y: [n]) = -sum(y*log(exp(z)/sum(exp(z))))", "softmax(z)*sum(y) - y"),
    ("f(x: [n]) = log(mean(exp(x)))", "softmax(x)"),
  ])
  func `derivatives read as in the textbook`(_ text: String, _ expected: String) throws {
    #expect(try Formula(text).derivativeTexts().first?.text == expected)
  }

  private func expectClose(_ found: [Double], _ expected: [Double], _ text: String) {
    #expect(found.count == expected.count, "\(text)")
    for (x, y) in zip(found, expected) {
      #expect(x == y || abs(x - y) <= 1e-9 * abs(y) + 1e-300, "\(text): \(found), not \(expected)")
    }
  }
}
