import BigInt

/// An exact ratio of integers in lowest terms, with a positive denominator.
///
/// Nearly every number of a formula fits two machine words, so those are kept inline; what overflows moves to
/// `BigInt`. A value that fits is always `small`, so equality and hashing are by content.
public struct Rational: Hashable, Sendable {
  @usableFromInline
  enum Storage: Hashable, Sendable {
    case small(Int, Int)
    indirect case big(BigInt, BigInt)
  }

  @usableFromInline let storage: Storage

  @inlinable init(_ storage: Storage) { self.storage = storage }

  @inlinable public static var zero: Rational { Rational(0) }
  @inlinable public static var one: Rational { Rational(1) }
  @inlinable public static var minusOne: Rational { Rational(-1) }
  @inlinable public static var half: Rational { Rational(.small(1, 2)) }

  @inlinable public init(_ value: Int) { storage = .small(value, 1) }

  /// - Precondition: the denominator is not zero.
  public init(_ numerator: BigInt, _ denominator: BigInt) {
    precondition(!denominator.isZero, "a rational has no zero denominator")
    if denominator == 1 {
      storage = Int(exactly: numerator).map { .small($0, 1) } ?? .big(numerator, denominator)
      return
    }
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let sign: BigInt = denominator.sign == .minus ? -1 : 1
    let n = sign * numerator / divisor
    let d = sign * denominator / divisor
    if let n = Int(exactly: n), let d = Int(exactly: d) {
      storage = .small(n, d)
    } else {
      storage = .big(n, d)
    }
  }

  /// - Precondition: the denominator is not zero.
  public init(_ numerator: Int, _ denominator: Int) {
    precondition(denominator != 0, "a rational has no zero denominator")
    if numerator == .min || denominator == .min {
      self.init(BigInt(numerator), BigInt(denominator))
      return
    }
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = denominator < 0 ? -Int(a) : Int(a)
    self.init(.small(numerator / divisor, denominator / divisor))
  }

  /// The exact value of a finite double.
  ///
  /// - Precondition: `value` is finite.
  public init(exactly value: Double) {
    precondition(value.isFinite, "only finite doubles are rational")
    if let integer = Int(exactly: value) {
      self.init(integer)
      return
    }
    // An odd significand over a power of two is in lowest terms.
    let significand = Int64(value.significand * 0x1p52)
    let zeros = significand.trailingZeroBitCount
    let odd = Int(significand >> zeros) * (value < 0 ? -1 : 1)
    let exponent = Int(value.exponent) - 52 + zeros
    if exponent >= 0 {
      self.init(.big(BigInt(odd) << exponent, 1))
    } else if exponent > -Int.bitWidth + 1 {
      self.init(.small(odd, 1 << -exponent))
    } else {
      self.init(.big(BigInt(odd), BigInt(1) << -exponent))
    }
  }

  public var numerator: BigInt {
    switch storage {
    case .small(let n, _): BigInt(n)
    case .big(let n, _): n
    }
  }

  public var denominator: BigInt {
    switch storage {
    case .small(_, let d): BigInt(d)
    case .big(_, let d): d
    }
  }

  @inlinable public var isZero: Bool {
    if case .small(0, _) = storage { true } else { false }
  }

  @inlinable public var isOne: Bool {
    if case .small(1, 1) = storage { true } else { false }
  }

  @inlinable public var isInteger: Bool {
    switch storage {
    case .small(_, let d): d == 1
    case .big: isBigInteger
    }
  }

  @inlinable public var isNegative: Bool {
    switch storage {
    case .small(let n, _): n < 0
    case .big: isBigNegative
    }
  }

  @usableFromInline var isBigInteger: Bool { denominator == 1 }
  @usableFromInline var isBigNegative: Bool { numerator.sign == .minus }

  /// The value as a machine integer, where it is one.
  @inlinable public var integer: Int? {
    if case .small(let n, 1) = storage { n } else { nil }
  }

  /// The number of bits of numerator and denominator together, 128 for all that fit machine words: what exact arithmetic
  /// must be bounded by.
  public var bitWidth: Int {
    switch storage {
    case .small: 128
    case .big(let n, let d): n.bitWidth + d.bitWidth
    }
  }

  /// `nil` for zero.
  public var reciprocal: Rational? { isZero ? nil : Rational.one / self }

  @inlinable public var magnitude: Rational { isNegative ? -self : self }
}

extension Rational {
  @inlinable
  public static func == (a: Rational, b: Rational) -> Bool {
    if case .small(let n, let d) = a.storage, case .small(let m, let e) = b.storage { return n == m && d == e }
    return isEqual(a, b)
  }

  @usableFromInline static func isEqual(_ a: Rational, _ b: Rational) -> Bool { a.storage == b.storage }
}

// MARK: - Arithmetic

