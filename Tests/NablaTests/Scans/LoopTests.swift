import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// `for` in the language, from the text to numbers.
struct LoopTests {
  private func values(
    _ text: String, _ inputs: [String: [Double]], sizes: [String: Int] = [:], _ wants: [Want] = [.value]
  ) throws -> [[Double]] {
    let formula = try Formula(text, options: CheckOptions(sizes: sizes))
    try formula.program.verify()
    // As it is written, and on the whole road.
    let plain = try Interpreter(formula.program).evaluate(inputs)
    let run = try formula.compiled(wants, backend: .interpreter)
    let results = try run.evaluate(inputs)
    for (a, b) in zip(plain, results) {
      for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-12 * max(1, abs(x)), "\(text)") }
    }
    return results
  }

  @Test func `a loop over the first axis carries what is bound outside`() throws {
    #expect(try values("f(x: [4]) { s = 0; for xi in x { s = s + xi }; s }", ["x": [1, 2, 3, 4]]) == [[10]])
    let horner = "f(c: [n], x) { p = 0; for ck in c { p = p*x + ck }; p }"
    #expect(try values(horner, ["c": [1, 2, 3], "x": [10]], sizes: ["n": 3]) == [[123]])
  }

  @Test func `a loop over a range counts in integers`() throws {
    #expect(try values("f(x) { s = x; for i in 2..<5 { s = s*10 + i }; s }", ["x": [1]]) == [[1234]])
    #expect(try values("f(x) { s = x; for i in 5..<2 { s = s*i }; s }", ["x": [7]]) == [[7]])
  }

  @Test func `whole numbers that are listed are integers, as those of a range are`() throws {
    let digits = "f(x) { s = x; for i in [4, 2][::-1] { s = s*10 + i }; s }"
    #expect(try values(digits, ["x": [1]]) == [[124]])
    #expect(try values("f(x: [4]) = [x[i] for i in [3, 0, 3]]", ["x": [5, 6, 7, 8]]) == [[8, 5, 8]])
    #expect(try values("f(x) = sum(x/k for k in [2, 4])", ["x": [1]]) == [[0.75]])
    let shape = "f(x: [m, n]) = [k for k in x.shape]"
    #expect(try values(shape, ["x": [1, 2, 3]], sizes: ["m": 3, "n": 1]) == [[3, 1]])
  }

  @Test func `used as a value, a loop stacks its last expression`() throws {
    let text = "f(x: [3], s) { ys = for xi in x { s = s + xi; 2*s }; (ys, s) }"
    #expect(try values(text, ["x": [1, 2, 3], "s": [0]]) == [[2, 6, 12], [6]])
    #expect(try values("f(x: [0], s) = for xi in x { s = s + xi; s }", ["x": [], "s": [0]]) == [[]])
    #expect(try values("f(x: [3]) = for xi in x { xi^2 }", ["x": [1, 2, 3]]) == [[1, 4, 9]])
    let tuple = "f(x: [2]) { (a, b) = for xi in x { (xi, xi^2) }; a + 10*b }"
    #expect(try values(tuple, ["x": [2, 3]]) == [[42, 93]])
  }

  @Test func `several names run in step`() throws {
    let text = "f(x: [3], y: [3]) { s = 0; for xi in x, yi in y, i in 0..<3 { s = s + xi*yi*i }; s }"
    #expect(try values(text, ["x": [1, 2, 3], "y": [4, 5, 6]]) == [[46]])
  }

  @Test func `parameters are carried, and steps see the value of the step before`() throws {
    #expect(try values("f(x, y) { for i in 0..<3 { (x, y) = (y, x + y) }; y }", ["x": [0], "y": [1]]) == [[3]])
    #expect(
      try values("f(x, y) { for i in 0..<2 { old = x; x = y; y = old + y }; (x, y) }", ["x": [0], "y": [1]]) == [
        [1], [2],
      ])
    // Read before it is assigned.
    #expect(try values("f(u) { last = 0; for i in 1..<4 { u = u + last; last = i }; u }", ["u": [0]]) == [[3]])
  }

  @Test func `a constant of the program may be the start`() throws {
    #expect(try values("k = 3\nf(x) { for i in 0..<2 { k = k*x }; k }\n", ["x": [2]]) == [[12]])
  }

  @Test func `the start is promoted and broadcast once`() throws {
    let text = "f(A: [2, 3]) { s = 0; for row in A { s = s + row }; s }"
    #expect(try values(text, ["A": [1, 2, 3, 4, 5, 6]]) == [[5, 7, 9]])
    let formula = try Formula("f(x: f32[3]) { s = 0; for xi in x { s = s + xi }; s }")
    #expect(formula.program.graph.type(of: formula.program.roots[0].node) == TensorType(.f32))
  }

  @Test func `loops in loops, functions, conditions and where`() throws {
    let nested = "f(A: [2, 3]) { s = 0; for row in A { t = 1; for a in row { t = t*a }; s = s + t }; s }"
    #expect(try values(nested, ["A": [1, 2, 3, 4, 5, 6]]) == [[126]])
    let carriedThrough = "f(A: [2, 3]) { s = 0; for row in A { for a in row { s = 2*s + a } }; s }"
    #expect(try values(carriedThrough, ["A": [1, 0, 0, 0, 0, 1]]) == [[33]])
    let function = "g(x: [n]) { s = 0; for xi in x { s = s + h(xi) where h(t) = t^2 }; s }\nf(x: [2]) = g(x) + g(2*x)"
    #expect(try values(function, ["x": [1, 2]]) == [[25]])
    let clause = "f(x: [2]) { s = 0; for xi in x { s = s + c*xi } where c = 10; s }"
    #expect(try values(clause, ["x": [1, 2]]) == [[30]])
    let local = "f(x: [3]) { s = 0; for xi in x { g(t) = t + s; s = g(xi) + g(xi) }; s }"
    #expect(try values(local, ["x": [1, 1, 1]]) == [[14]])
    let chosen = "f(x: [4]) { s = 0; for xi in x { s = if xi > s then xi else s }; s }"
    #expect(try values(chosen, ["x": [1, 4, 3, 2]]) == [[4]])
  }

  @Test func `derivatives in steps, and of loops in texts`() throws {
    let newton = """
      g(x) = x^2 - 2
      f(x) { for i in 0..<6 { x = x - g(x)/g'(x) }; x }
      """
    #expect(abs(try values(newton, ["x": [1]])[0][0] - 2.0.squareRoot()) < 1e-15)
    let inside = "f(a) { s = 1; for i in 0..<3 { s = s*a + diff(a^2*s, a) }; s }"
    #expect(try values(inside, ["a": [2]]) == [[216]])
    let outside = "p(x) { y = x; for i in 0..<2 { y = y*x }; y }\nf(x) = p'(x) + diff(p(x), x, x)"
    #expect(try values(outside, ["x": [2]]) == [[24]])
  }

  @Test func `value and gradient of a recurrent network`() throws {
    let text = """
      loss(x: [t, m, i], h0: [m, n], W: [i, n], U: [n, n], b: [n]) {
        h = h0
        for xt in x { h = tanh(xt @ W + h @ U + b) }
        sum(h^2)
      }
      """
    let sizes = ["t": 3, "m": 2, "i": 2, "n": 2]
    let inputs: [String: [Double]] = [
      "x": (0..<12).map { 0.1 * Double($0) - 0.5 }, "h0": [0.1, 0.2, 0.3, 0.4], "W": [0.5, -0.3, 0.2, 0.7],
      "U": [0.1, 0.9, -0.4, 0.3], "b": [0.05, -0.1],
    ]
    let results = try values(text, inputs, sizes: sizes, [.value, .gradient])
    let names = ["x", "h0", "W", "U", "b"]
    for (position, name) in names.enumerated() {
      guard let start = inputs[name] else { continue }
      for element in start.indices {
        let slope = try [1e-6, -1e-6].map { step in
          var moved = inputs
          moved[name]?[element] += step
          return try Formula(text, options: CheckOptions(sizes: sizes)).compiled(backend: .interpreter)
            .evaluate(moved)[0][0]
        }
        #expect(abs((slope[0] - slope[1]) / 2e-6 - results[1 + position][element]) < 1e-8)
      }
    }
  }

  @Test func `elements read at a number of the range are walked, and their gradients stacked`() throws {
    let text = "f(x: [n], y: [n]) { s = 0; for i in 0..<n-1 { s = s*0.5 + x[i+1]*y[n-1-i] - x[i]; }; s }"
    let formula = try Formula(text)
    #expect(!formula.program.text.contains("gather"))
    let derived = try formula.differentiated([.gradient])
    #expect(!derived.program.text.contains("scatter"))
    #expect(try values(text, ["x": [1, 2, 3], "y": [4, 5, 6]], sizes: ["n": 3]) == [[18.5]])
    let row = "f(A: [m, n], b: [m, n]) { s = 0; for j in 0..<n { s = s + dot(A[:, j], b[:, n-1-j]) }; s }"
    #expect(try values(row, ["A": [1, 2, 3, 4], "b": [5, 6, 7, 8]], sizes: ["m": 2, "n": 2]) == [[68]])
  }

  @Test func `comprehensions in loops, and loops in comprehensions`() throws {
    let inside = "f(A: [m, n]) { s = 0; for row in A { s = s + sum(row[i]*i for i in 0..<n) }; s }"
    #expect(try values(inside, ["A": [1, 2, 3, 4]], sizes: ["m": 2, "n": 2]) == [[6]])
    let around = """
      power(x) { p = 1; for _ in 0..<3 { p = p*x }; p }
      f(x: [n]) = sum(power(x[i]) for i in 0..<n)
      """
    #expect(try values(around, ["x": [1, 2, 3]], sizes: ["n": 3]) == [[36]])
    let carried =
      "g(x: [n], a) { s = 0; for xi in x { s = a*s + xi }; s }\nf(x: [n], a: [m]) = [g(x, a[k]) for k in 0..<m]"
    #expect(try values(carried, ["x": [1, 2], "a": [10, 100]], sizes: ["n": 2, "m": 2]) == [[12, 102]])
  }

  @Test(
    arguments: [
      ("f(x: [n]) = for xi in x { y = 2*xi }", "check.loop-value"),
      ("f(x: [3], y: [4]) = for xi in x, yi in y { xi*yi }", "shape.loop"),
      ("f(x: [n]) {\n  for xi in x { x = [xi, xi] }\n  x\n}", "shape.carry"),
      ("f(x) = for xi in x { xi }", "type.loop"), ("f(x) = for i in 0..<x { i }", "type.loop"),
      ("f(x: [n]) { s = 0; for xi in x { s = sin }; s }", "check.function-as-value"),
      ("f(x: [2]) { s = 0; for i in 0..<3 { s = s + x[i] }; s }", "index.range"),
    ])
  func `what is wrong with a loop is said once`(_ text: String, _ id: String) {
    let diagnostics = Module(checking: SourceText(text)).diagnostics
    #expect(diagnostics.map(\.id) == [id])
  }
}
