import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime
import Testing

/// Jacobians and Hessians of many rows, which are axes of one sweep: times a vector they are what forward mode gives.
struct JacobianTests {
  static let programs = [
    "f(x: [n]) = x^2", "f(x: [n]) = exp(x)/sum(exp(x))", "f(x: [n]) = x[1:]*x[:-1]", "f(x: [n]) = x*norm(x)",
    "f(x: [n]) = [x[i]*x[n-1-i] for i in 0..<n]", "f(x: [n]) = outer(x, sin(x))", "f(x: [n]) = where(x > 0, x^2, 0)",
    "f(x: [n]) = [sum(x[j] for j in 0..<i) for i in 0..<n]", "f(x: [n]) = x.T + sum(x)*x[::-1]",
    "f(x: [n]) = max(x)*x", "f(x: [n]) = prod(x)*x", "f(x: [n]) = [[xi, xi^2] for xi in x]",
    "f(x: [n]) = [sum((x[i] - x[j])^2 for j in 0..<n) for i in 0..<n]", "f(x: [n]) = tanh(outer(x, x) @ x)",
    "f(x: [n]) = x[[3, 0, 3]]*x[1]", "f(x: [n]) = [x[mod(3*i, n)]^3 for i in 0..<n]", "f(x: [n]) = stop(x)*x",
    "f(x: [n]) = sum([xi*xj for xi in x, xj in x], axis: 0)", "f(x: [n]) = reshape([x, x^2], [2*n])",
    "f(x: [n]) = cumsum(x^2)", "f(x: [n]) = sort(x)^2", "f(x: [n]) = if sum(x) > 0 then x^3 else x",
  ]

  @Test(arguments: programs) func `times a vector they are forward mode`(_ text: String) throws {
    let program = text + "\nJ(x: [n]) = jacobian(f)(x)\nalong(x: [n], v: [n]) = jvp(f)(x, v)"
    let options = CheckOptions(sizes: ["n": 12])
    let jacobian = try Formula(program, function: "J", options: options)
    let forward = try Formula(program, function: "along", options: options)
    var random = SplitMix64(seed: 5)
    let point = (0..<12).map { _ in Double.random(in: -1.5...1.5, using: &random) }
    let rows = try value(jacobian, [point])
    for _ in 0..<3 {
      let direction = (0..<12).map { _ in Double.random(in: -1...1, using: &random) }
      let expected = try value(forward, [point, direction])
      #expect(rows.count == expected.count * 12)
      for (row, slope) in expected.enumerated() {
        let found = zip(rows[(row * 12)...], direction).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(found - slope) <= 1e-11 * max(1, abs(slope)), "row \(row)")
      }
    }
  }

  static let scalars = [
    "f(x: [n]) = sum((1 - x[i])^2 + 100*(x[i+1] - x[i]^2)^2 for i in 0..<n-1)", "f(x: [n]) = log(sum(exp(x)))",
    "f(x: [n]) = sum(sin(x))^2 + prod(x)", "f(x: [n]) = norm(x)^3",
    "f(x: [n]) = sum(x[i]*x[j]^2 for i in 0..<n, j in 0..<i)",
    "f(x: [n]) = x @ outer(x, x) @ x", "f(x: [n]) = sum(where(x > 0, exp(x), 0))",
  ]

  @Test(arguments: scalars) func `Hessians times a vector are forward over reverse`(_ text: String) throws {
    let program = text + "\nH(x: [n]) = hessian(f)(x)\nalong(x: [n], v: [n]) = hvp(f)(x, v)"
    let options = CheckOptions(sizes: ["n": 10])
    let hessian = try Formula(program, function: "H", options: options)
    let forward = try Formula(program, function: "along", options: options)
    var random = SplitMix64(seed: 6)
    let point = (0..<10).map { _ in Double.random(in: -1.5...1.5, using: &random) }
    let direction = (0..<10).map { _ in Double.random(in: -1...1, using: &random) }
    let rows = try value(hessian, [point])
    for (row, slope) in try value(forward, [point, direction]).enumerated() {
      let found = zip(rows[(row * 10)...], direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(found - slope) <= 1e-10 * max(1, abs(slope)), "row \(row)")
    }
  }

  /// Nothing of the size of a unit matrix is multiplied.
  @Test func `symbols stay, and units are read, not multiplied`() throws {
    let quadratic = try Formula(
      "q(A: [n, n], x: [n]) = x @ A @ x\nH(A: [n, n], x: [n]) = hessian(q, x)(A, x)", function: "H")
    #expect(quadratic.text() == "A + A.T")
    let network = try Formula(
      "f(x: [n], W: [h, n], V: [m, h]) = V @ tanh(W @ x)\n"
        + "J(x: [n], W: [h, n], V: [m, h]) = jacobian(f, x)(x, W, V)", function: "J")
    #expect(!network.text().contains("accumulate"))
  }

  private func value(_ formula: Formula, _ point: [[Double]]) throws -> [Double] {
    let evaluator = try Evaluator(formula, [.value], backend: .interpreter)
    return try evaluator.evaluate(point.map { Column($0) }, points: 1)[0].doubles
  }
}
