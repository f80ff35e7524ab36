/// The elementwise operations: `r[i] = f(x[i], …)`, with broadcasting.
///
/// The set is closed under differentiation. Everything known about a case stands in its one row of
/// `Elementwise+Table.swift`; a case without a row does not compile.
public enum Elementwise: UInt8, CaseIterable, Hashable, Sendable {
  // Arithmetic
  case negate, add, subtract, multiply, divide, power, strongMultiply
  // Roots, exponentials, logarithms
  case sqrt, cbrt, exp, exp2, expm1, log, log2, log10, log1p
  // Circular functions and inverses
  case sin, cos, tan, cot, sec, csc, asin, acos, atan, acot, asec, acsc, atan2
  // Hyperbolic functions and inverses
  case sinh, cosh, tanh, coth, sech, csch, asinh, acosh, atanh, acoth, asech, acsch
  // Piecewise
  case abs, sign, floor, ceil, round, trunc, min, max, clamp, mod, floorDivide, step, relu
  // Special functions
  case hypot, erf, erfc, erfi, gamma, lgamma, digamma, polygamma
  // Compounds that exist for numerical stability
  case xlogx, xlogy, log1mexp, logaddexp, sigmoid, softplus
  case identity
  // Comparison, logic, selection
  case equal, notEqual, less, lessEqual, and, or, not, select

  /// The name in programs, in the graph's textual form and in the manual.
  public var name: String { definition.name }
  /// The number of operands.
  public var arity: Int { Elementwise.arities[Int(rawValue)] }
  /// The facts of the table's row, without touching the rest of it.
  public var facts: Facts { Elementwise.facts[Int(rawValue)] }
  /// The cost of the table's row.
  public var cost: Int { Elementwise.costs[Int(rawValue)] }
  /// The element types of the table's row.
  public var typing: Typing { Elementwise.typings[Int(rawValue)] }
  /// The partial derivatives of the table's row.
  public var slopes: [Rule] { Elementwise.slopes[Int(rawValue)] }
  /// The row of the table.
  public var definition: Definition { Elementwise.definitions[Int(rawValue)] }

  /// The operation of a name, or `nil`.
  public init?(named name: String) {
    guard let found = Elementwise.byName[name] else { return nil }
    self = found
  }

  private static let definitions: [Definition] = allCases.map(define)
  private static let facts: [Facts] = definitions.map(\.facts)
  private static let slopes: [[Rule]] = definitions.map(\.slopes)
  private static let typings: [Typing] = definitions.map(\.typing)
  private static let costs: [Int] = definitions.map(\.cost)
  private static let arities: [Int] = definitions.map(\.arity)
  private static let byName: [String: Elementwise] = Dictionary(
    allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Elementwise: CustomStringConvertible {
  public var description: String { name }
}
