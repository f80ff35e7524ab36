import Foundation
import Nabla
import Testing

/// Sparse Jacobians and Hessians against the dense ones and against patterns that are known by mathematics.
struct SparseDerivativeTests {
  private static let chain = "f(x: [12]) = sum((1 - x[:-1])^2 + 100*(x[1:] - x[:-1]^2)^2)"

  private static func point(_ count: Int) -> Column { Column((0..<count).map { 0.3 + 0.7 * Double($0 % 5) }) }

  @Test func `a chain has a tridiagonal Hessian, whatever its length`() throws {
    for extent in [5, 12, 200] {
      let formula = try Formula(SparseDerivativeTests.chain.replacingOccurrences(of: "12", with: "\(extent)"))
      let point = [SparseDerivativeTests.point(extent)]
      let sparse = try SparseDerivative(.hessian, of: formula, at: point, backend: .interpreter)
      let expected = (0..<extent).map { row in Array(max(row - 1, 0)..<min(row + 2, extent)) }
      #expect(sparse.pattern == SparsityPattern(rows: expected, columnCount: extent))
      // A tridiagonal matrix needs three groups.
      #expect(sparse.directions == 3)
    }
  }

  @Test func `the values are those of the dense Hessian`() throws {
    let formula = try Formula(SparseDerivativeTests.chain)
    let point = [SparseDerivativeTests.point(12)]
    let sparse = try SparseDerivative(.hessian, of: formula, at: point, backend: .interpreter).evaluate(at: point)
    let x = point[0].doubles
    for i in 0..<12 {
      for j in 0..<12 {
        // ∂²/∂xᵢ² = 2 + 1200xᵢ² - 400xᵢ₊₁ but for the last, + 200 but for the first; ∂²/∂xᵢ∂xᵢ₊₁ = -400xᵢ.
        var expected = 0.0
        if i == j { expected = (i < 11 ? 2 + 1200 * x[i] * x[i] - 400 * x[i + 1] : 0) + (i > 0 ? 200 : 0) }
        if abs(i - j) == 1 { expected = -400 * x[min(i, j)] }
        #expect(abs(sparse[i, j] - expected) <= 1e-12 * max(abs(expected), 1), "\(i), \(j)")
      }
    }
  }

  @Test func `an arrow has two colours`() throws {
    // Everything meets the first element: columns by rows would need a colour each, symmetry needs two.
    let formula = try Formula("f(x: [9]) = sum(x[1:]^2)*x[0] + sum(sin(x[1:]))")
    let point = [SparseDerivativeTests.point(9)]
    let hessian = try SparseDerivative(.hessian, of: formula, at: point, backend: .interpreter)
    #expect(hessian.directions == 2)
    let matrix = try hessian.evaluate(at: point)
    let x = point[0].doubles
    for i in 1..<9 {
      #expect(abs(matrix[0, i] - 2 * x[i]) < 1e-12 && abs(matrix[i, 0] - 2 * x[i]) < 1e-12)
      #expect(abs(matrix[i, i] - (2 * x[0] - sin(x[i]))) < 1e-12)
    }
  }

  @Test func `a Jacobian of several results by several parameters`() throws {
    let formula = try Formula("f(x: [4], s, k: [2, 2]) = (x*s, x[:2] @ k, k[0]^2)")
    let point = [SparseDerivativeTests.point(4), Column([2.5]), Column([1.0, 2, 3, 4])]
    let jacobian = try SparseDerivative(.jacobian, of: formula, at: point, backend: .interpreter)
    let rows = [[0, 4], [1, 4], [2, 4], [3, 4], [0, 1, 5, 7], [0, 1, 6, 8], [5], [6]]
    #expect(jacobian.pattern == SparsityPattern(rows: rows, columnCount: 9))
    let matrix = try jacobian.evaluate(at: point)
    let x = point[0].doubles
    #expect(
      matrix[2, 2] == 2.5 && matrix[3, 4] == x[3] && matrix[4, 1] == 3 && matrix[5, 8] == x[1] && matrix[6, 5] == 2)
    #expect(matrix[0, 1] == 0)
  }

  @Test func `by one parameter alone, and where nothing depends on anything`() throws {
    let formula = try Formula("f(x: [3], y: [3]) = floor(x) + y^2")
    let point = [SparseDerivativeTests.point(3), Column([1.0, 2, 3])]
    let byX = try SparseDerivative(.jacobian, of: formula, by: ["x"], at: point, backend: .interpreter)
    #expect(byX.pattern.entryCount == 0)
    #expect(try byX.evaluate(at: point).values == [])
    let byY = try SparseDerivative(.jacobian, of: formula, by: ["y"], at: point, backend: .interpreter)
    #expect(try byY.evaluate(at: point).values == [2, 4, 6])
    #expect(byY.directions == 1)
  }
}
