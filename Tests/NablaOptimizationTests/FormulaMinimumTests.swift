import Foundation
import Nabla
import NablaData
import NablaGraph
import NablaOptimization
import NablaRuntime
import Testing

/// Searches with the derivatives that the compiler makes.
struct FormulaMinimumTests {
  static let rosenbrock = "f(x, y) = (1 - x)^2 + 100*(y - x^2)^2"

  @Test(arguments: [Minimizer.Method.bfgs, .lbfgs, .newton]) func `Rosenbrock's valley`(
    _ method: Minimizer.Method
  ) throws {
    let minimum = try Formula(Self.rosenbrock).minimize(from: ["x": -1.2, "y": 1], using: Minimizer(method))
    #expect(minimum.state == .converged)
    #expect(minimum.value < 1e-14)
    let (x, y) = (try #require(minimum["x"]?.scalar), try #require(minimum["y"]?.scalar))
    #expect(abs(x - 1) < 1e-6 && abs(y - 1) < 1e-6)
    #expect(minimum.search.iterations < 60)
  }

  @Test func `steepest descent follows it slowly`() throws {
    let minimum = try Formula(Self.rosenbrock).minimize(
      from: ["x": -1.2, "y": 1], using: Minimizer(.gradient, tolerance: 1e-3, iterationLimit: 50_000))
    #expect(minimum.state == .converged)
    #expect(minimum.value < 1e-4)
  }

  @Test(arguments: [Minimizer.Method.bfgs, .lbfgs, .newton]) func `a valley in a hundred dimensions`(
    _ method: Minimizer.Method
  ) throws {
    let text = "f(x: [n]) = sum((1 - x[:-1])^2 + 100*(x[1:] - x[:-1]^2)^2)"
    let start = Tensor((0..<100).map { $0 % 2 == 0 ? -1.2 : 1 })
    let minimum = try Formula(text).minimize(
      from: ["x": start], using: Minimizer(method, tolerance: 1e-6), backend: .interpreter)
    #expect(minimum.state == .converged)
    // There is another stationary minimum near (-1, 1, …, 1) with a value of about 3.99: S. Kok and C. Sandrock,
    // "Locating and Characterizing the Stationary Points of the Extended Rosenbrock Function", 2009.
    #expect(minimum.value < 1e-10 || abs(minimum.value - 3.986) < 1e-2)
    #expect(minimum["x"]?.shape == [100])
  }

  @Test(arguments: [
    // E. M. L. Beale's function: 0 at (3, 1/2).
    ("f(x, y) = (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2", 1.0, 1.0, [(3.0, 0.5)]),
    // D. M. Himmelblau's function: 0 at four points.
    (
      "f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2", 0.5, 0.5,
      [
        (3, 2), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
      ]
    ),
  ])
  func `functions of the literature`(_ text: String, _ x: Double, _ y: Double, _ minima: [(Double, Double)]) throws {
    for method in [Minimizer.Method.bfgs, .lbfgs, .newton] {
      let minimum = try Formula(text).minimize(from: ["x": Tensor(x), "y": Tensor(y)], using: Minimizer(method))
      let (a, b) = (try #require(minimum["x"]?.scalar), try #require(minimum["y"]?.scalar))
      #expect(minimum.state == .converged && minimum.value < 1e-14, "\(method): \(minimum)")
      #expect(minima.contains { abs($0.0 - a) < 1e-6 && abs($0.1 - b) < 1e-6 }, "\(method): \(a), \(b)")
    }
  }

  /// The expected minimum is SciPy's: see `Fixtures/iris.py`.
  @Test(arguments: [Minimizer.Method.bfgs, .lbfgs, .newton]) func `logistic regression on Fisher's irises`(
    _ method: Minimizer.Method
  ) throws {
    let url = try #require(Bundle.module.url(forResource: "iris", withExtension: "csv", subdirectory: "Fixtures"))
    let file = try DataFile(path: url.path())
    let columns = try file.tensors()
    let flowers = try file.tensor().doubles
    let x = Tensor(flowers.indices.filter { $0 % 5 < 4 }.map { flowers[$0] }, shape: [100, 4])
    let y = try #require(columns.last?.tensor)
    let cost = try Formula(
      "cost(w: [k], b, x: [n, k], y: [n]) { z = x @ w + b; sum(log(1 + exp(z)) - y*z)/n + 0.01*sum(w^2) }")
    let minimum = try cost.minimize(
      from: ["w": Tensor(zeros: [4]), "b": 0], fixed: ["x": x, "y": y], using: Minimizer(method, tolerance: 1e-9))
    #expect(minimum.state == .converged)
    #expect(abs(minimum.value - 0.296033275897703) < 1e-12)
    let expected = [-0.1020873237, -0.2625915231, 2.3040209417, 1.7748768761]
    let weights = try #require(minimum["w"]?.doubles)
    for (found, expected) in zip(weights, expected) { #expect(abs(found - expected) < 1e-5) }
    let bias = try #require(minimum["b"]?.scalar)
    #expect(abs(bias + 12.8425141385) < 1e-4)
  }

  @Test func `parameters of single precision are searched in it`() throws {
    let formula = try Formula("f(x: f32[n]) = sum((x - 3)^2)")
    let minimum = try formula.minimize(from: ["x": [0, 1]], using: Minimizer(tolerance: 1e-5))
    let x = try #require(minimum["x"])
    #expect(minimum.state == .converged && x.element == .f32 && x.doubles.allSatisfy { abs($0 - 3) < 1e-5 })
  }
}
