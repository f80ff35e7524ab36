import Nabla
import NablaGraph
import NablaLanguage
import NablaRewrite
import NablaRuntime
import Testing

/// Contractions on the whole road: from the text to derivatives that print, parse and agree with JAX and differences.
struct ContractionTests {
  static let logistic = """
    logistic(w: [n], b, x: [m, n]) {
        z = x @ w + b
        sigmoid(z)
    }
    cost(w: [n], b, x: [m, n], y: [m]) = mean(-(y*log(a) + (1-y)*log(1-a))) where a = logistic(w, b, x)
    """

  static let dense = """
    J(W: [n, k], b: [k], x: [m, n], y: [m, k]) {
        a = sigmoid(x @ W + b)
        L = (a - y)^2
        sum(L)/m
    }
    """

  // MARK: Text

  @Test func `the gradient of logistic regression keeps its symbols`() throws {
    let texts = try Formula(Self.logistic).derivativeTexts(by: ["w", "b", "x"]).map(\.text)
    #expect(texts[0] == "(x.T @ (sigmoid(x @ w + b) - y))/m")
    #expect(texts[1] == "sum(sigmoid(x @ w + b) - y)/m")
    #expect(texts[2] == "outer(sigmoid(x @ w + b) - y, w)/m")
  }

  @Test func `the gradient of a dense layer keeps its symbols`() throws {
    let f = try Formula("J(dz: [m, k], W: [n, k], b: [k], x: [m, n]) = sum(stop(dz)*(x @ W + b))/m")
    let texts = try f.derivativeTexts(by: ["W", "b", "x"]).map(\.text)
    #expect(texts == ["(x.T @ stop(dz))/m", "sum(stop(dz), axis: 0)/m", "(stop(dz) @ W.T)/m"])
  }

