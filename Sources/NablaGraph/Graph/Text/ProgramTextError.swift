/// Why a text is not a program, and where.
public struct ProgramTextError: Error, Hashable, Sendable {
  public enum Problem: Hashable, Sendable {
    /// What should stand here, and what stands here instead.
    case expected(String, found: String)
    case unknownOperation(String)
    case undefinedNode(Int)
    case undefinedFunction(Int)
    case redefined(String)
    /// The operation does not apply to its operands.
    case type(TypeError)
    /// The line states another type than the operation has.
    case typeMismatch(stated: TensorType, derived: TensorType)
    /// A number or an expression beyond what the graph represents.
    case tooLarge(String)
    /// The lines are right one by one but do not make a program.
    case invalid(VerificationError)
  }

  /// From 1.
  public let line: Int
  public let problem: Problem

  public init(line: Int, _ problem: Problem) {
    self.line = line
    self.problem = problem
  }
}
