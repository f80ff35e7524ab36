import Nabla
import NablaGraph
import NablaLanguage
import NablaRewrite
import NablaRuntime
import Testing

/// Rules that move, join, count and reduce: what they make reads as expected, and has the value and the gradient of what
/// was written, at sizes that include 0 and 1.
struct ArrayRewriteTests {
  /// What is written, and how it reads when it is simplified; `nil` where only the numbers matter.
  static let forms: [(String, String?)] = [
    ("sum(a) - sum(b)", "sum(a - b)"),
    ("2*sum(a) + sum(b)/3", nil),
    ("sum(c*a*b)", "c*sum(a*b)"),
    ("sum(-3*a)", "-3*sum(a)"),
    ("sum(A*a, axis: 0)", "a*sum(A, axis: 0)"),
    ("sum(A*reshape(v, [m, 1])/c, axis: 1)", nil),
    ("sum(sum(A, axis: 0))", "sum(A)"),
    ("sum(sum(A*a, axis: 0)*b)", nil),
    ("sum(sum(A, axis: 1, keepdims: true))", "sum(A)"),
    ("sum(A.T, axis: 0)", "sum(A, axis: 1)"),
    ("sum(A.T)", "sum(A)"),
    ("prod(prod(A, axis: 0))", nil),
    ("max(max(A + 1, axis: 0))", nil),
    ("sum(c + 0*a)", "c*n"),
    ("sum(sum(a)/n - a)", "0"),
    ("sum(A - mean(A, axis: 1, keepdims: true), axis: 1)", nil),
    ("sum(A - mean(A, axis: 0), axis: 0)", nil),
    ("A.T.T", "A"),
    ("reshape(reshape(A, [m*n]), [m, n])", "A"),
    ("sum(a + c)", nil),
    ("sum(A + a)", nil),
    ("sum(reshape(a, [1, n])*A)", nil),
    ("mean(A) - mean(a)", nil),
    ("sum(exp(A - 2*c)/sum(exp(A), axis: 1, keepdims: true))", nil),
    ("var(a)", nil),
    ("sum(A*A, axis: 1)/sum(A, axis: 1)", nil),
  ]

  private static let header = "(A: [m, n], a: [n], b: [n], v: [m], c)"

  @Test(arguments: forms.indices)
  func `reads as expected`(_ index: Int) throws {
    let (text, expected) = Self.forms[index]
    guard let expected else { return }
    let formula = try Formula("f\(Self.header) = \(text)")
    let pipeline = Pipeline()
    let program = pipeline.readable(pipeline.prepare(formula.program))
    let simplified = Formula(program, name: "f").text(.text)
    #expect(simplified == expected, "\(text)")
  }

  @Test(arguments: forms.indices, [["m": 3, "n": 4], ["m": 1, "n": 1], ["m": 2, "n": 1], ["m": 1, "n": 3]])
  func `has the value and the gradient of what was written`(_ index: Int, _ sizes: [String: Int]) throws {
    try compare(Self.forms[index].0, sizes)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 6, 8, 9, 10, 13, 19], [["m": 0, "n": 2], ["m": 2, "n": 0]])
  func `sums of nothing stay zero`(_ index: Int, _ sizes: [String: Int]) throws {
    try compare(Self.forms[index].0, sizes)
  }

  /// The strict pipeline computes what was written.
  private func compare(_ text: String, _ sizes: [String: Int]) throws {
    let source = "f\(Self.header) = sum(cos(\(text)))"
    var results: [[[Double]]] = []
    for strict in [true, false] {
      let options = CheckOptions(sizes: sizes)
      let formula = try Formula(source, options: options, pipeline: Pipeline(strict: strict))
      var random = SplitMix64(seed: 4)
      let columns = formula.program.inputs.map { input in
        let count = formula.program.graph.type(of: input).shape.knownCount ?? 0
        return Column((0..<count).map { _ in Double.random(in: 0.2...0.9, using: &random) })
      }
      let evaluator = try Evaluator(formula, [.value, .gradient], backend: .interpreter)
      results.append(try evaluator.evaluate(columns, points: 1).map(\.doubles))
    }
    for (expected, found) in zip(results[0].joined(), results[1].joined()) {
      #expect(abs(expected - found) <= 1e-12 * max(1, abs(expected)), "\(text) at \(sizes): \(results)")
    }
  }

  // swift-format-ignore
  /// Structural pairs that the language does not write by itself.
  @Test(arguments: [
    ("slice(2 step 1 count 3)", "slice(0 step 2 count 2)", "f64[8]", "f64[3]", "f64[2]", "slice(2 step 2 count 2)"),
    ("slice(1 step 3 count 3)", "slice(2 step -1 count 3)", "f64[8]", "f64[3]", "f64[3]", "slice(7 step -3 count 3)"),
    ("pad(1 interior 0 high 2)", "slice(1 step 1 count 8)", "f64[8]", "f64[11]", "f64[8]", "parameter"),
    ("pad(1 interior 0 high 2)", "slice(2 step 1 count 3)", "f64[8]", "f64[11]", "f64[3]", "slice(1 step 1 count 3)"),
    ("pad(1 interior 0 high 2)", "pad(3 interior 0 high 0)", "f64[8]", "f64[11]", "f64[14]", "pad(4 interior 0 high 2)"),
  ])
  func `moves meet`(
    _ first: String, _ second: String, _ start: String, _ middle: String, _ end: String, _ expected: String
  ) throws {
    let text = """
      program {
        %0 = parameter "x" : \(start)
        %1 = \(first) %0 : \(middle)
        %2 = \(second) %1 : \(end)
        return "y" = %2
      }
      """
    let rewritten = Rewriter().rewrite(try Program(text: text), through: [.canonicalise])
    #expect("\(rewritten.text)".contains(expected), "\(rewritten.text)")
    #expect(rewritten.graph.count <= 2)
    try rewritten.verify()
  }
}
