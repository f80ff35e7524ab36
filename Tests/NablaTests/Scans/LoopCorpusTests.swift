import Foundation
import Nabla
import NablaCalculus
import NablaGraph
import NablaLanguage
import NablaRuntime
import TestSupport
import Testing

/// Programs with loops against JAX: values, gradients and Hessian products, with the whole tape and with checkpoints, as
/// they are written and rewritten.
struct LoopCorpusTests {
  private func evaluate(
    _ problem: LoopProblem, _ pipeline: Pipeline, simplified: Bool
  ) throws -> (value: Double, gradient: [[Double]], second: [[Double]]) {
    let formula = try Formula(problem.text, options: CheckOptions(sizes: problem.sizes), pipeline: pipeline)
    var derived = try pipeline.derive(pipeline.prepare(formula.program), [.value, .gradient, .hvp])
    if simplified { derived = pipeline.simplify(derived) }
    try derived.program.verify()
    let program = simplified ? pipeline.specialise(derived.program) : derived.program
    let names = formula.parameters
    let columns = names.map { Column(problem.inputs[$0] ?? []) } + names.map { Column(problem.direction[$0] ?? []) }
    let results = try Interpreter(program).evaluate(columns).map(\.doubles)
    return (results[0][0], Array(results[1...names.count]), Array(results[(1 + names.count)...]))
  }

