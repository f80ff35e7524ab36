import NablaGraph

/// Which columns the steps of a rolled plan read and write where the caller has them, without slots between.
///
/// To bring a number into a slot and out again takes as long as to multiply it by another. Results may lie where
/// arguments do: an argument that is read when results are being written has been copied before.
struct RolledColumns {
  /// Inputs that have to be in their slots.
  let copied: [Int]
  /// Outputs that no step writes, and the slots from which they are copied.
  let left: [(output: Int, slot: Int)]
  /// Whether each step reads inputs where they lie.
  private(set) var isReading: [Bool]

  init(_ rolled: RolledPlan, _ loops: [Int: [CRolledLoop]]) {
    let inputs = rolled.plan.inputs.count
    var isWritten = Array(repeating: false, count: rolled.plan.results.count)
    var isCopied = Array(repeating: false, count: inputs)
    isReading = Array(repeating: false, count: rolled.steps.count)
    var hasResults = false
    for (number, step) in rolled.steps.enumerated() {
      let written = RolledColumns.results(of: step, rolled, loops[number] ?? [])
      for output in written { isWritten[output] = true }
      hasResults = hasResults || !written.isEmpty
      // A loop whose turns are independent is computed in vectors, which columns of single numbers cannot be read as.
      let isWaiting = loops[number]?.contains { $0.isCarried } ?? true
      isReading[number] = !hasResults && isWaiting
      for slot in RolledColumns.slotsRead(step, rolled, loops[number] ?? [], isReading: isReading[number])
      where slot < inputs {
        isCopied[slot] = true
      }
    }
    left = rolled.plan.results.indices.filter { !isWritten[$0] }.map { ($0, rolled.slot(of: rolled.plan.results[$0])) }
    for (_, slot) in left where slot < inputs { isCopied[slot] = true }
    let count = isCopied.count { $0 }
    if count * 2 > inputs {
      copied = Array(0..<inputs)
      isReading = isReading.map { _ in false }
    } else {
      copied = isCopied.indices.filter { isCopied[$0] }
    }
  }

  private static func results(of step: RolledPlan.Step, _ rolled: RolledPlan, _ pieces: [CRolledLoop]) -> [Int] {
    switch step {
    case .loop: pieces.flatMap { piece in piece.runs.flatMap { $0.results.map { piece.slots($0) } ?? [] } }
    case .straight(let terms): terms.flatMap { rolled.outputs[rolled.table.terms[$0].root] ?? [] }
    case .sums: []
    }
  }

  /// The slots that a step reads, whatever is in them.
  private static func slotsRead(
    _ step: RolledPlan.Step, _ rolled: RolledPlan, _ pieces: [CRolledLoop], isReading: Bool
  ) -> [Int] {
    let inputs = rolled.plan.inputs.count
    switch step {
    case .loop:
      return pieces.flatMap { piece in
        piece.runs.flatMap { run in
          run.leaves.flatMap { leaf in
            let slots = piece.slots(leaf.access)
            return isReading && slots.allSatisfy { $0 < inputs } ? [] : slots
          }
        }
      }
    case .straight(let terms):
      return isReading ? [] : terms.flatMap { rolled.table.leaves(of: $0).compactMap(\.input) }
    case .sums(let sums):
      return sums.flatMap { rolled.forest.sums[$0].operands.compactMap(\.operand.input) }
    }
  }
}
