import Nabla
import NablaGraph
import NablaLanguage
import NablaRewrite
import NablaRuntime
import TestSupport
import Testing

/// Products with matrices of zeros and ones: they become gathers, scatter-adds and elementwise products, and keep value
/// and gradient, also where an index names nothing.
struct OneHotTests {
  /// What is written, and whether a contraction remains in value or gradient.
  static let programs: [(text: String, contractions: Int)] = [
    ("f(E: [v, d], ids: i64[m]) = sum(cos(one_hot(ids, v) @ E))", 0),
    ("f(E: [v, d], ids: i64[m], u: [m, d]) = sum(cos(one_hot(ids, v).T @ u + E))", 0),
    ("f(E: [v, d], ids: i64[m, d]) = sum(cos(einsum(\"mdv,vd->md\", one_hot(ids, v), E)))", 0),
    ("f(E: [v, d], ids: i64[m]) = sum(cos(3*one_hot(ids, v) @ E.T.T))", 0),
    ("f(z: [m, v], ids: i64[m]) = -sum(one_hot(ids, v)*log(softmax(z)))/m", 0),
    ("f(z: [m, v], ids: i64[m]) = mean(-sum(one_hot(ids, v)*z^2, axis: -1))", 0),
    ("f(z: [m, v], ids: i64[m]) = sum(cos(sum(one_hot(ids, v)*z/(1 + z^2), axis: 0)))", 0),
    ("f(z: [v, m], ids: i64[m]) = sum(sin(sum(where(arange(v)[:, newaxis] == ids, z, 0), axis: 0)))", 0),
    ("f(w: [v], ids: i64[m]) = sum(cos(sum(one_hot(ids, v)*w, axis: 1)))", 0),
    ("f(w: [v], ids: i64[m]) = sum(w)*sum(one_hot(ids, v))", 0),
    ("f(w: [n], A: [n, d]) = sum(cos(eye(n)*w @ A))", 0),
    ("f(w: [n], A: [n, d]) = sum(cos([where(i == j, w[i], 0) for i in 0..<n, j in 0..<n] @ A))", 0),
    ("f(w: [n], A: [n, n]) = sum(eye(n)*A*w)", 0),
  ]

  static let sizes: [[String: Int]] = [
    ["m": 3, "v": 4, "d": 2, "n": 3], ["m": 1, "v": 1, "d": 1, "n": 1], ["m": 0, "v": 3, "d": 2, "n": 2],
    ["m": 5, "v": 2, "d": 3, "n": 4],
  ]

  @Test(arguments: programs.indices, sizes)
  func `has the value and the gradient of what was written`(_ index: Int, _ sizes: [String: Int]) throws {
    let text = Self.programs[index].text
    var results: [[[Double]]] = []
    for strict in [true, false] {
      let options = CheckOptions(sizes: sizes)
      let formula = try Formula(text, options: options, pipeline: Pipeline(strict: strict))
      var random = SplitMix64(seed: 11)
      let columns = formula.program.inputs.map { input in
        let type = formula.program.graph.type(of: input)
        let count = type.shape.knownCount ?? 0
        if type.element.isFloat { return Column((0..<count).map { _ in Double.random(in: 0.2...0.9, using: &random) }) }
        // Some of the indices name nothing.
        return Column((0..<count).map { _ in Int64.random(in: -2...Int64(sizes["v"] ?? 1) + 1, using: &random) })
      }
      let evaluator = try Evaluator(formula, [.value, .gradient], backend: .interpreter)
      results.append(try evaluator.evaluate(columns, points: 1).map(\.doubles))
    }
    for (expected, found) in zip(results[0].joined(), results[1].joined()) {
      // The mean of nothing is not a number.
      let isClose = abs(expected - found) <= 1e-12 * max(1, abs(expected)) || expected.isNaN && found.isNaN
      #expect(isClose, "\(text) at \(sizes), seed 11: \(results)")
    }
  }

  @Test(arguments: programs.indices) func `nothing is contracted with zeros and ones`(_ index: Int) throws {
    let (text, contractions) = Self.programs[index]
    let formula = try Formula(text)
    let pipeline = Pipeline()
    let program = try pipeline.differentiate(formula.program, [.value, .gradient]).program
    let live = program.graph.live(from: program.rootNodes)
    let count = program.graph.ids.count { id in
      guard live[id.index], program.graph.elementwise(id) == nil else { return false }
      if case .contract = program.graph.operation(of: id) { return true }
      return false
    }
    #expect(count == contractions, "\(text): \(program.text)")
    try program.verify()
  }

  @Test func `a product with a diagonal reads as an elementwise one, in its derivative too`() throws {
    let formula = try Formula("f(d: [n], A: [n, m]) = sum((eye(n)*d @ A)^2)")
    let texts = try formula.derivativeTexts().map(\.text)
    #expect(texts == ["2*d*sum(A^2, axis: 1)", "2*A*d[:, newaxis]^2"])
  }

  /// The textbook loss with integers for classes, where every naive exponential overflows: log σ and σ - 1, by hand.
  @Test(arguments: ["sparse_cross_entropy(softmax(z), y)", "-sum(one_hot(y, 2)*log(softmax(z)), axis: -1)"])
  func `the cross-entropy of classes is computed on logits`(_ loss: String) throws {
    let formula = try Formula("f(z: [2, 2], y: i64[2]) = sum(\(loss))")
    let point: [Column] = [Column([1000, -1000, 0, 1] as [Double]), Column([1, 0] as [Int64])]
    let results = try Evaluator(formula, [.value, .gradient], backend: .interpreter).evaluate(point, points: 1)
    let expected: [[Double]] = [
      [2000 + 1.313_261_687_518_222_8], [1, -1, -0.731_058_578_630_004_9, 0.731_058_578_630_004_9],
    ]
    for (found, values) in zip(results.map(\.doubles), expected) {
      for (x, y) in zip(found, values) {
        #expect(abs(x - y) <= 1e-12 * max(1, abs(y)), "\(loss): \(results)")
      }
    }
  }
}
