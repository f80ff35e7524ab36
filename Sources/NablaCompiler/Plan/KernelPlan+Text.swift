import NablaGraph
import NablaRuntime

extension KernelPlan: CustomStringConvertible {
  /// A line for every input, statement and output, for people.
  public var description: String {
    var text = "kernel map: \(statements.count) statements"
    if !isWhole { text += " in \(parts.count) parts, \(slots.byteCount) bytes of workspace" }
    text += "\n"
    for (position, input) in inputs.enumerated() {
      text += "  x\(position): \(input.element.rawValue)  # \(input.name)\n"
    }
    for (part, range) in parts.enumerated() {
      if !isWhole { text += "  part \(part)\n" }
      for statement in range { text += "  \(line(statement))\n" }
    }
    for (position, output) in outputs.enumerated() {
      text += "  r\(position): \(output.element.rawValue) = \(name(results[position]))  # \(output.name)\n"
    }
    return text
  }

  /// One statement, with the slot of a value that crosses to another part.
  func line(_ number: Int, withSlot: Bool = true) -> String {
    let statement = statements[number]
    let action: String
    switch statement.action {
    case .apply(let f): action = f.name
    case .cast: action = "cast"
    }
    let operands = statement.operands.map { name($0) }.joined(separator: ", ")
    let slot = withSlot ? slots.values[number].map { "  # slot \($0)" } ?? "" : ""
    return "t\(number): \(statement.element.rawValue) = \(action) \(operands)\(slot)"
  }

  /// What an operand is called.
  func name(_ operand: Operand) -> String {
    if let value = operand.value { return "t\(value)" }
    if let input = operand.input { return "x\(input)" }
    let literal = literals[operand.literal ?? 0]
    if literal.element.isInteger { return "\(literal.integer)" }
    return literal.element == .bool ? "\(literal.double != 0)" : "\(literal.double)"
  }
}

extension KernelPlan {
  /// Where values lie: in registers where the kernel is one part, else in slots of the workspace, in the order of the
  /// steps where the kernel is rolled into loops.
  public var memoryDescription: String {
    if let rolled = RolledPlan(ifWorthwhile: self) { return rolled.description }
    var text = "\(statements.count) statements in \(parts.count) parts, \(slots.byteCount) bytes of workspace\n"
    if isWhole { text += "all values are locals of one function\n" }
    for (part, range) in parts.enumerated() where !isWhole {
      text += "part \(part): statements \(range.lowerBound)..<\(range.upperBound)\n"
      for statement in range {
        if let slot = slots.values[statement] { text += "  t\(statement) → slot \(slot)\n" }
      }
    }
    return text
  }
}
