import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// Parameters and states of layers: where they belong, who shares them, how they begin and what becomes of them.
@Suite struct `Layers of the language` {
  private func module(_ text: String, _ options: CheckOptions = CheckOptions()) -> Module {
    let module = Module(checking: SourceText(text), options: options)
    #expect(module.diagnostics.map(\.summary) == [])
    return module
  }

  private func array(_ values: [Double], _ shape: [Int]) -> NablaRuntime.Tensor {
    NablaRuntime.Tensor(values, shape: shape)
  }

  private func variables(_ text: String, _ function: String) -> [String] {
    module(text).function(function)?.variables.map { "\($0.path): \($0.type)" } ?? []
  }

  @Test func `each place in the text owns one set, shared by everyone who calls its function`() {
    let text = """
      mnist(x: f32[m, 28, 28]) = x |> flatten |> dense(256) |> relu |> dense(10)
      loss(x: f32[m, 28, 28], y: i32[m]) = mean(sparse_cross_entropy(softmax(mnist(x)), y))
      twice(a: f32[m, 28, 28], b: f32[m, 28, 28]) = mnist(a) + mnist(b)
      """
    let own = [
      "mnist.dense_1.W: f32[784, 256]", "mnist.dense_1.b: f32[256]", "mnist.dense_2.W: f32[256, 10]",
      "mnist.dense_2.b: f32[10]",
    ]
    for function in ["mnist", "loss", "twice"] { #expect(variables(text, function) == own) }
  }

  @Test func `a layer in a layer belongs to it`() {
    let text = """
      layer block(x: [..., i], k: size) = x |> dense(k) |> relu |> dense(k)
      layer pair(x: [..., i]) {
        param gain = 1
        gain*block(x, 2) + block(x, 2)
      }
      net(x: [m, 3]) = x |> pair |> block(4)
      outer(x: [m, 3]) = inner(x) + inner(2*x) where inner(t: [m, 3]) = dense(t, 1)
      """.replacingOccurrences(
        of: "= x |> dense(k) |> relu |> dense(k)", with: "{\n  x |> dense(k) |> relu |> dense(k)\n}"
      ).replacingOccurrences(of: "param gain = 1", with: "param gain: f64 = 1")
    #expect(
      variables(text, "net") == [
        "net.block_1.dense_1.W: f64[2, 4]", "net.block_1.dense_1.b: f64[4]", "net.block_1.dense_2.W: f64[4, 4]",
        "net.block_1.dense_2.b: f64[4]", "net.pair_1.block_1.dense_1.W: f64[3, 2]",
        "net.pair_1.block_1.dense_1.b: f64[2]", "net.pair_1.block_1.dense_2.W: f64[2, 2]",
        "net.pair_1.block_1.dense_2.b: f64[2]", "net.pair_1.block_2.dense_1.W: f64[3, 2]",
        "net.pair_1.block_2.dense_1.b: f64[2]", "net.pair_1.block_2.dense_2.W: f64[2, 2]",
        "net.pair_1.block_2.dense_2.b: f64[2]", "net.pair_1.gain: f64",
      ])
    #expect(variables(text, "outer") == ["outer.inner.dense_1.W: f64[3, 1]", "outer.inner.dense_1.b: f64[1]"])
  }

  @Test func `inputs of the program come by path after the explicit ones, gradients as a record`() throws {
    let text = """
      net(x: [m, 2]) = x |> dense(3) |> dense(1)
      loss(x: [m, 2], y: [m, 1]) = mean((net(x) - y)^2)
      step(x: [m, 2], y: [m, 1]) = grad(loss, params)(x, y)
      """
    let paths = ["net.dense_1.W", "net.dense_1.b", "net.dense_2.W", "net.dense_2.b"]
    let program = try module(text).program("step")
    #expect(program.inputs.indices.map { program.name(ofInput: $0) } == ["x", "y"] + paths)
    #expect(program.roots.map(\.name) == paths)
    // The same by hand: y' = (x W + b) V + c, at numbers that stay exact.
    let formula = try Formula(Module(checking: SourceText(text)), function: "step")
    let point: [String: NablaRuntime.Tensor] = [
      "x": array([1, 2], [1, 2]), "y": array([1], [1, 1]),
      "net.dense_1.W": array([1, 0, 2, 0, 1, 1], [2, 3]), "net.dense_1.b": array([0, 1, 0], [3]),
      "net.dense_2.W": array([1, -1, 2], [3, 1]), "net.dense_2.b": array([0.5], [1]),
    ]
    // h = (1, 3, 4), result = 1 - 3 + 8 + 0.5 = 6.5, so the derivative by it is 11.
    let found = try formula.values(at: point).map { $0.column.doubles }
    #expect(found == [[11, -11, 22, 22, -22, 44], [11, -11, 22], [11, 33, 44], [11]])
  }

