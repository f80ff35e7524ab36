import BigInt
import NablaGraph

/// Arithmetic of exact numbers, within bounds: a result that would grow too large is left to the run.
enum ExactArithmetic {
  private static let bitLimit = 4096

  /// The exact result, or `nil` where there is none (division by zero, a root) or it is too large.
  static func apply(_ infix: InfixOperator, _ a: Rational, _ b: Rational) -> Rational? {
    if a.bitWidth > bitLimit || b.bitWidth > bitLimit { return nil }
    switch infix {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return b.isZero ? nil : a / b
    case .floorDivide: return b.isZero ? nil : Rational((a / b).floor, 1)
    case .power: return b.integer.flatMap { a.power($0, bitLimit: bitLimit) }
    default: return nil
    }
  }

  /// Functions that sizes need, and that stay exact.
  static func apply(_ f: Elementwise, _ operands: [Rational]) -> Rational? {
    switch (f, operands.count) {
    case (.mod, 2):
      if operands[1].isZero || operands.contains(where: { $0.bitWidth > bitLimit }) { return nil }
      return operands[0] - operands[1] * Rational((operands[0] / operands[1]).floor, 1)
    case (.min, 2): return Swift.min(operands[0], operands[1])
    case (.max, 2): return Swift.max(operands[0], operands[1])
    default: return nil
    }
  }

  /// The truth of a comparison of two exact numbers.
  static func compare(_ infix: InfixOperator, _ a: Constant, _ b: Constant) -> Bool? {
    if let x = a.rational, let y = b.rational {
      switch infix {
      case .equal: return x == y
      case .notEqual: return x != y
      case .less: return x < y
      case .lessOrEqual: return x <= y
      case .greater: return y < x
      case .greaterOrEqual: return y <= x
      default: return nil
      }
    }
    let (x, y) = (a.double, b.double)
    switch infix {
    case .equal: return x == y
    case .notEqual: return x != y
    case .less: return x < y
    case .lessOrEqual: return x <= y
    case .greater: return x > y
    case .greaterOrEqual: return x >= y
    default: return nil
    }
  }

  static func negate(_ value: Constant) -> Constant? {
    switch value {
    case .rational(let number): .rational(-number)
    case .bits(let bits): Double(bitPattern: bits).isNaN ? value : .bits(bits ^ (1 << 63))
    default: nil
    }
  }
}
