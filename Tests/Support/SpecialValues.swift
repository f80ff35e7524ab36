/// Numbers at which functions go wrong.
public let specialValues: [Double] = [
  0, -0.0, 1, -1, 0.5, -0.5, 2, -2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
  .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-300, 1e300, 710, -746, 3, 1e17,
]

/// Equal bits, or both NaN.
public func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

/// Relative to the larger magnitude, absolute below one.
public func difference(_ a: Double, _ b: Double) -> Double {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  return abs(a - b) / max(1, abs(a), abs(b))
}

/// How far two doubles are apart, in units in the last place; 0 for two NaNs, and for equal bits.
public func ulps(_ a: Double, _ b: Double) -> UInt64 {
  if same(a, b) { return 0 }
  if a.isNaN || b.isNaN { return .max }
  func key(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits < 0 ? .min &- bits : bits
  }
  let distance =
    key(a) < key(b) ? key(b).subtractingReportingOverflow(key(a)) : key(a).subtractingReportingOverflow(key(b))
  // Zeros of two signs are a difference of bits, but of no ulp.
  return distance.overflow ? .max : max(1, distance.partialValue.magnitude)
}