  // MARK: States

  @Test func `assigning to a state sets its next value`() throws {
    let text = """
      layer counted(x) {
        state n: f64 = 10
        before = n
        n = n + x
        before + 100*n
      }
      layer held(x) {
        state last: [2] = [1, 2]
        sum(last)*x
      }
      f(x) = counted(x) + held(x)
      g(x) = f(x) + f(2*x)
      """
    let module = module(text)
    let program = try module.program("f", includingState: true)
    #expect(program.roots.map(\.name) == ["value", "f.counted_1.n", "f.held_1.last"])
    let executable = try Interpreter(program)
    let results = try executable.evaluate(["x": [3], "f.counted_1.n": [10], "f.held_1.last": [1, 2]])
    #expect(results == [[1319], [13], [1, 2]])
    // The second call goes on from where the first one ended.
    let second = try Interpreter(try module.program("g", includingState: true))
    let both = try second.evaluate(["x": [3], "f.counted_1.n": [10], "f.held_1.last": [1, 2]])
    #expect(both == [[3250], [19], [1, 2]])
    #expect(try module.program("f").roots.count == 1)
    let start = try Interpreter(try module.initialisation(of: "f")).evaluate([Module.keyName: [0]])
    #expect(start == [[10], [1, 2]])
  }

  @Test func `states follow a derivative`() throws {
    let text = """
      layer mean_of(x) {
        state m: f64 = 0
        m = m + x^2
        m*x
      }
      f(x) = mean_of(x)
      g(x) = grad(f)(3*x)
      """
    let program = try module(text).program("g", includingState: true)
    // d/dt (m + t²)·t = m + 3t² at t = 6 with m = 5; the state becomes m + t².
    #expect(try Interpreter(program).evaluate(["x": [2], "f.mean_of_1.m": [5]]) == [[113], [41]])
  }

  @Test func `an update rule keeps a state of the shape and type of each array that it is called with`() throws {
    let text = """
      layer adam(w: [...], g: [...], step, rate = 0.1, b1 = 0.5, b2 = 0.75, eps = 0) {
        state m: [...] = zeros
        state v: [...] = zeros
        m = b1*m + (1 - b1)*g
        v = b2*v + (1 - b2)*g^2
        w - rate*(m/(1 - b1^step))/(sqrt(v/(1 - b2^step)) + eps)
      }
      update(w: f32[i, u], b: f32[u], s: f32, gw: f32[i, u], gb: f32[u], gs: f32, step: i64) =
        (adam(w, gw, step), adam(b, gb, step), adam(s, gs, step))
      """
    let states = [
      "update.adam_1.m: f32[i, u]", "update.adam_1.v: f32[i, u]", "update.adam_2.m: f32[u]", "update.adam_2.v: f32[u]",
      "update.adam_3.m: f32", "update.adam_3.v: f32",
    ]
    #expect(variables(text, "update") == states)
    #expect(module(text).function("update")?.results.map { "\($0.type)" } == ["f32[i, u]", "f32[u]", "f32"])
    let program = try module(text, CheckOptions(sizes: ["i": 1, "u": 2])).program("update", includingState: true)
    let doubles = program.graph.ids.filter { program.graph.type(of: $0).element == .f64 }
    #expect(doubles.isEmpty)
    #expect(program.roots.dropFirst(3).map(\.name) == states.map { String($0.prefix { $0 != ":" }) })
    // The first step of Adam goes by the rate against the sign of the gradient.
    let point: [String: [Double]] = [
      "w": [1, 2], "b": [3, 4], "s": [5], "gw": [3, -4], "gb": [-1, 2], "gs": [8], "step": [1],
      "update.adam_1.m": [0, 0], "update.adam_1.v": [0, 0], "update.adam_2.m": [0, 0], "update.adam_2.v": [0, 0],
      "update.adam_3.m": [0], "update.adam_3.v": [0],
    ]
    let results = try Interpreter(program).evaluate(point)
    let expected: [[Double]] = [
      [0.9, 2.1], [3.1, 3.9], [4.9], [1.5, -2], [2.25, 4], [-0.5, 1], [0.25, 1], [4], [16],
    ]
    for (found, wanted) in zip(results, expected) {
      #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-6 } && found.count == wanted.count)
    }
  }

