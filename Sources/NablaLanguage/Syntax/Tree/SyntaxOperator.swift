/// The operators that stand between two operands, without the pipe, which is a node kind of its own.
public enum InfixOperator: UInt8, CaseIterable, Hashable, Sendable {
  case or, and
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case add, subtract
  case multiply, divide, floorDivide, contract
  case power

  /// The ASCII spelling.
  public var spelling: String {
    switch self {
    case .or: "or"
    case .and: "and"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .floorDivide: "//"
    case .contract: "@"
    case .power: "^"
    }
  }

  public var isComparison: Bool { level == .comparison }

  /// How tightly the operator binds.
  var level: Level {
    switch self {
    case .or: .or
    case .and: .and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
    case .add, .subtract: .sum
    case .multiply, .divide, .floorDivide, .contract: .product
    case .power: .power
    }
  }
}

/// The operators that stand before their operand.
public enum PrefixOperator: UInt8, CaseIterable, Hashable, Sendable {
  case not, plus, negate

  public var spelling: String {
    switch self {
    case .not: "not"
    case .plus: "+"
    case .negate: "-"
    }
  }
}

/// Binding strength, loosest first. The numbers are those of the language reference.
enum Level: UInt8, Comparable, Sendable {
  case any = 0
  case pipe = 10
  case or = 20
  case and = 30
  case not = 40
  case comparison = 50
  case sum = 60
  case product = 70
  case sign = 80
  case juxtaposition = 90
  case power = 95
  case postfix = 100

  static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
}
