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

  /// One function a part, nothing for a whole body. Values are loaded where they are first used and stored where they are made, so that few are
  /// alive at once.
  func writeFunctions(_ body: inout CBody, to text: inout String) {
    if plan.isWhole { return }
    var loaded: Set<KernelPlan.Operand> = []
    for (part, range) in plan.parts.enumerated() {
      text += "static NABLA_NOINLINE void \(name)_part\(part)(double *w, int64_t *v) {\n  (void)w;\n  (void)v;\n"
      loaded.removeAll(keepingCapacity: true)
      for number in range {
        let statement = plan.statements[number]
        for operand in statement.operands where isForeign(operand, to: range) && loaded.insert(operand).inserted {
          let element = plan.element(of: operand)
          text += "  const \(element.cType) \(body.name(operand)) = \(load(element, slot(of: operand)));\n"
        }
        body.write(number, indent: "  ", to: &text)
        if let slot = plan.slots.values[number] { text += "  \(bank(statement.element))[\(slot)] = t\(number);\n" }
      }
      text += "}\n\n"
    }
  }

  /// Whether an operand comes from a slot: an input, or the value of an earlier part.
  private func isForeign(_ operand: KernelPlan.Operand, to range: Range<Int>) -> Bool {
    if let value = operand.value { return value < range.lowerBound }
    return operand.input != nil
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

  /// Moves a range of outputs of one type from their slots to an array, as a loop.
  func writeResults(_ range: Range<Int>, element: ElementType, to array: String, _ text: inout String) {
    let slots = range.map { "\(slot(of: plan.results[$0]))" }.joined(separator: ", ")
    text += "  static const int slots[] = {\(slots)};\n"
    text += "  for (int k = 0; k < \(range.count); ++k) \(array)[k] = \(load(element, "slots[k]"));\n"
  }

  /// The positions of inputs, and the positions and slots of outputs, by element type.
  func writeTables(to text: inout String) {
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

  /// The slot of an input, to be assigned.
  func place(ofInput position: Int) -> String {
    "\(bank(plan.inputs[position].element))[\(plan.slots.inputs[position])]"
  }

  /// What the slot of a result holds.
  func value(of result: KernelPlan.Operand) -> String { load(plan.element(of: result), slot(of: result)) }

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
}
