import Foundation
import Testing

@testable import NablaOptimization

/// Searches of functions whose minima are known.
struct MinimizerTests {
  /// A function with its derivatives.
  struct Known: Objective {
    let count: Int
    let value: ([Double]) -> Double
    let slopes: ([Double]) -> [Double]
    var curvature: ([Double]) -> [Double] = { _ in [] }

    func evaluate(at x: [Double], gradient: inout [Double]) -> Double {
      gradient = slopes(x)
      return value(x)
    }

    func hessian(at x: [Double]) -> [Double] { curvature(x) }
  }

  static func quadratic(_ scales: [Double]) -> Known {
    let count = scales.count
    return Known(
      count: count, value: { x in zip(scales, x).reduce(0) { $0 + $1.0 * ($1.1 - 1) * ($1.1 - 1) / 2 } },
      slopes: { x in zip(scales, x).map { $0 * ($1 - 1) } },
      curvature: { _ in (0..<count * count).map { $0 % (count + 1) == 0 ? scales[$0 / (count + 1)] : 0 } })
  }

  @Test(arguments: Minimizer.Method.allCases) func `a bowl has its minimum at its centre`(_ method: Minimizer.Method) {
    var bowl = Self.quadratic([1, 3, 10])
    let minimum = Minimizer(method, tolerance: 1e-10).search(&bowl, [5, -3, 2])
    #expect(minimum.state == .converged)
    for x in minimum.x { #expect(abs(x - 1) < 1e-9) }
    #expect(minimum.slope <= 1e-10)
  }

  @Test func `Newton's method finds it in one step`() {
    var bowl = Self.quadratic([1e-3, 1, 1e3])
    let minimum = Minimizer(.newton).search(&bowl, [100, 100, 100])
    #expect(minimum.state == .converged)
    #expect(minimum.iterations == 1)
  }

  @Test func `no variables are a minimum`() {
    var nothing = Known(count: 0, value: { _ in 3 }, slopes: { _ in [] })
    for method in Minimizer.Method.allCases {
      let minimum = Minimizer(method).search(&nothing, [])
      #expect(minimum.state == .converged && minimum.value == 3)
    }
  }

  @Test func `a saddle is left by negative curvature`() {
    // x⁴/4 - x²/2 + y² has a saddle at the origin and minima of -1/4 at (±1, 0).
    var saddle = Known(
      count: 2, value: { x in x[0] * x[0] * (x[0] * x[0] / 4 - 0.5) + x[1] * x[1] },
      slopes: { x in [x[0] * (x[0] * x[0] - 1), 2 * x[1]] },
      curvature: { x in [3 * x[0] * x[0] - 1, 0, 0, 2] })
    for start in [[0.0, 0], [0, 3], [0.1, -2]] {
      let minimum = Minimizer(.newton).search(&saddle, start)
      #expect(minimum.state == .converged)
      #expect(abs(minimum.value + 0.25) < 1e-12)
    }
    // Without a Hessian it looks like a minimum; without iterations it cannot be left.
    #expect(Minimizer(.lbfgs).search(&saddle, [0, 0]).state == .converged)
    #expect(Minimizer(.newton, iterationLimit: 0).search(&saddle, [0, 0]).state == .saddle)
  }

  @Test(arguments: Minimizer.Method.allCases) func `endings have names`(_ method: Minimizer.Method) {
    var line = Known(count: 1, value: { -$0[0] }, slopes: { _ in [-1] }, curvature: { _ in [0] })
    let falling = Minimizer(method, iterationLimit: 5000).search(&line, [0]).state
    #expect(falling == .unbounded || (method == .gradient && falling == .notDescending))
    var logarithm = Known(count: 1, value: { _ in .nan }, slopes: { _ in [.nan] }, curvature: { _ in [.nan] })
    #expect(Minimizer(method).search(&logarithm, [-1]).state == .notFinite)
    // The derivative is a lie: the function falls nowhere.
    var wrong = Known(count: 1, value: { $0[0] }, slopes: { _ in [-1] }, curvature: { _ in [1] })
    #expect(Minimizer(method).search(&wrong, [0]).state == .notDescending)
    var bowl = Self.quadratic([1, 1000])
    #expect(Minimizer(method, iterationLimit: 0).search(&bowl, [2, 2]).state == .iterationLimit)
    var count = 0
    let stopped = try? Minimizer(method).minimize(&bowl, from: [2, 2]) { _ in
      count += 1
      return false
    }
    #expect(stopped?.state == .stopped && count == 1)
  }

  @Test(arguments: Minimizer.Method.allCases)
  func `a search comes back from where the function is not defined`(_ method: Minimizer.Method) {
    // x - log x has its minimum of 1 at 1.
    var function = Known(
      count: 1, value: { $0[0] > 0 ? $0[0] - log($0[0]) : .nan }, slopes: { [1 - 1 / $0[0]] },
      curvature: { [1 / ($0[0] * $0[0])] })
    for start in [0.01, 30.0] {
      let minimum = Minimizer(method).search(&function, [start])
      #expect(minimum.state == .converged && abs(minimum.x[0] - 1) < 1e-7, "\(start): \(minimum)")
    }
  }
}

extension Minimizer {
  /// Of functions that do not throw.
  func search(_ objective: inout MinimizerTests.Known, _ start: [Double]) -> Minimum {
    guard let minimum = try? minimize(&objective, from: start) else { preconditionFailure("nothing throws") }
    return minimum
  }
}
