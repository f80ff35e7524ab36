/// A derivative rule: a small expression over an operation's operands and its own value.
///
/// A rule is data. The same rule is instantiated into graphs, evaluated in tests and printed in the manual.
public indirect enum Rule: Hashable, Sendable {
  case operand(Int)
  /// The operation's own value, which need not be computed again.
  case result
  case constant(Constant)
  case apply(Elementwise, [Rule])

  /// The value at a point.
  public func evaluate(operands: [Double], result: Double) -> Double {
    switch self {
    case .operand(let index): return operands[index]
    case .result: return result
    case .constant(let constant): return constant.double
    case .apply(let f, let arguments):
      var values = arguments.map { $0.evaluate(operands: operands, result: result) }
      while values.count < 3 { values.append(0) }
      return f.definition.evaluation.scalar(values[0], values[1], values[2])
    }
  }
}

extension Rule: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .constant(Constant(value)) }

  static prefix func - (a: Rule) -> Rule { .apply(.negate, [a]) }
  static func + (a: Rule, b: Rule) -> Rule { .apply(.add, [a, b]) }
  static func - (a: Rule, b: Rule) -> Rule { .apply(.subtract, [a, b]) }
  static func * (a: Rule, b: Rule) -> Rule { .apply(.multiply, [a, b]) }
  static func / (a: Rule, b: Rule) -> Rule { .apply(.divide, [a, b]) }
  static func == (a: Rule, b: Rule) -> Rule { .apply(.equal, [a, b]) }
  static func < (a: Rule, b: Rule) -> Rule { .apply(.less, [a, b]) }
  static func <= (a: Rule, b: Rule) -> Rule { .apply(.lessEqual, [a, b]) }
  static func && (a: Rule, b: Rule) -> Rule { .apply(.and, [a, b]) }
  static func || (a: Rule, b: Rule) -> Rule { .apply(.or, [a, b]) }
}
