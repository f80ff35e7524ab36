/// What steps and the changes of the gradient along them tell of the Hessian.
///
/// Source: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition, 2006: (6.17) and (6.20) for the matrix,
/// algorithm 7.4 for the last pairs alone.
struct QuasiNewton {
  private struct Pair {
    let step: [Double]
    let change: [Double]
    /// `1 / (change · step)`.
    let scale: Double
  }

  /// How many pairs are kept; `nil` for a matrix of all.
  private let memory: Int?
  private var pairs: [Pair] = []
  /// The inverse of the Hessian, row by row.
  private var inverse: [Double] = []

  init(memory: Int?) { self.memory = memory }

  var isEmpty: Bool { memory == nil ? inverse.isEmpty : pairs.isEmpty }

  mutating func forget() {
    pairs = []
    inverse = []
  }

  /// Where to go: the negative gradient, turned and scaled by what is known.
  func direction(_ gradient: [Double]) -> [Double] {
    if isEmpty { return gradient.map { -$0 } }
    if memory == nil { return (0..<gradient.count).map { -row($0, times: gradient) } }
    var q = gradient
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = pair.scale * dot(pair.step, q)
      factors.append(factor)
      add(-factor, pair.change, to: &q)
    }
    if let last = pairs.last {
      let scale = 1 / (last.scale * dot(last.change, last.change))
      for index in q.indices { q[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      add(factor - pair.scale * dot(pair.change, q), pair.step, to: &q)
    }
    return q.map { -$0 }
  }

  /// Takes a pair in, unless the function curves down along the step: the approximation stays positive definite.
  mutating func learn(step: [Double], change: [Double]) {
    let product = dot(step, change)
    guard product > 1e-14 * step.norm * change.norm, product.isFinite else { return }
    let pair = Pair(step: step, change: change, scale: 1 / product)
    if let memory {
      if pairs.count == memory { pairs.removeFirst() }
      pairs.append(pair)
    } else {
      update(pair)
    }
  }

  private func row(_ row: Int, times vector: [Double]) -> Double {
    var sum = 0.0
    let start = row * vector.count
    for index in vector.indices { sum += inverse[start + index] * vector[index] }
    return sum
  }

  /// `H ← (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ`.
  private mutating func update(_ pair: Pair) {
    let count = pair.step.count
    if inverse.isEmpty {
      inverse = Array(repeating: 0, count: count * count)
      let scale = 1 / (pair.scale * dot(pair.change, pair.change))
      for index in 0..<count { inverse[index * count + index] = scale }
    }
    let product = (0..<count).map { row($0, times: pair.change) }
    let factor = pair.scale * (1 + pair.scale * dot(pair.change, product))
    for i in 0..<count {
      let (s, p) = (pair.step[i], product[i])
      for j in 0..<count {
        inverse[i * count + j] += factor * s * pair.step[j] - pair.scale * (p * pair.step[j] + s * product[j])
      }
    }
  }
}
