import NablaGraph
import NablaRuntime

/// Writes the functions of a plan in several parts, and what moves values between them and the columns.
///
/// A part reads its inputs and the values of earlier parts from slots of two banks, `w` of doubles and `v` of integers,
/// and leaves there what later parts and the results need. Tens of thousands of inputs and outputs are moved by loops
/// over tables, not by as many lines.
struct CParts {
  let plan: KernelPlan
  let name: String

  /// One function a part.
  func writeFunctions(_ body: inout CBody, to text: inout String) {
    for (part, range) in plan.parts.enumerated() {
      text += "static NABLA_NOINLINE void \(name)_part\(part)(double *w, int64_t *v) {\n  (void)w;\n  (void)v;\n"
      for operand in foreign(in: range) {
        let element = plan.element(of: operand)
        text += "  const \(element.cType) \(body.name(operand)) = \(load(element, slot(of: operand)));\n"
      }
      body.write(range, indent: "  ", to: &text)
      for statement in range {
        guard let slot = plan.slots.values[statement] else { continue }
        text += "  \(bank(plan.statements[statement].element))[\(slot)] = t\(statement);\n"
      }
      text += "}\n\n"
    }
    writeTables(to: &text)
  }

  /// `w` and `v` in one block of memory.
  func writeBanks(of workspace: String, to text: inout String) {
    text += "  double *const w = (double *)\(workspace);\n"
    text += "  int64_t *const v = (int64_t *)(void *)(w + \(plan.slots.doubles));\n"
    text += "  (void)v;\n"
  }

  /// Fills the slots of literals that are outputs.
  func writeLiterals(_ body: inout CBody, to text: inout String) {
    for (literal, slot) in plan.slots.literals.sorted(by: { $0.value < $1.value }) {
      let element = plan.literals[literal].element
      text += "  \(bank(element))[\(slot)] = \(body.name(.literal(literal)));\n"
    }
  }

  /// Moves every input to its slot; `source` is the C text of an input at a position that is an expression.
  func writeReads(to text: inout String, source: (ElementType, String) -> String) {
    for element in ElementType.allCases {
      guard let first = plan.inputs.firstIndex(where: { $0.element == element }) else { continue }
      let count = plan.inputs.count { $0.element == element }
      let test = element == .bool ? " != 0" : ""
      text += "    for (int k = 0; k < \(count); ++k)\n"
      text += "      \(bank(element))[\(plan.slots.inputs[first]) + k] = "
      text += source(element, "\(name)_in_\(element.cSuffix)[k]") + test + ";\n"
    }
  }

  /// Calls the parts in order.
  func writeCalls(indent: String, to text: inout String) {
    for part in plan.parts.indices { text += "\(indent)\(name)_part\(part)(w, v);\n" }
  }

  /// Moves every output from its slot; `target` is the C text of an output at a position that is an expression.
  func writeResults(to text: inout String, target: (ElementType, String) -> String) {
    for element in ElementType.allCases {
      let count = plan.outputs.count { $0.element == element }
      if count == 0 { continue }
      let table = "\(name)_out_\(element.cSuffix)[k]"
      let value = load(element, "\(table)[1]")
      text += "    for (int k = 0; k < \(count); ++k)\n"
      text += "      \(target(element, "\(table)[0]")) = \(value);\n"
    }
  }

  /// The positions of inputs, and the positions and slots of outputs, by element type.
  private func writeTables(to text: inout String) {
    for element in ElementType.allCases {
      let inputs = plan.inputs.indices.filter { plan.inputs[$0].element == element }
      if !inputs.isEmpty {
        let entries = inputs.map(String.init).joined(separator: ", ")
        text += "static const int \(name)_in_\(element.cSuffix)[] = {\(entries)};\n"
      }
      let outputs = plan.outputs.indices.filter { plan.outputs[$0].element == element }
      if !outputs.isEmpty {
        let entries = outputs.map { "{\($0), \(slot(of: plan.results[$0]))}" }.joined(separator: ", ")
        text += "static const int \(name)_out_\(element.cSuffix)[][2] = {\(entries)};\n"
      }
    }
    text += "\n"
  }

  private func bank(_ element: ElementType) -> String { element.isInteger ? "v" : "w" }

  private func load(_ element: ElementType, _ slot: some CustomStringConvertible) -> String {
    let place = "\(bank(element))[\(slot)]"
    switch element {
    case .f64, .i64: return place
    case .f32, .i32: return "(\(element.cType))\(place)"
    case .bool: return "\(place) != 0"
    }
  }

  private func slot(of operand: KernelPlan.Operand) -> Int {
    if let value = operand.value { return plan.slots.values[value] ?? 0 }
    if let input = operand.input { return plan.slots.inputs[input] }
    return plan.slots.literals[operand.literal ?? 0] ?? 0
  }

  /// Inputs and values of earlier parts that a part reads, in the order of their first use.
  private func foreign(in range: Range<Int>) -> [KernelPlan.Operand] {
    var seen: Set<KernelPlan.Operand> = []
    var foreign: [KernelPlan.Operand] = []
    for statement in range {
      for operand in plan.statements[statement].operands where operand.literal == nil {
        if let value = operand.value, value >= range.lowerBound { continue }
        if seen.insert(operand).inserted { foreign.append(operand) }
      }
    }
    return foreign
  }
}
