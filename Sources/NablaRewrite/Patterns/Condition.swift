/// What must be known of a metavariable of a rule before the rule may fire.
public struct Condition: Hashable, Sendable {
  /// A property of one value, which the engine proves from the operation table's facts.
  public enum Property: String, Hashable, Sendable {
    /// Never below zero (a NaN may be: it stays one).
    case nonnegative = "not negative"
    /// Above zero over the reals; the double may underflow to zero.
    case positive
    /// Neither NaN nor infinite, whatever the inputs are.
    case finite
    /// A whole number wherever it is finite.
    case integer = "an integer"
    /// A constant other than zero.
    case nonzeroConstant = "a constant other than zero"
    /// A constant whose reciprocal is a normal number in every float type: between 2⁻¹²⁶ and 2¹²⁶ in magnitude.
    case invertibleConstant = "a constant with a reciprocal"
    /// Such a constant that is a power of two, with either sign: dividing by it is exact.
    case powerOfTwo = "a power of two"
    /// `exp` of something, or a sum of such.
    case exponentialSum = "a sum of exponentials"

    /// Whether only constants have it.
    var isOfConstants: Bool {
      switch self {
      case .nonzeroConstant, .invertibleConstant, .powerOfTwo: true
      case .nonnegative, .positive, .finite, .integer, .exponentialSum: false
      }
    }
  }

  /// The metavariable, by its number.
  public let variable: Int
  public let property: Property

  public init(_ variable: Int, _ property: Property) {
    self.variable = variable
    self.property = property
  }
}

extension Condition: CustomStringConvertible {
  public var description: String { "\(Pattern.variable(variable)) is \(property.rawValue)" }
}
