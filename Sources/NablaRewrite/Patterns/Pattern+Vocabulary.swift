import NablaGraph

// The words that the files of rules are written in. Typed, so that a table of rules type-checks quickly.

let x = Pattern.variable(0)
let y = Pattern.variable(1)
let z = Pattern.variable(2)
let w = Pattern.variable(3)
let pi = Pattern.constant(.pi)
let half = Pattern.constant(.rational(.half))
let truth = Pattern.constant(.boolean(true))
let falsity = Pattern.constant(.boolean(false))

/// An operation applied to patterns; the functions below are the ones that rules mention.
func of(_ f: Elementwise, _ operands: Pattern...) -> Pattern { .apply(f, operands) }

func sqrt(_ a: Pattern) -> Pattern { of(.sqrt, a) }
func exp(_ a: Pattern) -> Pattern { of(.exp, a) }
func log(_ a: Pattern) -> Pattern { of(.log, a) }
func log1p(_ a: Pattern) -> Pattern { of(.log1p, a) }
func expm1(_ a: Pattern) -> Pattern { of(.expm1, a) }
func log1mexp(_ a: Pattern) -> Pattern { of(.log1mexp, a) }
func logaddexp(_ a: Pattern, _ b: Pattern) -> Pattern { of(.logaddexp, a, b) }
func sigmoid(_ a: Pattern) -> Pattern { of(.sigmoid, a) }
func softplus(_ a: Pattern) -> Pattern { of(.softplus, a) }
func sin(_ a: Pattern) -> Pattern { of(.sin, a) }
func cos(_ a: Pattern) -> Pattern { of(.cos, a) }
func tan(_ a: Pattern) -> Pattern { of(.tan, a) }
func sinh(_ a: Pattern) -> Pattern { of(.sinh, a) }
func cosh(_ a: Pattern) -> Pattern { of(.cosh, a) }
func tanh(_ a: Pattern) -> Pattern { of(.tanh, a) }
func erf(_ a: Pattern) -> Pattern { of(.erf, a) }
func erfc(_ a: Pattern) -> Pattern { of(.erfc, a) }
func abs(_ a: Pattern) -> Pattern { of(.abs, a) }
func sign(_ a: Pattern) -> Pattern { of(.sign, a) }
func not(_ a: Pattern) -> Pattern { of(.not, a) }
func select(_ condition: Pattern, _ a: Pattern, _ b: Pattern) -> Pattern { of(.select, condition, a, b) }

infix operator ** : ExponentiationPrecedence
precedencegroup ExponentiationPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

extension Pattern {
  static prefix func - (a: Pattern) -> Pattern { of(.negate, a) }
  static func + (a: Pattern, b: Pattern) -> Pattern { of(.add, a, b) }
  static func - (a: Pattern, b: Pattern) -> Pattern { of(.subtract, a, b) }
  static func * (a: Pattern, b: Pattern) -> Pattern { of(.multiply, a, b) }
  static func / (a: Pattern, b: Pattern) -> Pattern { of(.divide, a, b) }
  static func ** (a: Pattern, b: Pattern) -> Pattern { of(.power, a, b) }
  static func < (a: Pattern, b: Pattern) -> Pattern { of(.less, a, b) }
  static func <= (a: Pattern, b: Pattern) -> Pattern { of(.lessEqual, a, b) }
}

// What guards say of a metavariable.
extension Pattern {
  var isNonnegative: Condition { condition(.nonnegative) }
  var isPositive: Condition { condition(.positive) }
  var isFinite: Condition { condition(.finite) }
  var isInteger: Condition { condition(.integer) }
  var isNonzeroConstant: Condition { condition(.nonzeroConstant) }
  var isInvertibleConstant: Condition { condition(.invertibleConstant) }
  var isPowerOfTwo: Condition { condition(.powerOfTwo) }
  var isSumOfExponentials: Condition { condition(.exponentialSum) }

  private func condition(_ property: Condition.Property) -> Condition {
    guard case .variable(let index) = self else { preconditionFailure("a guard on something that is no metavariable") }
    return Condition(index, property)
  }
}
