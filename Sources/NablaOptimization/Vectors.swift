func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

func subtract(_ a: [Double], _ b: [Double]) -> [Double] { a.indices.map { a[$0] - b[$0] } }

/// `y ← y + factor * x`.
func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
  for index in y.indices { y[index] += factor * x[index] }
}

extension [Double] {
  var norm: Double { dot(self, self).squareRoot() }

  /// 0 for no numbers, NaN where one is.
  var largestMagnitude: Double { reduce(0) { $1.isNaN || $0.isNaN ? .nan : Swift.max($0, abs($1)) } }
}
