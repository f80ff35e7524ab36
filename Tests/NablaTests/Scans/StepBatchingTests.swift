import Nabla
import NablaGraph
import NablaRewrite
import NablaRuntime
import TestSupport
import Testing

/// Products that need no state are taken of all steps at once, and gradients of weights after the walk back; the values
/// stay what they were, up to rounding.
struct StepBatchingTests {
  static let rnn = """
    f(x: [5, 3, 4], h0: [3, 2], W: [4, 2], U: [2, 2], b: [2]) {
        h = h0
        for xt in x { h = tanh(xt @ W + h @ U + b) }
        sum(h^2)
    }
    """

  static let lstm = """
    f(x: [4, 2, 3], W: [3, 8], U: [2, 8], b: [8]) {
        h = zeros(2, 2)
        c = zeros(2, 2)
        for xt in x {
            z = xt @ W + h @ U + b
            c = sigmoid(z[:, 2:4])*c + sigmoid(z[:, 0:2])*tanh(z[:, 4:6])
            h = sigmoid(z[:, 6:8])*tanh(c)
        }
        sum(h)
    }
    """

  /// The scans of a program, as builders.
  private func scans(_ program: Program) -> [ScanBuilder] {
    let live = program.graph.live(from: program.rootNodes)
    return program.graph.ids.filter { live[$0.index] }.compactMap { ScanBuilder($0, of: program.graph) }
  }

  private func products(_ scan: ScanBuilder) -> Int {
    let live = scan.body.live(from: scan.roots)
    return scan.body.ids.count { id in
      guard live[id.index], scan.body.elementwise(id) == nil, case .contract = scan.body.operation(of: id) else {
        return false
      }
      return true
    }
  }

  @Test(arguments: [rnn, lstm]) func `the projection of the input leaves the loop`(_ text: String) throws {
    let formula = try Formula(text)
    let forward = scans(formula.pipeline.prepare(formula.program))
    #expect(forward.map(products) == [1], "the product with the state alone")
  }

  @Test(arguments: [rnn, lstm]) func `gradients of weights are one product after the loop`(_ text: String) throws {
    let derived = try Formula(text).differentiated([.value, .gradient])
    for scan in scans(derived.program) {
      // In a step there is one product, forward or back; no weight's gradient is carried.
      #expect(products(scan) == 1)
      for carried in scan.carried { #expect(scan.body.type(of: carried.input).shape.dimensions[0] != 4) }
    }
  }

  @Test(arguments: [rnn, lstm], [Backend.interpreter, .c])
  func `values and gradients are those of the loop as it is written`(_ text: String, _ backend: Backend) throws {
    var random = SplitMix64(seed: 3)
    let formula = try Formula(text)
    let point = formula.program.inputs.map { input in
      let count = formula.program.graph.type(of: input).shape.knownCount ?? 0
      return Column((0..<count).map { _ in Double.random(in: -1...1, using: &random) })
    }
    let strict = try Evaluator(
      Formula(text, pipeline: Pipeline(strict: true)), [.value, .gradient], backend: .interpreter)
    let expected = try strict.evaluate(point, points: 1)
    for checkpoint in [false, true] {
      let pipeline = Pipeline(checkpoint: checkpoint)
      let found = try Evaluator(Formula(text, pipeline: pipeline), [.value, .gradient], backend: backend)
        .evaluate(point, points: 1)
      for (a, b) in zip(found, expected) {
        for (x, y) in zip(a.doubles, b.doubles) { #expect(abs(x - y) <= 1e-12 * max(1, abs(y))) }
      }
    }
  }

  @Test func `a sum of other sums stays in its loop`() throws {
    let formula = try Formula("f(x: [9]) { s = 0\n for xi in x { s = s + xi^2 }\n s }")
    let all = scans(formula.pipeline.prepare(formula.program))
    #expect(all.map(\.carried.count) == [1])
  }
}
