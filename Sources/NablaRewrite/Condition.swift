/// What must be known of a metavariable of a rule before the rule may fire.
public struct Condition: Hashable, Sendable {
  /// A property of one value.
  public enum Property: Hashable, Sendable {
    case nonnegative, positive, finite, integer, constant
  }

  /// The metavariable, by its number.
  public let variable: Int
  public let property: Property

  public init(_ variable: Int, _ property: Property) {
    self.variable = variable
    self.property = property
  }
}
