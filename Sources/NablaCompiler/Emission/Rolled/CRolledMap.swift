import NablaGraph
import NablaRuntime

/// Writes the kernel of a rolled plan: a function a step, which works on the slots of a workspace, for vectors of points
/// and, where a point alone has the same bits, for one point.
struct CRolledMap {
  let rolled: RolledPlan
  /// The pieces of each step that is a loop.
  let loops: [Int: [CRolledLoop]]
  let columns: RolledColumns

  init(_ rolled: RolledPlan) {
    self.rolled = rolled
    var loops: [Int: [CRolledLoop]] = [:]
    for (number, step) in rolled.steps.enumerated() {
      if case .loop(let loop) = step { loops[number] = rolled.pieces(of: loop).map { CRolledLoop($0, of: rolled) } }
    }
    self.loops = loops
    columns = RolledColumns(rolled, loops)
  }

  var plan: KernelPlan { rolled.plan }

  /// The slots, and the addresses of columns that lie in slots.
  var workspaceSize: Int { rolled.slotCount * CLanes.byteLimit + (plan.inputs.count + plan.outputs.count) * 8 }

  /// A single point is computed with scalars if the bits are the same, and if that does not compile too much twice.
  var hasScalarForm: Bool { plan.isExact && rolled.straightCount <= 4_000 }

  func write(_ vectors: inout CBody, _ scalars: inout CBody) -> String {
    var text = "typedef double nabla_lane __attribute__((may_alias));\n"
    for number in rolled.steps.indices { writeTables(number, to: &text) }
    let vectorCalls = writeSteps(&vectors, to: &text)
    let scalarCalls = hasScalarForm ? writeSteps(&scalars, to: &text) : []
    writeKernel(vectorCalls, vectors, scalarCalls, scalars, to: &text)
    return text
  }

  static func table(_ name: String, _ numbers: some Sequence<Int>) -> String {
    "static const int \(name)[] = {\(numbers.map { "\($0)" }.joined(separator: ","))};\n"
  }

  // MARK: Tables

  private func writeTables(_ number: Int, to text: inout String) {
    switch rolled.steps[number] {
    case .loop:
      for (part, piece) in (loops[number] ?? []).enumerated() {
        for (index, table) in piece.tables.enumerated() {
          text += CRolledMap.table("nabla_i\(number)_\(part)_\(index)", table.lazy.map { Int($0) })
        }
        for (index, table) in piece.literalTables.enumerated() {
          text += "static const double nabla_l\(number)_\(part)_\(index)[] = {"
          for literal in table { text += plan.literals[literal].c + "," }
          text += "};\n"
        }
      }
    case .sums(let sums):
      let operands = sums.map { rolled.forest.sums[$0].operands }
      // A slot, and in the lowest bit whether it is subtracted.
      let slots = operands.joined().map { 2 * rolled.slot(of: $0.operand) + ($0.isSubtracted ? 1 : 0) }
      text += CRolledMap.table("nabla_i\(number)", slots)
      text += CRolledMap.table("nabla_n\(number)", operands.map(\.count))
    case .straight: break
    }
  }
}
