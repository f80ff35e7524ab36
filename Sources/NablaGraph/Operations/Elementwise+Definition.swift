extension Elementwise {
  /// All that is known about one elementwise operation: the row of the table.
  public struct Definition: Sendable {
    /// The name in programs.
    public let name: String
    /// How programs write it: a call, or an operator.
    public let notation: Notation
    /// Which element types it takes and returns.
    public let typing: Typing
    /// A C expression of doubles; `$0`, `$1`, `$2` stand for the operands, which are names, or literals
    /// that stand in parentheses where they begin with a sign. The result is not in parentheses.
    public let c: String
    /// LaTeX; `#0`, `#1`, `#2` stand for the operands.
    public let latex: String
    /// The partial derivative by each operand.
    public let slopes: [Rule]
    /// The reference meaning in double precision, and the loop over a block of points.
    public let evaluation: Evaluation
    /// The cost of one evaluation, in additions. The slopes are chosen so that the value and all of them, each times a
    /// cotangent, cost at most four times the value.
    public let cost: Int
    public let facts: Facts
    /// Where tests draw each operand from: inside the domain, away from kinks and poles.
    public let domain: [ClosedRange<Double>]
    /// Where the derivative comes from.
    public let source: String

    public var arity: Int { evaluation.arity }
  }

  /// How programs write an operation.
  public enum Notation: Hashable, Sendable {
    case call
    case prefix(String)
    /// The binding power is that of the grammar in the language reference.
    case infix(String, binding: Int)
    case postfixPower
  }

  /// The element types that an operation takes and returns.
  public enum Typing: Hashable, Sendable {
    /// Operands of one numeric type; the result has it too.
    case numeric
    /// Operands of one float type; the result has it too.
    case real
    /// Operands of one type; the result is `bool`.
    case comparison
    /// Operands and result are `bool`.
    case logical
    /// A `bool` condition, then two operands of the result's type.
    case selection
  }

  /// What rules and checks may rely on. Each holds for every operand of the operation's domain in the reals, and in
  /// double precision too unless it says otherwise; NaN is excepted throughout.
  public struct Facts: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `f(-x) = -f(x)`.
    public static let odd = Facts(rawValue: 1 << 0)
    /// `f(-x) = f(x)`, in every operand.
    public static let even = Facts(rawValue: 1 << 1)
    /// Never falls as an operand grows, in every operand.
    public static let increasing = Facts(rawValue: 1 << 2)
    /// Never grows as an operand grows, in every operand.
    public static let decreasing = Facts(rawValue: 1 << 3)
    /// `f(x, y) = f(y, x)`.
    public static let commutative = Facts(rawValue: 1 << 4)
    /// `f(f(x)) = f(x)`, or `f(x, x) = x`.
    public static let idempotent = Facts(rawValue: 1 << 5)
    /// The result is never below zero.
    public static let nonnegative = Facts(rawValue: 1 << 6)
    /// The result is above zero in the reals; in floating point it may underflow to zero.
    public static let positive = Facts(rawValue: 1 << 7)
    /// The result is finite, also at ±∞ and outside the domain.
    public static let bounded = Facts(rawValue: 1 << 8)
    /// Constant between jumps: the derivative is zero wherever it exists.
    public static let locallyConstant = Facts(rawValue: 1 << 9)
    /// `f(0) = 0`, all operands zero.
    public static let zeroPreserving = Facts(rawValue: 1 << 10)
    /// Linear in all operands together.
    public static let linear = Facts(rawValue: 1 << 11)
    /// The value is in `[-1, 1]`.
    public static let withinUnit = Facts(rawValue: 1 << 12)
  }
}
