import NablaGraph
import NablaRuntime

extension KernelPlan {
  /// Longer bodies are cut.
  public static let wholeLimit = 2_000
  /// Statements of a part.
  static let partLength = 1_000

  /// Cuts a long body into parts and gives slots to the values that cross.
  mutating func cut() {
    let count = statements.count
    guard count > KernelPlan.wholeLimit else {
      parts = [0..<count]
      return
    }
    parts = stride(from: 0, to: count, by: KernelPlan.partLength).map { $0..<min($0 + KernelPlan.partLength, count) }
    assignSlots()
  }

  private mutating func assignSlots() {
    var banks = (doubles: SlotBank(), integers: SlotBank())
    func allocate(_ element: ElementType) -> Int {
      element.isInteger ? banks.integers.allocate() : banks.doubles.allocate()
    }
    let last = lastParts()
    // Inputs of one type lie side by side, so that one loop reads them.
    slots.inputs = Array(repeating: 0, count: inputs.count)
    for element in ElementType.allCases {
      for (position, input) in inputs.enumerated() where input.element == element {
        slots.inputs[position] = allocate(element)
      }
    }
    for result in results {
      guard let literal = result.literal, slots.literals[literal] == nil else { continue }
      slots.literals[literal] = allocate(literals[literal].element)
    }
    var expiring: [Int: [Int]] = [:]
    for (part, range) in parts.enumerated() {
      for statement in range where last[statement] > part {
        slots.values[statement] = allocate(statements[statement].element)
        if last[statement] < parts.count { expiring[last[statement], default: []].append(statement) }
      }
      for statement in expiring.removeValue(forKey: part) ?? [] {
        guard let slot = slots.values[statement] else { continue }
        if statements[statement].element.isInteger {
          banks.integers.release(slot)
        } else {
          banks.doubles.release(slot)
        }
      }
    }
    slots.doubles = banks.doubles.count
    slots.integers = banks.integers.count
  }

  /// The last part that reads each value; the number of parts for what is an output.
  private func lastParts() -> [Int] {
    var last = Array(repeating: 0, count: statements.count)
    for (part, range) in parts.enumerated() {
      for statement in range {
        for operand in statements[statement].operands {
          if let value = operand.value { last[value] = part }
        }
      }
    }
    for result in results {
      if let value = result.value { last[value] = parts.count }
    }
    return last
  }
}
