import BigInt
import NablaGraph

extension Elementwise {
  /// The exact value at exact constants, where it is exact: arithmetic of rationals, comparisons, rounding, and
  /// functions at points where their value is known.
  func exactValue(of constants: [Constant]) -> Constant? {
    if typing == .logical || self == .select { return logicalValue(of: constants) }
    let rationals = constants.compactMap(\.rational)
    guard rationals.count == constants.count, let x = rationals.first else { return nil }
    if rationals.count == 1, x.isZero, facts.contains(.zeroPreserving) { return .zero }
    let y = rationals.count > 1 ? rationals[1] : .zero
    switch self {
    case .negate: return .rational(-x)
    case .add: return capped(x + y)
    case .subtract: return capped(x - y)
    case .multiply: return capped(x * y)
    case .divide: return y.isZero ? nil : capped(x / y)
    case .power: return x.power(y).map { .rational($0) }
    case .sqrt: return x.squareRoot.map { .rational($0) }
    case .hypot: return (x * x + y * y).squareRoot.map { .rational($0) }
    case .strongMultiply: return capped(x * y)
    case .abs: return .rational(x.magnitude)
    case .sign: return Constant(x.isZero ? 0 : x.isNegative ? -1 : 1)
    case .floor: return .rational(Rational(x.floor, 1))
    case .ceil: return .rational(-Rational((-x).floor, 1))
    case .trunc: return .rational(x.isNegative ? -Rational((-x).floor, 1) : Rational(x.floor, 1))
    case .round: return .rational(x.roundedToEven)
    case .min: return .rational(Swift.min(x, y))
    case .max: return .rational(Swift.max(x, y))
    case .clamp: return .rational(Swift.min(Swift.max(x, y), rationals[2]))
    case .mod: return y.isZero ? nil : capped(x - y * Rational((x / y).floor, 1))
    case .floorDivide: return y.isZero ? nil : capped(Rational((x / y).floor, 1))
    case .step: return x.isNegative || x.isZero ? .zero : .one
    case .relu: return .rational(x.isNegative ? .zero : x)
    case .identity: return constants[0]
    case .equal: return .boolean(x == y)
    case .notEqual: return .boolean(x != y)
    case .less: return .boolean(x < y)
    case .lessEqual: return .boolean(x <= y)
    default: return knownValue(at: x)
    }
  }

  private func capped(_ value: Rational) -> Constant? { value.bitWidth <= Rational.bitLimit ? .rational(value) : nil }

  private func logicalValue(of constants: [Constant]) -> Constant? {
    guard case .boolean(let a) = constants[0] else { return nil }
    if self == .not { return .boolean(!a) }
    if self == .select { return constants[a ? 1 : 2] }
    guard case .boolean(let b) = constants[1] else { return nil }
    switch self {
    case .and: return .boolean(a && b)
    case .or: return .boolean(a || b)
    default: return nil
    }
  }

  /// Points beside zero of a zero-preserving function where the value is a rational number.
  private func knownValue(at x: Rational) -> Constant? {
    switch self {
    case .exp where x.isOne: return .e
    case .exp, .cos, .cosh, .sec, .sech, .erfc: return x.isZero ? .one : nil
    case .exp2: return x.integer.flatMap { Rational(2).power($0, bitLimit: Rational.bitLimit) }.map { .rational($0) }
    case .log, .acos, .acosh, .asec, .asech: return x.isOne ? .zero : nil
    case .log2: return x.exactLogarithm(base: 2).map { Constant($0) }
    case .log10: return x.exactLogarithm(base: 10).map { Constant($0) }
    case .sigmoid: return x.isZero ? .rational(.half) : nil
    case .cbrt: return x.cubeRoot.map { .rational($0) }
    case .gamma:
      guard let n = x.integer, n > 0, n <= 100 else { return nil }
      return .rational(Rational((1..<Swift.max(n, 2)).reduce(BigInt(1)) { $0 * BigInt($1) }, 1))
    case .lgamma: return x.isOne || x == 2 ? .zero : nil
    default: return nil
    }
  }
}

extension Rational {
  fileprivate var roundedToEven: Rational {
    let below = Rational(floor, 1)
    let rest = self - below
    if rest < .half || (rest == .half && below.numerator.isMultiple(of: 2)) { return below }
    return below + 1
  }

  fileprivate var cubeRoot: Rational? {
    // The nearest integers to the cube roots of both parts, checked exactly.
    func root(_ value: BigInt) -> BigInt? {
      guard value.bitWidth < 60 else { return nil }
      let guess = BigInt(Double(Int64(value)).magnitudeCubeRoot)
      return guess * guess * guess == value.magnitude ? (value.signum() < 0 ? -guess : guess) : nil
    }
    guard let n = root(numerator), let d = root(denominator) else { return nil }
    return Rational(n, d)
  }

  /// The exponent of an exact integer power of a small base.
  fileprivate func exactLogarithm(base: Int) -> Int? {
    guard !isZero, !isNegative, bitWidth <= Rational.bitLimit else { return nil }
    var value = self < .one ? Rational.one / self : self
    var exponent = 0
    while value > .one, value.isInteger {
      value = value / Rational(base)
      exponent += 1
    }
    return value.isOne ? (self < .one ? -exponent : exponent) : nil
  }
}

extension Double {
  fileprivate var magnitudeCubeRoot: Double { Elementwise.cbrt.definition.evaluation.scalar(magnitude, 0, 0).rounded() }
}
