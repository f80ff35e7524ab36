import BigInt

extension Rational {
  /// The nearest double, ties to even; overflows to ±∞, underflows through the subnormals.
  public var double: Double {
    // Where both parts convert exactly, IEEE division rounds once; so does the conversion of an integer.
    if case .small(let n, let d) = storage {
      if d == 1 { return Double(n) }
      if let n = Double(exactly: n), let d = Double(exactly: d) { return n / d }
    }
    return Rational.nearest(numerator, denominator)
  }

  /// Scales the quotient to at least 65 significant bits, folds the remainder into a sticky bit, and rounds once.
  private static func nearest(_ numerator: BigInt, _ denominator: BigInt) -> Double {
    let n = numerator.magnitude
    let d = denominator.magnitude
    let shift = d.bitWidth - n.bitWidth + 66
    let (top, bottom) = shift >= 0 ? (n << shift, d) : (n, d << -shift)
    var (quotient, remainder) = top.quotientAndRemainder(dividingBy: bottom)
    if !remainder.isZero { quotient |= 1 }
    // The magnitude is quotient · 2^-shift; subnormals keep fewer bits.
    let exponent = quotient.bitWidth - 1 - shift
    let precision = exponent >= -1022 ? 53 : max(0, 53 - (-1022 - exponent))
    let dropped = quotient.bitWidth - precision
    var kept = quotient >> dropped
    let rest = quotient - (kept << dropped)
    let half = BigUInt(1) << (dropped - 1)
    if rest > half || (rest == half && kept & 1 == 1) { kept += 1 }
    let magnitude = Rational.scale(Double(UInt64(clamping: kept)), by: dropped - shift)
    return numerator.signum() < 0 ? -magnitude : magnitude
  }

  /// `value · 2^exponent` in exact steps, since `2^exponent` alone may not be a double.
  private static func scale(_ value: Double, by exponent: Int) -> Double {
    var result = value
    var left = min(max(exponent, -4000), 4000)
    while left != 0 {
      let step = min(max(left, -1000), 1000)
      result *= Double(sign: .plus, exponent: step, significand: 1)
      left -= step
    }
    return result
  }
}
