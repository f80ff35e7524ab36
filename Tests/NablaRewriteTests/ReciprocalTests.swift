import Foundation
import NablaGraph
import NablaRewrite
import TestSupport
import Testing

/// How many divisions a program of a value and its gradient is left with.
@Suite struct ReciprocalTests {
  @Test(arguments: [
    // 1/y; 1/sqrt(1 - (x/y)^2), whose square over y^2 is the derivative's.
    ("1/sqrt(1 - (x/y)^2)", 2),
    // 1/y, and 1/(3y) from it.
    ("x/y + sin(x)/(3*y)", 1),
    // 1/x and 1/y, and 1/(xy) from both.
    ("1/x + z/y + sin(z)/(x*y)", 2),
    // 1/(x + y) and its square.
    ("z/(x + y)", 1),
    // Nothing in common.
    ("z/(1 + x) + z/(1 + y)", 2),
  ])
  func `a product of denominators takes their reciprocals`(_ text: String, _ expected: Int) {
    var (graph, roots) = Formula(text).prepared()
    roots = Rewriter().rewrite(&graph, roots: roots, through: [.specialise])
    let live = graph.live(from: roots)
    let divisions = graph.ids.filter { live[$0.index] && graph.elementwise($0) == .divide }
    #expect(divisions.count == expected, "\(roots.map { graph.infixText(of: $0) })")
  }

  @Test func `values are those of the quotients`() throws {
    // d/dx 1/sqrt(1 - (x/y)^2) = x/(y^2 (1 - (x/y)^2)^(3/2)), here 0.3/(0.25 * 0.64^1.5).
    let values = Formula("1/sqrt(1 - (x/y)^2)").valueAndGradient(at: [0.3, 0.5])
    #expect(abs(values[0] - 1.25) < 1e-15)
    #expect(abs(values[1] - 0.3 / (0.25 * 0.512)) < 1e-14)
    #expect(abs(values[2] + 0.09 / (0.125 * 0.512)) < 1e-14)
  }

  /// 1/cosh is wanted by the value and by both slopes, one of them with tanh: the secant, and no division by a cosine.
  @Test func `a reciprocal cosine that several want is a secant`() throws {
    var (graph, roots) = Formula("y/cosh(x)").prepared()
    roots = Rewriter().rewrite(&graph, roots: roots, through: [.specialise])
    let live = graph.live(from: roots)
    let functions = graph.ids.filter { live[$0.index] }.compactMap { graph.elementwise($0) }
    #expect(functions.contains(.sech) && !functions.contains(.cosh) && !functions.contains(.divide))
    // sech(0.5) and tanh(0.5), mpmath.
    let (secant, tangent) = (0.886818883970073908658897797783, 0.462117157260009758502318483644)
    let values = Formula("y/cosh(x)").valueAndGradient(at: [3, 0.5])
    for (value, expected) in zip(values, [3 * secant, secant, -3 * secant * tangent]) {
      #expect(abs(value - expected) <= 4 * expected.magnitude.ulp)
    }
  }

  /// The cosine is wanted itself.
  @Test func `a cosine that is a result keeps its quotient`() {
    var (graph, roots) = Formula("cosh(x) + y/cosh(x) + z/cosh(x)").prepared()
    roots = Rewriter().rewrite(&graph, roots: roots, through: [.specialise])
    let live = graph.live(from: roots)
    let functions = graph.ids.filter { live[$0.index] }.compactMap { graph.elementwise($0) }
    #expect(functions.contains(.cosh) && !functions.contains(.sech))
  }

  @Test(arguments: [0, -0.0, .infinity, -.infinity, .nan])
  func `zeros and infinities divide as before`(_ y: Double) {
    let value = Formula("x/y + sin(x)/(3*y)").valueAndGradient(at: [1, y])[0]
    let expected = 1 / y + sin(1.0) / (3 * y)
    #expect(value == expected || value.isNaN && expected.isNaN)
  }
}
