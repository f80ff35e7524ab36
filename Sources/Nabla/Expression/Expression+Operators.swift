import NablaGraph

// Operators and the functions that formulas use most. Every other operation of the table is `Expression.apply(_:_:)`.

extension Expression {
  public static prefix func - (a: Expression) -> Expression { apply(.negate, a) }
  public static func + (a: Expression, b: Expression) -> Expression { apply(.add, a, b) }
  public static func - (a: Expression, b: Expression) -> Expression { apply(.subtract, a, b) }
  public static func * (a: Expression, b: Expression) -> Expression { apply(.multiply, a, b) }
  public static func / (a: Expression, b: Expression) -> Expression { apply(.divide, a, b) }
}

public func pow(_ a: Expression, _ b: Expression) -> Expression { .apply(.power, a, b) }
public func sqrt(_ x: Expression) -> Expression { .apply(.sqrt, x) }
public func exp(_ x: Expression) -> Expression { .apply(.exp, x) }
public func log(_ x: Expression) -> Expression { .apply(.log, x) }
public func sin(_ x: Expression) -> Expression { .apply(.sin, x) }
public func cos(_ x: Expression) -> Expression { .apply(.cos, x) }
public func tan(_ x: Expression) -> Expression { .apply(.tan, x) }
public func tanh(_ x: Expression) -> Expression { .apply(.tanh, x) }
public func sigmoid(_ x: Expression) -> Expression { .apply(.sigmoid, x) }
public func abs(_ x: Expression) -> Expression { .apply(.abs, x) }
public func max(_ a: Expression, _ b: Expression) -> Expression { .apply(.max, a, b) }
public func min(_ a: Expression, _ b: Expression) -> Expression { .apply(.min, a, b) }
