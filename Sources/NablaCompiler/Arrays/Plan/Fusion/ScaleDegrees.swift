import NablaGraph
import NablaRuntime

/// The power to which each array is multiplied with a positive number that all of some are multiplied with.
struct ScaleDegrees {
  private var degrees: [Int: Int]

  init(of buffers: [Int]) { degrees = Dictionary(uniqueKeysWithValues: buffers.map { ($0, 1) }) }

  func isScaled(_ buffer: Int) -> Bool { degrees[buffer, default: 0] != 0 }

  /// Notes what a loop writes.
  ///
  /// - Returns: whether that is known.
  mutating func enter(_ loop: LoopKernel) -> Bool {
    var values: [Degree] = []
    func degree(_ operand: KernelPlan.Operand) -> Degree? {
      if let value = operand.value { return values[value] }
      if let number = operand.literal {
        let literal = loop.body.literals[number]
        return literal == Literal(0.0, literal.element) ? .any : .exactly(0)
      }
      guard let input = operand.input else { return nil }
      switch loop.sources[input] {
      case .element(let buffer, _): return .exactly(degrees[buffer, default: 0])
      case .position: return .exactly(0)
      case .accumulator: return .any
      case .product: return nil
      }
    }
    for statement in loop.body.statements {
      let operands = statement.operands.compactMap(degree)
      guard operands.count == statement.operandCount, let value = ScaleDegrees.degree(of: statement, operands) else {
        return false
      }
      values.append(value)
    }
    for (result, operand) in zip(loop.results, loop.body.results) {
      guard let value = degree(operand) else { return false }
      let degree = value.number
      if let known = degrees[result.buffer], known != degree { return false }
      degrees[result.buffer] = degree
    }
    return true
  }

  /// Of zeros, and of sums before anything is added, any.
  private enum Degree: Hashable {
    case any
    case exactly(Int)

    var number: Int { if case .exactly(let number) = self { number } else { 0 } }
  }

  private static func degree(of statement: KernelPlan.Statement, _ operands: [Degree]) -> Degree? {
    /// The degree of all of some.
    func common(_ operands: some Sequence<Degree>) -> Degree? {
      var degree = Degree.any
      for operand in operands where operand != .any {
        if degree != .any, degree != operand { return nil }
        degree = operand
      }
      return degree
    }
    guard case .apply(let f) = statement.action else { return statement.element.isFloat ? operands[0] : nil }
    switch f {
    case .negate, .abs, .identity: return operands[0]
    case .add, .subtract, .min, .max: return common(operands)
    case .multiply, .divide:
      if operands.contains(.any) { return nil }
      let sign = f == .divide ? -1 : 1
      return .exactly(operands[0].number + sign * operands[1].number)
    case .equal, .notEqual, .less, .lessEqual: return common(operands) == nil ? nil : .exactly(0)
    case .select: return operands[0].number == 0 ? common(operands.dropFirst()) : nil
    default: return operands.allSatisfy { $0.number == 0 } ? .exactly(0) : nil
    }
  }
}