  @Test(
    arguments: [
      ("f(u: [n], v: [n]) = dot(u, v)^2", ["2*v*dot(u, v)", "2*u*dot(u, v)"]),
      ("f(u: [m], v: [n], A: [m, n]) = sum(outer(u, v)*A)", ["A @ v", "u @ A", "outer(u, v)"]),
      ("f(A: [n, n], x: [n]) = x @ A @ x", ["outer(x, x)", "x @ (A + A.T)"]),
      ("f(A: [t, m, n], B: [n, k]) = sum((A @ B)^2)", ["2*(A @ B @ B.T)", "2*einsum(\"ijk,ijl->kl\", A, A @ B)"]),
      ("f(x: [n], A: [n, n], c) = dot(c*x, A @ (3*x/pi))", nil),
    ] as [(String, [String]?)])
  func `derivatives read as products of matrices`(_ text: String, _ expected: [String]?) throws {
    let texts = try Formula(text).derivativeTexts().map(\.text)
    guard let expected else { return #expect(!texts.contains { $0.contains("einsum") }) }
    #expect(texts == expected)
  }

  @Test func `LaTeX`() throws {
    let f = try Formula(
      "f(x: [m, n], w: [n], A: [b, m, n], u: [m]) = sum(x.T @ u) + dot(w, w) + sum(einsum(\"bmn,m->nb\", A, u))")
    let text = f.text(.latex)
    #expect(text.contains(#"x^{\mathsf{T}} \, u"#))
    #expect(text.contains(#"w \cdot w"#))
    #expect(text.contains(#"\sum_{j} {A}_{ijk} {u}_{j}"#))
  }

  /// What is printed reads back as the same node.
  @Test(arguments: [
    "x @ w", "x.T @ u", "u @ x @ w", "x @ (2*w + 1)", "-(x @ w)*3", "(x @ w)/dot(w, w)", "outer(u, w)", "A @ x.T",
    "x @ x.T @ u", "2^dot(u, u)*x", "einsum(\"ij,ij->ij\", x, x)", "einsum(\"bij,kj->ibk\", A, x)", "A @ w - b*u",
    "einsum(\"ij,j->\", x, w)", "x*b @ w", "(x @ w)^2 + m*n/(m + 1)", "-x @ -w", "not_a_product(u) @ u",
  ])
  func `prints and parses`(_ expression: String) throws {
    let header = "(x: [m, n], w: [n], u: [m], A: [t, m, n], b)"
    let program = try Formula("not_a_product(v: [k]) = v + k\nf\(header) = \(expression)").program
    let text = ExpressionPrinter(.text).print(program)
    let read = try Formula(text).program
    var graph = program.graph
    let inputs = Dictionary(zip(read.inputs, program.inputs)) { first, _ in first }
    let again = graph.splice(read.graph, roots: read.rootNodes, inputs: inputs)
    if again == program.rootNodes { return }
    let canonical = Rewriter().rewrite(&graph, roots: program.rootNodes + again, through: [.canonicalise])
    #expect(canonical[0] == canonical[1], "\(text)")
  }

  // MARK: Numbers

  /// Values from JAX 0.4 in double precision: `jax.grad` of the same programs.
  @Test func `logistic regression agrees with JAX`() throws {
    let formula = try Formula(Self.logistic, options: CheckOptions(sizes: ["m": 3, "n": 2]))
    let found = try evaluate(
      formula, [.value, .gradient], at: [[0.5, -1.25], [0.25], [1, 2, -0.5, 0.75, 3, -1], [1, 0, 1]])
    expectClose(
      found,
      [
        [0.7630899032046832], [-0.3783110750718607, -0.481808508395732], [-0.20599102257224436],
        [
          -0.14199213366138505, 0.35498033415346264, 0.04690093457152397, -0.11725233642880993, -0.007904312196261105,
          0.01976078049065276,
        ],
        [0.5833333333333333, 0.3125, -1.000000000000001],
      ])
    let product = try Evaluator(formula, [.hvp], by: ["w"], backend: .interpreter)
    let columns = [[0.5, -1.25], [0.25], [1, 2, -0.5, 0.75, 3, -1], [1, 0, 1], [1, -2]].map { Column($0) }
    expectClose(
      try product.evaluate(columns, points: 1).map(\.doubles), [[0.16715957064676418, -0.42866112902645304]])
  }

  @Test func `a dense layer agrees with JAX`() throws {
    let formula = try Formula(Self.dense, options: CheckOptions(sizes: ["m": 3, "n": 2, "k": 2]))
    let found = try evaluate(
      formula, [.value, .gradient],
      at: [[1, -0.5, 0.25, 2], [0.1, -0.2], [1, 2, -0.5, 0.75, 3, -1], [0, 1, 1, 0, 0.5, 0.5]])
    expectClose(
      found,
      [
        [0.701497845670921], [0.16912309444212192, -0.06293669532529869, 0.07136066883852862, 0.0654141076715416],
        [0.001748313547607832, 0.07114565586400776],
        [
          0.07793079662367074, 0.017753939487611583, -0.13083616528722883, 0.13607711668845604, 0.019080854279162035,
          -0.011102666061150152,
        ],
        [
          -0.5546789234226163, 0.023714126181757424, 0.3686173254219372, -0.54994248789064, -0.29687912185603943,
          0.31724865238822053,
        ],
      ])
  }

  static let programs = [
    logistic, dense, "f(A: [n, n], x: [n]) = x @ A @ x", "f(A: [m, n], B: [n, k], C: [k, m]) = sum(tanh(A @ B @ C))",
    "f(x: [m, n], A: [n, k, n], y: [m, n]) = sum(einsum(\"bi,ijk,bk->bj\", x, A, y)^2)",
    "f(u: [m], v: [n], A: [m, n]) = sum(sin(outer(u, v)*A)) + dot(u, u)*dot(v, v)",
    "f(A: [k, m, n], B: [n, m]) = sum(exp(A @ B/10))", "f(A: [k, m, n], B: [k, n, m]) = sum(sin(A @ B))",
    "f(A: [m, n], v: [k]) = sum(einsum(\"ij,k->jk\", A, v)^2)", "f(x: [n]) = sum(x @ outer(x, x))/n",
    "f(x: [m, n], w: [n]) = sum(x @ w)/m + sum(x.T @ (x @ w))",
  ]

  @Test(arguments: programs, [["m": 3, "n": 2, "k": 4], ["m": 1, "n": 5, "k": 1]])
  func `both modes agree with each other and with differences`(_ text: String, _ sizes: [String: Int]) throws {
    let formula = try Formula(text, options: CheckOptions(sizes: sizes))
    var random = SplitMix64(seed: 21)
    let shapes = formula.program.inputs.map { formula.program.graph.type(of: $0).shape.knownCount ?? 0 }
    let point = shapes.map { count in (0..<count).map { _ in Double.random(in: 0.1...0.9, using: &random) } }
    let direction = shapes.map { count in (0..<count).map { _ in Double.random(in: -1...1, using: &random) } }
    let reverse = try evaluate(formula, [.gradient], at: point)
    let forward = try evaluate(formula, [.jvp], at: point + direction)[0][0]
    let along = zip(reverse, direction).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(abs(along - forward) <= 1e-11 * max(1, abs(forward)))
    func value(_ step: Double) throws -> Double {
      let moved = zip(point, direction).map { zip($0, $1).map { $0 + step * $1 } }
      return try evaluate(formula, [.value], at: moved)[0][0]
    }
    func slope(_ step: Double) throws -> Double { (try value(step) - value(-step)) / (2 * step) }
    let difference = (4 * (try slope(5e-4)) - (try slope(1e-3))) / 3
    #expect(abs(along - difference) <= 1e-8 * max(1, abs(difference)))
    // The second derivative along the direction: forward over reverse against differences of the gradient.
    let product = try evaluate(formula, [.hvp], at: point + direction)
    func gradient(_ step: Double) throws -> [Double] {
      try evaluate(formula, [.gradient], at: zip(point, direction).map { zip($0, $1).map { $0 + step * $1 } })
        .flatMap { $0 }
    }
    let (up, down) = (try gradient(1e-4), try gradient(-1e-4))
    for (exact, pair) in zip(product.flatMap { $0 }, zip(up, down)) {
      #expect(abs(exact - (pair.0 - pair.1) / 2e-4) <= 1e-5 * max(1, abs(exact)))
    }
  }

  @Test func `empty axes`() throws {
    let formula = try Formula(
      "f(x: [m, n], w: [n]) = sum(x @ w) + 1", options: CheckOptions(sizes: ["m": 0, "n": 2]))
    #expect(try evaluate(formula, [.value, .gradient], at: [[], [1, 2]]) == [[1], [], [0, 0]])
  }

  private func evaluate(_ formula: Formula, _ wants: [Want], at point: [[Double]]) throws -> [[Double]] {
    let evaluator = try Evaluator(formula, wants, backend: .interpreter)
    return try evaluator.evaluate(point.map { Column($0) }, points: 1).map(\.doubles)
  }

  private func expectClose(
    _ found: [[Double]], _ expected: [[Double]], location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.count) == expected.map(\.count), sourceLocation: location)
    for (x, y) in zip(found.joined(), expected.joined()) {
      #expect(abs(x - y) <= 1e-13 * max(1, abs(y)), sourceLocation: location)
    }
  }
}
