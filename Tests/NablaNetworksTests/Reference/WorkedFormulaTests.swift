import Foundation
import Nabla
import NablaData
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// The worked examples of first lessons on deep learning, with PyTorch's figures to twelve digits (`Data/worked.json`).
@Suite struct `Worked formulas` {
  private let figures: JSONValue

  init() throws { figures = try Reference.values("worked") }

  private func expect(_ found: Double?, _ wanted: JSONValue, _ what: String = "") throws {
    let (found, wanted) = (try #require(found), try #require(wanted.number))
    #expect(abs(found - wanted) <= 1e-11 * max(1, abs(wanted)), "\(what): \(found) instead of \(wanted)")
  }

  private func expect(_ found: Tensor?, _ wanted: JSONValue, _ what: String = "") throws {
    let (found, numbers) = (try #require(found).doubles, wanted.flattened)
    try #require(found.count == numbers.count)
    for (a, b) in zip(found, numbers) { #expect(abs(a - b) <= 1e-11 * max(1, abs(b)), "\(what): \(a) instead of \(b)") }
  }

  @Test func `the first computation graph`() throws {
    let wanted = try figures.required("f=3(a+bc) a=5 b=3 c=2")
    let f = try Formula("f(a, b, c) = 3*(a + b*c)")
    let point = ["a": 5.0, "b": 3, "c": 2]
    try expect(try f.evaluate(point), try wanted.required("J"))
    let slopes = try f.gradient(point)
    for name in ["a", "b", "c"] { try expect(slopes[name], try wanted.required("dJ_d\(name)"), name) }
    let inner = try Formula("f(a, b, c) = diff(3*v, v) where v = a + u, u = b*c")
    try expect(try inner.evaluate(point), try wanted.required("dJ_dv"))
    let outer = try Formula("f(a, b, c) = diff(3*v, u) where v = a + u, u = b*c")
    try expect(try outer.evaluate(point), try wanted.required("dJ_du"))
    try expect(try f.evaluate(["a": 5.001, "b": 3, "c": 2]), try wanted.required("J_at_a_plus_0_001"))
  }

  @Test(arguments: [1.0, 0.0])
  func `logistic regression of one example`(_ y: Double) throws {
    let wanted = try figures.required("logreg 1 example x=(1,2) w=(.5,-.25) b=.1 y=\(y == 1 ? 1 : 0)")
    let start = "f(w: [2], b, x: [2], y) { z = x @ w + b; a = sigmoid(z); L = -(y*log(a) + (1-y)*log(1-a)); "
    let point: [String: Tensor] = ["w": [0.5, -0.25], "b": 0.1, "x": [1, 2], "y": Tensor(y)]
    for (expression, name) in [
      ("z", "z"), ("a", "a"), ("L", "L"), ("diff(L, a)", "da"), ("diff(L, z)", "dz"), ("a - y", "a_minus_y"),
    ] {
      let formula = try Formula("\(start)\(expression) }")
      try expect(try formula.value(at: point), try wanted.required(name), name)
    }
    let slopes = try Formula("\(start)L }").gradient(at: point, by: ["w", "b"])
    try expect(slopes["w"], try wanted.required("dw"), "dw")
    try expect(slopes["b"], try wanted.required("db"), "db")
  }

  @Test func `a network of four inputs, three hidden units and one output`() throws {
    let wanted = try figures.required("seed001 4-3-1 net")
    let start = "f(W: [3, 4], v: [3], x: [4], y) { z = W @ x; h = sigmoid(z); out = v @ h; L = (y - out)^2; "
    let point: [String: Tensor] = [
      "W": [[0.1, 0.2, -0.1, 0.05], [-0.2, 0.1, 0.3, -0.1], [0.4, -0.3, 0.2, 0.1]], "v": [0.5, -0.6, 0.7],
      "x": [1, 2, 3, 4], "y": 1,
    ]
    for (expression, name) in [
      ("z", "z1"), ("h", "a1"), ("out", "a2"), ("L", "L"),
      ("-2*(y - out)*v[0]*h[0]*(1 - h[0])*x[0]", "closed_form_minus2_y_minus_a2_w21_s_1ms_x1"),
    ] {
      let formula = try Formula("\(start)\(expression) }")
      try expect(try formula.value(at: point), try wanted.required(name), name)
    }
    let slopes = try Formula("\(start)L }").gradient(at: point, by: ["W", "v"])
    try expect(slopes["W"], try wanted.required("dW1"), "dW1")
    try expect(slopes["v"], try wanted.required("dw2"), "dw2")
    try expect(slopes["W"]?.doubles.first, try wanted.required("dL_dw11"), "dL_dw11")
  }

  @Test func `the square of a sum, and a softmax`() throws {
    var wanted = try figures.required("z=(x+y)^2 at (1,2)")
    let square = try Formula("z(x, y) = (x + y)^2")
    try expect(try square.evaluate(["x": 1, "y": 2]), try wanted.required("z"))
    let slopes = try square.gradient(["x": 1, "y": 2])
    try expect(slopes["x"], try wanted.required("dx"))
    try expect(slopes["y"], try wanted.required("dy"))
    wanted = try figures.required("softmax CE z=(2,1,.1) y=onehot(0)")
    let loss = try Formula("L(z: [3], y: [3]) = cross_entropy(softmax(z), y)")
    let point: [String: Tensor] = ["z": [2, 1, 0.1], "y": [1, 0, 0]]
    try expect(try Formula("p(z: [3]) = softmax(z)").value(at: ["z": [2, 1, 0.1]]), try wanted.required("p"))
    try expect(try loss.value(at: point), try wanted.required("L"))
    try expect(try loss.gradient(at: point, by: ["z"])["z"], try wanted.required("dz"))
  }

  @Test func `the squared error of a sigmoid is not convex`() throws {
    let wanted = try figures.required("convexity")
    let second = try Formula("f(w) = g''(w) where g(w) = (sigmoid(w) - 1)^2/2")
    let at = try wanted.required("SE_dd_at_w").number ?? 0
    try expect(try second.evaluate(["w": at]), try wanted.required("v"))
    let turn = -log(2.0)
    #expect(try second.evaluate(["w": turn - 1e-6]) < 0 && second.evaluate(["w": turn + 1e-6]) > 0)
    let entropy = try Formula("f(w) = g''(w) where g(w) = -log(sigmoid(w))")
    for w in stride(from: -20.0, through: 20, by: 0.5) { #expect(try entropy.evaluate(["w": w]) > 0) }
  }

  /// Norms of the gradient by the weights of eleven layers, which a sigmoid makes vanish.
  @Test(arguments: ["sigmoid", "tanh", "relu"])
  func `gradients vanish from layer to layer`(_ activation: String) throws {
    let wanted = try figures.required("vanishing \(activation) (seed 7, no bias)")
    let sizes = [64] + Array(repeating: 32, count: 10) + [10]
    var generator = ReferenceStart(seed: 7)
    let weights = zip(sizes, sizes.dropFirst()).enumerated().map { generator.glorot("W\($0)", $1.0, $1.1) }
    let header = weights.map { "\($0.name): \($0.tensor.shape)" }.joined(separator: ", ")
    let layers = weights.dropLast().map { " |> product(\($0.name)) |> \(activation)" }.joined()
    let text = """
      product(x: [m, i], W: [i, o]) = x @ W
      loss(x: [m, 64], y: i32[m], \(header)) =
          mean(sparse_cross_entropy(x\(layers) |> product(W10), y, from_logits: true))
      """
    var point = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.tensor) })
    let (training, _, _, _) = try Examples.load("digits.csv.gz:scale=16").split(.every(5))
    point["x"] = try training.prefix(128).tensor("x", as: .f64)
    point["y"] = try training.prefix(128).tensor("y", as: .i32)
    let formula = try Formula(text)
    try expect(try formula.value(at: point), try wanted.required("loss"))
    let slopes = try formula.gradient(at: point, by: weights.map(\.name))
    for (weight, norm) in zip(weights, try wanted.required("gnorm_layer1_to_11").numbers) {
      let found = (slopes[weight.name]?.doubles ?? []).reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(found - norm) <= 1e-6 * norm, "\(weight.name): \(found) instead of \(norm)")
    }
  }
}
