import Nabla
import NablaGraph
import NablaRewrite
import NablaRuntime
import TestSupport
import Testing

/// The order in which several arrays are multiplied is the cheapest, by sizes that are known, else as if all names were
/// equal and large.
struct ContractionOrderTests {
  @Test(
    arguments: [
      ("f(A: [l, m], B: [m, n], v: [n]) = A @ B @ v", "A @ (B @ v)"),
      ("f(v: [l], A: [l, m], B: [m, n]) = v @ (A @ B)", "v @ A @ B"),
      ("f(A: [l, m], B: [m, n], v: [n]) = sum(A @ B @ v)", "dot(sum(A, axis: 0) @ B, v)"),
      ("f(A: [100, 5], B: [5, 80], C: [80, 3]) = A @ B @ C", "A @ (B @ C)"),
      ("f(A: [3, 80], B: [80, 5], C: [5, 100]) = A @ B @ C", "A @ B @ C"),
      ("f(u: [m], v: [n], w: [n]) = outer(u, v) @ w", "u*dot(v, w)"),
      ("f(A: [m, n], B: [n, k]) = A @ B", "A @ B"),
    ])
  func `the cheapest order is chosen`(_ text: String, _ expected: String) throws {
    let f = try Formula(text)
    #expect(f.simplifiedText() == expected)
  }

  /// Matrices of a chain, and what the best order of them costs by the textbook's algorithm over intervals.
  @Test(arguments: 1...12) func `chains cost what the interval algorithm finds`(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 3...7, using: &random)
    let sizes = (0...count).map { _ in Int.random(in: 2...30, using: &random) }
    let names = (0..<count).map { "A\($0)" }
    let header = names.enumerated().map { "\($1): [\(sizes[$0]), \(sizes[$0 + 1])]" }.joined(separator: ", ")
    let f = try Formula("f(\(header)) = \(names.joined(separator: " @ "))")
    let prepared = f.pipeline.prepare(f.program)
    var best = Array(repeating: Array(repeating: 0, count: count), count: count)
    for length in 1..<count {
      for first in 0..<count - length {
        let last = first + length
        best[first][last] =
          (first..<last).map { split in
            best[first][split] + best[split + 1][last] + sizes[first] * sizes[split + 1] * sizes[last + 1]
          }.min() ?? 0
      }
    }
    #expect(multiplications(prepared) == best[0][count - 1], "sizes \(sizes)")
  }

  /// A sum over several matrices by einsum: against all orders of pairs, tried one by one.
  @Test func `einsum of several arrays is as cheap as in the best order of pairs`() throws {
    let text = "f(A: [2, 30], B: [30, 4], C: [4, 50], D: [50, 2]) = einsum(\"ij,jk,kl,lm->im\", A, B, C, D)"
    let f = try Formula(text)
    #expect(multiplications(f.pipeline.prepare(f.program)) == 2 * 30 * 4 + 4 * 50 * 2 + 2 * 4 * 2)
  }

  private func multiplications(_ program: Program) -> Int {
    let live = program.graph.live(from: program.rootNodes)
    return program.graph.ids.filter { live[$0.index] }.reduce(0) { sum, id in
      guard program.graph.elementwise(id) == nil, case .contract(let contraction) = program.graph.operation(of: id)
      else { return sum }
      let operands = program.graph.operands(of: id).map { program.graph.type(of: $0).shape }
      return sum + (contraction.work(operands[0], operands[1]).constant ?? 0) / 2
    }
  }

  @Test(arguments: [Backend.interpreter, .c]) func `values do not depend on the order`(_ backend: Backend) throws {
    let text = "f(A: [3, 4], B: [4, 5], C: [5, 2], v: [2]) = sum(sin(A @ B @ C @ v)) + sum(A @ B)"
    var random = SplitMix64(seed: 5)
    let f = try Formula(text)
    let point = f.program.inputs.map { input in
      let count = f.program.graph.type(of: input).shape.knownCount ?? 0
      return Column((0..<count).map { _ in Double.random(in: -1...1, using: &random) })
    }
    let expected = try Evaluator(
      Formula(text, pipeline: Pipeline(strict: true)), [.value, .gradient], backend: .interpreter
    ).evaluate(point, points: 1)
    let found = try Evaluator(f, [.value, .gradient], backend: backend).evaluate(point, points: 1)
    for (a, b) in zip(found, expected) {
      for (x, y) in zip(a.doubles, b.doubles) { #expect(abs(x - y) <= 1e-12 * max(1, abs(y))) }
    }
  }
}
