/// The exact value of a constant node. Its element type is the node's, and rounding happens once, at the very end.
public enum Constant: Hashable, Sendable {
  case rational(Rational)
  /// The circle constant π.
  case pi
  /// The base of the natural logarithm.
  case e
  /// A double that no rational stands for (NaN, ±∞, −0), or the rounded result of a function, by its bit pattern.
  case bits(UInt64)
  case boolean(Bool)

  public static let zero = Constant.rational(.zero)
  public static let one = Constant.rational(.one)
  public static let infinity = Constant.bits(Double.infinity.bitPattern)
  public static let nan = Constant.bits(Double.nan.bitPattern)

  public init(_ value: Int) { self = .rational(Rational(value)) }

  /// The exact value of a double: a rational where it is finite and not −0, else its bits.
  public init(exactly value: Double) {
    if value.isFinite, !(value == 0 && value.sign == .minus) {
      self = .rational(Rational(exactly: value))
    } else if value.isNaN {
      self = .nan
    } else {
      self = .bits(value.bitPattern)
    }
  }

  /// The nearest double.
  public var double: Double {
    switch self {
    case .rational(let value): value.double
    case .pi: 0x1.921fb54442d18p+1
    case .e: 0x1.5bf0a8b145769p+1
    case .bits(let bits): Double(bitPattern: bits)
    case .boolean(let value): value ? 1 : 0
    }
  }

  @inlinable public var rational: Rational? {
    if case .rational(let value) = self { value } else { nil }
  }

  /// Whether a node of this element type may have the value; a float type takes every number and rounds it once.
  public func isValue(of element: ElementType) -> Bool {
    switch self {
    case .boolean: return element == .bool
    case .pi, .e, .bits: return element.isFloat
    case .rational(let value):
      switch element {
      case .f32, .f64: return true
      case .i64: return value.integer != nil
      case .i32: return value.integer.map { Int32(exactly: $0) != nil } ?? false
      case .bool: return false
      }
    }
  }

  public var isZero: Bool { self == .zero }
  public var isOne: Bool { self == .one }
}

extension Constant: CustomStringConvertible {
  /// The spelling of the graph's textual form: `3`, `-1/2`, `pi`, `e`, `true`, `inf`, `-inf`, `nan`, `bits:` and hex.
  public var description: String {
    switch self {
    case .rational(let value): return value.description
    case .pi: return "pi"
    case .e: return "e"
    case .boolean(let value): return value ? "true" : "false"
    case .bits(let bits):
      // Only the one NaN that ``nan`` stands for has a word; another keeps its payload.
      let value = Double(bitPattern: bits)
      if self == .nan { return "nan" }
      if value.isInfinite { return value < 0 ? "-inf" : "inf" }
      return "bits:" + String(bits, radix: 16)
    }
  }
}