  private func expect(_ found: [[Double]], _ expected: [String: [Double]], _ names: [String]) {
    for (name, values) in zip(names, found) {
      let right = expected[name] ?? []
      #expect(values.count == right.count)
      for (a, b) in zip(values, right) { #expect(abs(a - b) <= 1e-11 * max(1, abs(b)), "\(name)") }
    }
  }

  @Test(arguments: LoopProblem.all, [(false, false), (false, true), (true, false), (true, true)])
  func `value, gradient and Hessian product are JAX's`(
    _ problem: LoopProblem, _ mode: (checkpoint: Bool, simplified: Bool)
  ) throws {
    let found = try evaluate(problem, Pipeline(checkpoint: mode.checkpoint), simplified: mode.simplified)
    #expect(abs(found.value - problem.value) <= 1e-12 * max(1, abs(problem.value)))
    let names = try Formula(problem.text, options: CheckOptions(sizes: problem.sizes)).parameters
    expect(found.gradient, problem.gradient, names)
    expect(found.second, problem.second, names)
  }

  @Test(arguments: LoopProblem.all)
  func `a compiled program computes the same`(_ problem: LoopProblem) throws {
    let formula = try Formula(problem.text, options: CheckOptions(sizes: problem.sizes))
    let run = try formula.compiled([.value, .gradient], backend: .c)
    let results = try run.evaluate(formula.parameters.map { Column(problem.inputs[$0] ?? []) }).map(\.doubles)
    #expect(abs(results[0][0] - problem.value) <= 1e-12 * max(1, abs(problem.value)))
    expect(Array(results.dropFirst()), problem.gradient, formula.parameters)
  }

  @Test func `the corpus is there`() { #expect(LoopProblem.all.count == 14) }

  // MARK: Checkpoints

  private static let long = """
    f(x: [n], a) {
      s = 1
      for xi in x { s = sin(a*s + xi) }
      s
    }
    """

  /// Values, and gradients of what is walked, are the same to the bit. What the steps add up is added in another order.
  @Test(arguments: [16, 17, 100, 1000, 1023])
  func `checkpoints give what the whole tape gives`(_ count: Int) throws {
    func results(_ checkpoint: Bool) throws -> [[Double]] {
      let pipeline = Pipeline(checkpoint: checkpoint)
      let formula = try Formula(Self.long, options: CheckOptions(sizes: ["n": count]), pipeline: pipeline)
      let x = (0..<count).map { Double($0 % 7) / 3 }
      let derived = try pipeline.derive(pipeline.prepare(formula.program), [.value, .gradient])
      return try Interpreter(derived.program).evaluate(["x": x, "a": [0.8]])
    }
    let (whole, parts) = (try results(false), try results(true))
    #expect(whole[0] == parts[0])
    #expect(whole[1] == parts[1])
    #expect(abs(whole[2][0] - parts[2][0]) <= 1e-14 * max(1, abs(whole[2][0])))
  }

  private static let nested = """
    f(x: [n], a: [m]) {
      s = 0
      for xi in x {
        t = s + xi
        for ai in a { t = sin(ai*t + xi) }
        s = s/2 + t
      }
      s
    }
    g(x: [n], a: [m]) = f(x, a) + sum(grad(f, a)(x, a)^2)
    """

  /// A length that is a name gets its segments when the array arrives; a loop in a loop has segments of its own.
  @Test(arguments: [0, 1, 2, 3, 15, 16, 17, 31, 64, 97], [0, 1, 16, 29])
  func `checkpoints of lengths that arrive with the data`(_ n: Int, _ m: Int) throws {
    let x = Tensor((0..<n).map { Double($0 % 7) / 5 }), a = Tensor((0..<m).map { 0.9 - Double($0 % 3) / 4 })
    func results(_ checkpoint: Bool, _ backend: Backend) throws -> [[Double]] {
      let options = CheckOptions(checkpoint: checkpoint)
      let symbolic = try Formula(Self.nested, options: options, pipeline: Pipeline(checkpoint: checkpoint))
      let formula = try symbolic.bound(to: ["x": x, "a": a])
      #expect(formula.openSizes.isEmpty)
      return try formula.compiled([.value, .gradient], backend: backend).evaluate([x.column, a.column], points: 1)
        .map(\.doubles)
    }
    let whole = try results(false, .interpreter)
    for backend in n == 97 || n < 2 ? [Backend.interpreter, .c] : [.interpreter] {
      for (part, expected) in zip(try results(true, backend), whole) {
        #expect(part.count == expected.count)
        for (y, z) in zip(part, expected) { #expect(abs(y - z) <= 1e-12 * max(1, abs(z)), "\(n), \(m), \(backend)") }
      }
    }
  }

  @Test func `a loop in a loop needs memory in proportion to the roots of both`() throws {
    func width(_ checkpoint: Bool) throws -> Int {
      let pipeline = Pipeline(checkpoint: checkpoint)
      let text = "f(x, a) { for _ in 0..<400 { for _ in 0..<400 { x = sin(a*x) } }; x }"
      let derived = try pipeline.differentiate(try Formula(text, pipeline: pipeline).program, [.value, .gradient])
      return try Interpreter(pipeline.specialise(derived.program)).width
    }
    // Without checkpoints 400 states of each: of the outer loop, and of the inner one that is walked again.
    #expect(try width(false) > 800)
    #expect(try width(true) < 250)
  }

  @Test func `checkpoints need memory in proportion to the root of the steps`() throws {
    func width(_ checkpoint: Bool, _ count: Int) throws -> Int {
      let pipeline = Pipeline(checkpoint: checkpoint)
      let text = "f(x, a) { for _ in 0..<\(count) { x = sin(a*x) }; x }"
      let formula = try Formula(text, pipeline: pipeline)
      let derived = try pipeline.differentiate(formula.program, [.value, .gradient])
      return try Interpreter(pipeline.specialise(derived.program)).width
    }
    #expect(try width(false, 10_000) > 10_000)
    #expect(try width(true, 10_000) < 1_000)
  }

  @Test func `a hundred thousand steps`() throws {
    let count = 100_000
    let formula = try Formula(Self.long, options: CheckOptions(sizes: ["n": count]))
    let run = try formula.compiled([.value, .gradient], backend: .interpreter)
    let x = (0..<count).map { Double($0 % 5) }
    let results = try run.evaluate(["x": x, "a": [0.5]])
    var (state, slope) = (1.0, 0.0)
    for xi in x {
      let inner = 0.5 * state + xi
      slope = (state + 0.5 * slope) * cos(inner)
      state = sin(inner)
    }
    #expect(abs(results[0][0] - state) < 1e-12)
    #expect(abs(results[2][0] - slope) < 1e-12)
  }

  @Test func `value and gradient share one walk forward`() throws {
    let formula = try Formula(Self.long)
    let derived = try formula.differentiated([.value, .gradient])
    let scans = derived.program.graph.ids.filter { id in
      if case .scan = derived.program.graph.operation(of: id) { true } else { false }
    }
    #expect(scans.count == 2)
  }
}
