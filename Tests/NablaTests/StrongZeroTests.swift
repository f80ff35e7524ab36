import Nabla
import NablaGraph
import NablaRuntime
import Testing

/// A branch that is not taken contributes exactly zero to derivatives, in both modes, whatever it holds: contractions,
/// loops, running products, convolutions of what is infinite or no number.
struct StrongZeroTests {
  static let programs = [
    "f(x: [3], c) = where(c > 0, sum(log(x)*[1, 2, 3]), 0)",
    "f(x: [3], c) = where(c > 0, log(x) @ [1, 2, 3], 0)",
    "f(x: [3], c) = where(c > 0, sum(log(x) @ ones(3, 3)), 0)",
    "f(x: [3], c) = if c > 0 then sum(outer(1/x, sqrt(x))) else 0",
    "f(x: [3], c) { s = 1; for a in x { s = s*sqrt(a) }; where(c > 0, s, 0) }",
    "f(x: [3], c) { s = 0; for a in x { s = tanh(s) + 1/a }; where(c > 0, s, 0) }",
    "f(x: [3], c) { s = 0; for a in x { s = s + (if c > 0 then log(a)*s else 0) }; s }",
    "f(x: [3], c) = where(c > 0, sum(cumprod(1/x)), 0)", "f(x: [3], c) = where(c > 0, norm(x)*prod(log(x)), 0)",
    "f(x: [3], c) = where(c > 0, softmax(1/x) @ x, 0)", "f(x: [3], c) = where(c > 0, logsumexp(log(x)), 0)",
    "f(x: [3], c) = where(c > 0, sum(convolve(reshape(1/x, [1, 3, 1]), ones(2, 1, 1))), 0)",
    "f(x: [3], c) = where(c > 0, sum((1/x)[[0, 0, 2]]), 0)", "f(x: [3], c) = where(c > 0, std(1/x), 0)",
    "f(x: [3], c) = where(c > 0, max(log(x)) - var(sqrt(x)), 0)",
    "f(x: [3], c) = where(c > 0, sum(sqrt(x[i])*log(x[j]) for i in 0..<3, j in 0..<i), 0)",
  ]

  @Test(arguments: programs) func `nothing leaks from a branch that is not taken`(_ program: String) throws {
    let formula = try Formula(program)
    let point = [Column([0.0, 0, 0]), Column([-1.0])]
    let backward = try Evaluator(formula, [.gradient], backend: .interpreter).evaluate(point, points: 1)
    for column in backward { #expect(column.doubles.allSatisfy { $0 == 0 }, "\(column.doubles)") }
    let direction = [Column([1.0, -2, 3]), Column([1.0])]
    let forward = try Evaluator(formula, [.jvp], backend: .interpreter).evaluate(point + direction, points: 1)
    #expect(forward[0].doubles == [0], "\(forward[0].doubles)")
  }

  /// Rows that are masked take no part, and the others have their derivatives.
  @Test func `masked rows are left out of a product of matrices`() throws {
    let formula = try Formula("f(x: [2, 2], w: [2]) = sum(where(x[:, 0] > 0, log(x) @ w, 0))")
    let point = [Column([0.0, 1, 2, 4]), Column([3.0, 5])]
    let backward = try Evaluator(formula, [.gradient], backend: .interpreter).evaluate(point, points: 1)
    #expect(backward[0].doubles == [0, 0, 1.5, 1.25])
    let direction = [Column([1.0, 1, 1, 1]), Column([0.0, 0])]
    let forward = try Evaluator(formula, [.jvp], backend: .interpreter).evaluate(point + direction, points: 1)
    #expect(forward[0].doubles == [2.75])
  }
}
