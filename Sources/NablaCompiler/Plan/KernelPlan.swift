import NablaGraph
import NablaRuntime

/// What one compiled kernel computes: a map over points, all roots of a program in one pass.
///
/// The body is a straight line of statements in static single assignment. A long body is cut into parts that become
/// functions of their own, because compilers take more than linear time for a function; values that cross from one part
/// to another lie in slots of a workspace. How a loop runs over the points, and where inputs and outputs lie, is not
/// the plan's concern.
public struct KernelPlan: Sendable {
  /// A scalar input or output.
  public struct Port: Hashable, Sendable {
    public let name: String
    public let element: ElementType
  }

  /// What a statement does with its operands.
  public enum Action: Hashable, Sendable {
    case apply(Elementwise)
    case cast
  }

  /// What a statement reads: an input, the value of an earlier statement, or a literal, by number.
  public struct Operand: Hashable, Sendable {
    fileprivate let raw: UInt32

    private static let literalTag: UInt32 = 1 << 31
    private static let inputTag: UInt32 = 1 << 30
    /// The number of statements, inputs or literals that an operand can tell apart.
    public static let limit = 1 << 30

    fileprivate init(raw: UInt32) { self.raw = raw }

    public static func value(_ statement: Int) -> Operand { Operand(raw: UInt32(statement)) }
    public static func input(_ position: Int) -> Operand { Operand(raw: UInt32(position) | inputTag) }
    public static func literal(_ position: Int) -> Operand { Operand(raw: UInt32(position) | literalTag) }

    private var position: Int { Int(raw & (Operand.inputTag - 1)) }

    /// Another number for every operand, below 2³².
    var code: Int { Int(raw) }

    public var value: Int? { raw < Operand.inputTag ? Int(raw) : nil }
    public var input: Int? { raw & (Operand.inputTag | Operand.literalTag) == Operand.inputTag ? position : nil }
    public var literal: Int? { raw & Operand.literalTag != 0 ? position : nil }
  }

  /// One statement: its value has the statement's number.
  public struct Statement: Hashable, Sendable {
    public let action: Action
    /// The type of the value.
    public let element: ElementType
    fileprivate let first: Operand
    fileprivate let second: Operand
    fileprivate let third: Operand
    public let operandCount: Int

    public init(_ action: Action, _ operands: [Operand], _ element: ElementType) {
      self.action = action
      self.element = element
      operandCount = operands.count
      let none = Operand.value(0)
      first = operands.first ?? none
      second = operands.count > 1 ? operands[1] : none
      third = operands.count > 2 ? operands[2] : none
    }

    public subscript(position: Int) -> Operand {
      switch position {
      case 0: first
      case 1: second
      default: third
      }
    }

    /// The operands, in order.
    public var operands: some Sequence<Operand> { (0..<operandCount).lazy.map { self[$0] } }
  }

  public var inputs: [Port] = []
  public var outputs: [Port] = []
  public var literals: [Literal] = []
  public var statements: [Statement] = []
  /// What each output is.
  public var results: [Operand] = []
  /// Consecutive statements; one part is a body without slots.
  public var parts: [Range<Int>] = []
  public var slots = SlotTable()

  /// The type of what an operand stands for.
  public func element(of operand: Operand) -> ElementType {
    if let value = operand.value { return statements[value].element }
    if let input = operand.input { return inputs[input].element }
    return literals[operand.literal ?? 0].element
  }

  /// Whether the body is one function without slots.
  public var isWhole: Bool { parts.count <= 1 }
}