  // MARK: Starts

  @Test func `first values are functions of seed and path`() throws {
    let text = """
      layer odd(x: [..., i]) {
        param a: [i, 64] = he_normal
        param b: [64] = uniform(2, 3)
        param c: [2, 3] = 1/4
        param d: [3] = [1, 2, 3]
        param e: [2]
        param f: [i, 1000] = normal(1, 0.5)
        x @ a + b + sum(c) + sum(d) + sum(e) + sum(f)
      }
      net(x: f32[m, 50]) = odd(x)
      loss(x: f32[m, 50]) = sum(net(x) |> dense(7))
      """
    let module = module(text)
    func start(_ function: String, _ seed: Int) throws -> [String: [Double]] {
      let executable = try Interpreter(try module.initialisation(of: function))
      let columns = try executable.evaluate([Column([Module.key(seed: seed)])])
      let names = executable.signature.outputs.map(\.name)
      return Dictionary(uniqueKeysWithValues: zip(names, columns.map(\.doubles)))
    }
    let net = try start("net", 0)
    let loss = try start("loss", 0)
    for (path, values) in net { #expect(loss[path] == values) }
    #expect(try start("net", 1)["net.odd_1.a"] != net["net.odd_1.a"])
    #expect(net["net.odd_1.c"] == Array(repeating: 0.25, count: 6))
    #expect(net["net.odd_1.d"] == [1, 2, 3])
    #expect(net["net.odd_1.e"] == [0, 0])
    let b = try #require(net["net.odd_1.b"])
    #expect(b.allSatisfy { (2..<3).contains($0) } && Set(b).count == 64)
    let spread = { (values: [Double]) -> (mean: Double, deviation: Double) in
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }
    // Of 3200 and 50000 draws, within five standard errors.
    let a = spread(try #require(net["net.odd_1.a"]))
    #expect(abs(a.mean) < 0.02 && abs(a.deviation - 0.2) < 0.0125)
    let f = spread(try #require(net["net.odd_1.f"]))
    #expect(abs(f.mean - 1) < 0.012 && abs(f.deviation - 0.5) < 0.008)
    let limit = (6.0 / (64 + 7)).squareRoot()
    let glorot = try #require(loss["loss.dense_1.W"])
    #expect(glorot.allSatisfy { abs($0) <= limit } && glorot.contains { abs($0) > 0.9 * limit })
    #expect(loss["loss.dense_1.b"] == Array(repeating: 0, count: 7))
  }

  // MARK: Chance

  @Test func `two places draw different numbers, one place the same ones`() throws {
    let text = """
      once() = uniform()
      f() = (a, a, once(), once(), uniform(), uniform()) where a = uniform()
      g(x: [n]) = (sum(dropout(x, 0.25)), grad(h)(x), dropout(x, 0.25))
      h(x: [n]) = sum(dropout(x, 0.25)^2)
      both(x: [n]) = (sum(h2), d) where h2 = dropout(x, 0.25), d = diff(sum(h2), x)
      """
    let draws = try Formula(Module(checking: SourceText(text)), function: "f").started(seed: 3)
    let numbers = try Evaluator(draws, [.value]).evaluate(at: [:]).map { $0.column.doubles[0] }
    #expect(numbers[0] == numbers[1])
    #expect(Set(numbers).count == 5 && numbers.allSatisfy { (0..<1).contains($0) })
    let again = try Formula(Module(checking: SourceText("# moved\n" + text)), function: "f").started(seed: 3)
    #expect(try Evaluator(again, [.value]).evaluate(at: [:]).map { $0.column.doubles[0] } == numbers)
    // Derivatives see the mask of the value.
    let options = CheckOptions(sizes: ["n": 1000], training: true)
    let both = try Formula(Module(checking: SourceText(text), options: options), function: "both").started(seed: 1)
    let results = try Evaluator(both, [.value]).evaluate(
      at: ["x": array(Array(repeating: 3, count: 1000), [1000])])
    let slopes = results[1].column.doubles
    #expect(Set(slopes) == [0, 1 / 0.75])
    let total: Double = slopes.reduce(0, +)
    let value: Double = results[0].column.doubles[0]
    #expect(abs(value - 3 * total) < 1e-9)
    let dropped = slopes.filter { $0 == 0 }.count
    #expect(dropped > 190 && dropped < 310)
    // Outside of training nothing is dropped, and no key is needed.
    let still = Module(checking: SourceText(text)).function("h")
    #expect(still?.draws == false)
  }

  /// The results of a function that draws, by both backends.
  private func drawn(_ text: String, _ function: String, _ point: [String: NablaRuntime.Tensor] = [:]) throws
    -> [[Double]]
  {
    let options = CheckOptions(training: true)
    let formula = try Formula(module(text, options), function: function).started(seed: 5)
    let results = try [Backend.interpreter, .c].map { backend in
      try Evaluator(formula, [.value], backend: backend).evaluate(at: point).map { $0.column.doubles }
    }
    #expect(results[0] == results[1])
    return results[0]
  }

  @Test func `every step and every element draws numbers of its own`() throws {
    let text = """
      steps(x: [6]) = for xi in x { uniform() + 0*xi }
      numbered() = for i in 2..<8 { uniform() }
      nested(x: [3]) = for xi in x { for i in 0..<4 { random2(xi) } }
      random2(t) = 0*t + uniform()
      elements() = [uniform() for i in 0..<7]
      fewer() = [uniform() for i in 0..<3]
      places() = [uniform(shape: [2]) for i in 0..<3, j in 1..<3]
      rows(x: [4, 3]) = [dropout(row, 0.5) for row in x]
      mixed(x: [3]) = for xi in x { [uniform() + 0*xi for i in 0..<5] }
      other() = [walk(j) for j in 0..<4]
      walk(j: i64) = for i in 0..<3 { uniform() + 0*j }
      shared(x: [4]) = [a + 0*xi for xi in x] where a = uniform()
      kept(x: [4]) = for xi in x { a + 0*xi } where a = uniform()
      sums() = sum(uniform() for i in 0..<5, j in 0..<i)
      """
    let walks = ["steps": 6, "numbered": 6, "elements": 7, "places": 12]
    for (function, count) in walks {
      let numbers = try drawn(text, function, function == "steps" ? ["x": array([1, 2, 3, 4, 5, 6], [6])] : [:])[0]
      #expect(Set(numbers).count == count && numbers.allSatisfy { (0..<1).contains($0) })
    }
    #expect(Set(try drawn(text, "nested", ["x": array([1, 2, 3], [3])])[0]).count == 12)
    #expect(Set(try drawn(text, "mixed", ["x": array([1, 2, 3], [3])])[0]).count == 15)
    #expect(Set(try drawn(text, "other")[0]).count == 12)
    let rows = try drawn(text, "rows", ["x": array(Array(repeating: 1, count: 12), [4, 3])])[0]
    #expect(Set(rows) == [0, 2])
    for function in ["shared", "kept"] {
      #expect(Set(try drawn(text, function, ["x": array([1, 2, 3, 4], [4])])[0]).count == 1)
    }
    #expect(try drawn(text, "sums", [:])[0][0] > 0)
  }

  @Test func `dropout within a recurrence has the derivative of what it drew`() throws {
    let text = """
      rnn(x: [5, 2, 3], W: [3, 4], U: [4, 4]) {
        h = zeros(2, 4)
        for xt in x { h = tanh(dropout(xt, 0.4) @ W + dropout(h, 0.3) @ U) }
        sum(h^2)
      }
      moved(x: [5, 2, 3], W: [3, 4], U: [4, 4], t) = (v, diff(v, t)) where v = rnn(x, W + t, U)
      """
    func wave(_ shape: [Int]) -> NablaRuntime.Tensor {
      let count: Int = shape.reduce(1, *)
      let values = (0..<count).map { index -> Double in Double((index * 7) % 11) / 11 - 0.4 }
      return array(values, shape)
    }
    let options = CheckOptions(training: true)
    let formula = try Formula(module(text, options), function: "moved").started(seed: 5)
    let evaluator = try Evaluator(formula, [.value], backend: .interpreter)
    func results(_ t: Double) throws -> [Double] {
      let point = ["x": wave([5, 2, 3]), "W": wave([3, 4]), "U": wave([4, 4]), "t": array([t], [])]
      return try evaluator.evaluate(at: point).map { $0.column.doubles[0] }
    }
    let slope: Double = try results(0)[1]
    let difference: Double = try (results(1e-5)[0] - results(-1e-5)[0]) / 2e-5
    #expect(slope != 0 && abs(difference - slope) < 1e-6 * max(1, abs(slope)))
  }

  @Test func `a loop carries the states of what it calls`() throws {
    let text = """
      layer counted(x) {
        state n: f64 = 10
        before = n
        n = n + x
        before
      }
      layer smooth(x: [t]) {
        state m: f64 = 0
        for xi in x { m = m/2 + xi }
        m*10
      }
      layer held(x) {
        state k: f64 = 3
        k*x
      }
      f(x: [t]) = for xi in x { counted(xi) }
      twice(x: [t]) = for xi in x {
        seen = for xj in x { counted(xi*xj) + held(xj) }
        sum(seen)
      }
      g(x: [t]) = smooth(x) + smooth(x)
      """
    let options = CheckOptions(sizes: ["t": 3])
    func run(_ function: String, _ states: [String: [Double]]) throws -> [[Double]] {
      let program = try module(text, options).program(function, includingState: true)
      return try Interpreter(program).evaluate(states.merging(["x": [1, 2, 3]]) { $1 })
    }
    #expect(try run("f", ["f.counted_1.n": [10]]) == [[10, 11, 13], [16]])
    #expect(try run("g", ["g.smooth_1.m": [0], "g.smooth_2.m": [4]]) == [[90], [4.25], [4.75]])
    // The products are 1 2 3, 2 4 6, 3 6 9; before each of them the sum of those before; 18 from what is held.
    let nested = try run("twice", ["twice.counted_1.n": [0], "twice.held_1.k": [3]])
    #expect(nested == [[22, 44, 84], [36], [3]])
  }

  // MARK: Problems

  @Test(arguments: [
    (
      "layer shift(x: [m, n]) {\n  param b: [m, n] = zeros\n  x + b\n}\nf(x: [m, n]) = shift(x)", "shape.param",
      "'b' would have the extent m, and 'm' is the number of examples: what is learnt may not depend on it"
    ),
    (
      "f(x: [..., i]) = dense(x, 2)\ng(x: [m, 3], y: [m, 4]) = f(x) + f(y)", "shape.param",
      "'f.dense_1.W' is shared by all calls, which need to agree: f64[3, 2] and f64[4, 2]"
    ),
    (
      "twice(f, x) = f(f(x))\nlayer l(x: [n]) {\n  param w: f64 = 1\n  w*x\n}\ng(x: [3]) = twice(l, x)",
      "check.function-as-value", "'l' is a layer: it may be called, and not be handed on"
    ),
    (
      "f(x) = x^2\ng(x) = grad(f, params)(x)", "check.derivative-by", "'f' calls no layer that has parameters"
    ),
    (
      "layer l(x: [n]) {\n  param w: [..., 2] = 1\n  x + sum(w)\n}\nf(x: [3]) = l(x)", "shape.param",
      "'...' in 'w' stands for axes of the layer's parameters, and none of them has '...'"
    ),
    (
      "layer l(x: [..., k], y: [...]) {\n  state s: [...] = 0\n  x*s + y\n}\nf(x: [3, 2], y: [2]) = l(x, y)",
      "shape.param", "'...' stands for the axes [3] of 'x' and [2] of 'y', and 's' needs one meaning"
    ),
    (
      "layer l(x: [...]) {\n  param s: [...] = 0\n  x*s\n}\nf(x: [m, 2]) = l(x)", "shape.param",
      "'s' would have the extent m, and 'm' is the number of examples: what is learnt may not depend on it"
    ),
    (
      "layer l(x: [n]) {\n  param w: [n] = [1, 2]\n  x*w\n}\nf(x: [3]) = l(x)", "shape.broadcast",
      "'f.l_1.w' has the shape [3], and the value the shape [2]"
    ),
    (
      "layer l(x: [n]) {\n  state s: [n] = 0\n  s = sum(x)*[1, 2]\n  x*s\n}\nf(x: [3]) = l(x)", "shape.broadcast",
      "'f.l_1.s' has the shape [3], and the value the shape [2]"
    ),
    (
      "layer l(x) {\n  state s: f64 = 0\n  s = s + x\n  x*s\n}\nf(x: [3]) = [l(xi) for xi in x]",
      "shape.comprehension", "a state is set here, and the elements of a comprehension have no order; a loop has one"
    ),
  ])
  func problems(_ text: String, _ id: String, _ message: String) {
    let errors = Module(checking: SourceText(text)).diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id])
    #expect(errors.first?.message == message)
  }

  @Test func `a first value does not depend on arguments`() {
    let text = "layer l(x: [n]) {\n  param w: [n] = x\n  x*w\n}\nf(x: [3]) = l(x)"
    #expect(throws: DiagnosticsError.self) { try Module(checking: SourceText(text)).initialisation(of: "f") }
  }
}
