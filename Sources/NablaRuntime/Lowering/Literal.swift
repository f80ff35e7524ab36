import NablaGraph

/// A number of one element type, as machines hold it: what an exact constant rounds to.
///
/// `bits` is the pattern of a `Double` for floats and `bool` (an `f32` holds a double that is a float, a `bool` 0 or 1),
/// and an `Int64` for integers (an `i32` is sign-extended). The interpreter's registers hold numbers in the same way.
public struct Literal: Hashable, Sendable {
  public let element: ElementType
  public let bits: UInt64

  /// A number that is already held in this form.
  init(bits: UInt64, _ element: ElementType) {
    self.element = element
    self.bits = bits
  }

  /// A double, rounded or converted to the element type by the rules of ``Operation/cast``.
  public init(_ value: Double, _ element: ElementType) {
    self.element = element
    switch element {
    case .f64: bits = value.bitPattern
    case .f32: bits = Double(Float(value)).bitPattern
    case .bool: bits = (value == 0 ? 0.0 : 1.0).bitPattern
    case .i64: bits = UInt64(bitPattern: Int64(saturating: value))
    case .i32: bits = UInt64(bitPattern: Int64(Int32(saturating: value)))
    }
  }

  /// An integer; wraps in `i32`, and is rounded once in the floats.
  public init(_ value: Int64, _ element: ElementType) {
    self.element = element
    switch element {
    case .f64: bits = Double(value).bitPattern
    case .f32: bits = Double(Float(value)).bitPattern
    case .bool: bits = (value == 0 ? 0.0 : 1.0).bitPattern
    case .i64: bits = UInt64(bitPattern: value)
    case .i32: bits = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
    }
  }

  /// The value of a constant node, rounded once.
  public init(_ constant: Constant, _ element: ElementType) {
    if let integer = constant.rational?.integer {
      self.init(Int64(integer), element)
    } else if element == .f32, let rational = constant.rational {
      self.init(Literal.nearestOnSide(of: rational), element)
    } else {
      self.init(constant.double, element)
    }
  }

  /// The nearest double, moved by one step towards the exact value where it is not that value.
  ///
  /// Rounding a double again to a float errs only where the double lies on a tie of two floats and the exact value
  /// beside it; one step puts the double on the right side of the tie.
  private static func nearestOnSide(of rational: Rational) -> Double {
    let nearest = rational.double
    guard nearest.isFinite else { return nearest }
    let rounded = Rational(exactly: nearest)
    if rounded == rational { return nearest }
    return rounded < rational ? nearest.nextUp : nearest.nextDown
  }

  /// The value of a float or `bool`.
  public var double: Double { element.isInteger ? Double(integer) : Double(bitPattern: bits) }

  /// The value of an integer.
  public var integer: Int64 { Int64(bitPattern: bits) }

  /// The number in another element type, by the rules of ``Operation/cast``.
  public func cast(to target: ElementType) -> Literal {
    element.isInteger ? Literal(integer, target) : Literal(Double(bitPattern: bits), target)
  }
}

extension FixedWidthInteger where Self: SignedInteger {
  /// How a float becomes an integer: towards zero, the nearest end of the range where it lies outside, NaN is 0.
  init(saturating value: Double) {
    if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else if value.isNaN {
      self = 0
    } else {
      self = value < 0 ? .min : .max
    }
  }
}