extension Rational {
  @inlinable public static func + (a: Rational, b: Rational) -> Rational {
    if case .small(let n, 1) = a.storage, case .small(let m, 1) = b.storage {
      let (sum, overflow) = n.addingReportingOverflow(m)
      if !overflow { return Rational(sum) }
    }
    return sum(a, b)
  }

  @usableFromInline static func sum(_ a: Rational, _ b: Rational) -> Rational {
    if case .small(let n, let d) = a.storage, case .small(let m, let e) = b.storage {
      let (x, o1) = n.multipliedReportingOverflow(by: e)
      let (y, o2) = m.multipliedReportingOverflow(by: d)
      let (top, o3) = x.addingReportingOverflow(y)
      let (bottom, o4) = d.multipliedReportingOverflow(by: e)
      if !(o1 || o2 || o3 || o4) { return bottom == 1 ? Rational(top) : Rational(top, bottom) }
    }
    return Rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
  }

  @inlinable public static func * (a: Rational, b: Rational) -> Rational {
    if case .small(let n, 1) = a.storage, case .small(let m, 1) = b.storage {
      let (product, overflow) = n.multipliedReportingOverflow(by: m)
      if !overflow { return Rational(product) }
    }
    return product(a, b)
  }

  @usableFromInline static func product(_ a: Rational, _ b: Rational) -> Rational {
    if case .small(let n, let d) = a.storage, case .small(let m, let e) = b.storage {
      let (top, o1) = n.multipliedReportingOverflow(by: m)
      let (bottom, o2) = d.multipliedReportingOverflow(by: e)
      if !(o1 || o2) { return bottom == 1 ? Rational(top) : Rational(top, bottom) }
    }
    return Rational(a.numerator * b.numerator, a.denominator * b.denominator)
  }

  /// - Precondition: `b` is not zero.
  public static func / (a: Rational, b: Rational) -> Rational {
    if case .small(let n, let d) = a.storage, case .small(let m, let e) = b.storage {
      let (top, o1) = n.multipliedReportingOverflow(by: e)
      let (bottom, o2) = d.multipliedReportingOverflow(by: m)
      if !(o1 || o2) { return Rational(top, bottom) }
    }
    return Rational(a.numerator * b.denominator, a.denominator * b.numerator)
  }

  @inlinable public static prefix func - (a: Rational) -> Rational {
    if case .small(let n, let d) = a.storage, n != .min { return Rational(.small(-n, d)) }
    return bigNegative(a)
  }

  @usableFromInline static func bigNegative(_ a: Rational) -> Rational { Rational(-a.numerator, a.denominator) }

  public static func - (a: Rational, b: Rational) -> Rational { a + -b }

  /// The power with a machine integer.
  ///
  /// - Returns: `nil` for `0` to a negative power, or where the result would exceed `bitLimit` bits: a tower of powers
  ///   must not hang the compiler.
  public func power(_ exponent: Int, bitLimit: Int = 4096) -> Rational? {
    if exponent == 0 { return .one }
    if isZero { return exponent > 0 ? .zero : nil }
    if magnitude.isOne { return exponent & 1 == 1 ? self : .one }
    if let power = smallPower(exponent) { return power }
    let width = numerator.bitWidth + denominator.bitWidth
    let (bits, overflow) = width.multipliedReportingOverflow(by: Int(clamping: exponent.magnitude))
    if overflow || bits > bitLimit { return nil }
    let n = Int(exponent.magnitude)
    let result = Rational(numerator.power(n), denominator.power(n))
    return exponent > 0 ? result : result.reciprocal
  }

  /// The power where everything fits machine words. Lowest terms stay lowest terms.
  private func smallPower(_ exponent: Int) -> Rational? {
    guard case .small(let n, let d) = storage, exponent.magnitude < 64 else { return nil }
    var (top, bottom) = (1, 1)
    for _ in 0..<exponent.magnitude {
      let (x, o1) = top.multipliedReportingOverflow(by: n)
      let (y, o2) = bottom.multipliedReportingOverflow(by: d)
      if o1 || o2 || x == .min { return nil }
      (top, bottom) = (x, y)
    }
    if exponent > 0 { return Rational(.small(top, bottom)) }
    return top < 0 ? Rational(.small(-bottom, -top)) : Rational(.small(bottom, top))
  }

  /// The largest integer not above the value.
  public var floor: BigInt {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder.signum() < 0 ? quotient - 1 : quotient
  }
}

extension Rational: Comparable {
  public static func < (a: Rational, b: Rational) -> Bool {
    if case .small(let n, let d) = a.storage, case .small(let m, let e) = b.storage {
      let x = n.multipliedFullWidth(by: e)
      let y = m.multipliedFullWidth(by: d)
      return (x.high, x.low) < (y.high, y.low)
    }
    return a.numerator * b.denominator < b.numerator * a.denominator
  }
}

extension Rational: CustomStringConvertible, ExpressibleByIntegerLiteral {
  @inlinable public init(integerLiteral value: Int) { self.init(value) }

  public var description: String { isInteger ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
