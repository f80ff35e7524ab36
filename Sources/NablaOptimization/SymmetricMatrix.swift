/// A Hessian, factored for Newton's method.
struct SymmetricMatrix {
  private let count: Int
  private var entries: [Double]

  /// - Parameter entries: row by row; the mean of both triangles counts.
  init(_ entries: [Double], count: Int) {
    precondition(entries.count == count * count, "a square matrix")
    self.count = count
    self.entries = entries
    for i in 0..<count {
      for j in 0..<i {
        let mean = (entries[i * count + j] + entries[j * count + i]) / 2
        self.entries[i * count + j] = mean
        self.entries[j * count + i] = mean
      }
    }
  }

  private var largest: Double { entries.largestMagnitude }

  /// Newton's direction `-(H + τI)⁻¹ g` with the first `τ ≥ 0` that makes the matrix positive definite.
  ///
  /// Source: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition, 2006, algorithm 3.3.
  ///
  /// - Returns: `nil` where an entry is not finite.
  func descent(_ gradient: [Double]) -> [Double]? {
    guard entries.allSatisfy(\.isFinite) else { return nil }
    let scale = max(largest, 1e-300)
    let least = (0..<count).map { entries[$0 * count + $0] }.min() ?? 0
    var shift = least > 0 ? 0 : -least + 1e-3 * scale
    // The shift doubles, so that it reaches the norm of the matrix soon; a shift beyond that is always enough.
    for _ in 0..<64 {
      if case .factor(let lower) = cholesky(adding: shift) { return solve(lower, gradient).map { -$0 } }
      shift = max(2 * shift, 1e-3 * scale)
    }
    return gradient.map { -$0 }
  }

  /// A direction along which the quadratic form is clearly negative, where there is one.
  func negativeCurvature() -> [Double]? {
    guard entries.allSatisfy(\.isFinite) else { return nil }
    // Up to rounding, a semidefinite matrix has none.
    let noise = 1e-9 * largest
    guard case .negative(let column, let pivot, let lower) = cholesky(adding: noise), pivot < 0 else { return nil }
    // vᵀHv is the pivot for the v whose product with the factor is the unit vector of the column.
    var v = [Double](repeating: 0, count: count)
    v[column] = 1
    for i in (0..<column).reversed() {
      var sum = -lower[column * count + i]
      for k in i + 1..<max(column, i + 1) { sum -= lower[k * count + i] * v[k] }
      v[i] = sum / lower[i * count + i]
    }
    return v
  }

  private enum Factoring {
    /// The lower triangle.
    case factor([Double])
    /// Not positive definite: the column, its pivot and the triangle so far.
    case negative(Int, Double, [Double])
  }

  private func cholesky(adding shift: Double) -> Factoring {
    var lower = entries
    for i in 0..<count { lower[i * count + i] += shift }
    let least = 1e-14 * max(largest, abs(shift))
    for j in 0..<count {
      var pivot = lower[j * count + j]
      for k in 0..<j { pivot -= lower[j * count + k] * lower[j * count + k] }
      guard pivot > least else { return .negative(j, pivot, lower) }
      let root = pivot.squareRoot()
      lower[j * count + j] = root
      for i in j + 1..<max(count, j + 1) {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        lower[i * count + j] = sum / root
      }
    }
    return .factor(lower)
  }

  /// `(L Lᵀ)⁻¹ b`.
  private func solve(_ lower: [Double], _ b: [Double]) -> [Double] {
    var x = b
    for i in 0..<count {
      for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
      x[i] /= lower[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in i + 1..<max(count, i + 1) { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }
}
