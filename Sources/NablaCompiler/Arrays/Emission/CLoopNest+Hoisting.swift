import NablaGraph
import NablaRuntime

/// What depends on the place along the innermost loop alone: it is computed once for all vectors there, before the loops
/// around them, and read again in each of their rounds.
///
/// The update of a matrix by an outer product, one side of which is a chain of operations, is the usual case.
struct HoistedStatements {
  /// The statements that the loops read, in order.
  private(set) var stored: [Int] = []
  /// All statements that are computed before the loops, and the sources that they read.
  private(set) var before: (statements: Set<Int>, sources: Set<Int>) = ([], [])
  /// The statements and sources that are left within the loops.
  private(set) var inside: (statements: Set<Int>, sources: Set<Int>) = ([], [])

  /// Rounds of the outer loops that are worth it, and bytes of what is stored at most.
  private static let leastRounds = 8
  private static let byteLimit = 1 << 14

  /// - Returns: `nil` where that saves nothing.
  init?(_ schedule: LoopSchedule, _ isSteady: (sources: [Bool], statements: [Bool])) {
    let (kernel, body) = (schedule.kernel, schedule.kernel.body)
    guard let inner = schedule.inner, kernel.reduced.isEmpty, !kernel.extents.contains(0),
      schedule.outer.reduce(1, { $0 * kernel.extents[$1] }) >= HoistedStatements.leastRounds
    else { return nil }
    let written = Set(kernel.results.map(\.buffer))
    let isFixed = kernel.sources.map { source in
      if case .element(let buffer, _) = source, written.contains(buffer) { return false }
      return source.index.map { index in schedule.outer.allSatisfy(index.isSteady) } ?? false
    }
    var isMovable: [Bool] = []
    for statement in body.statements {
      isMovable.append(
        statement.operands.allSatisfy { operand in
          operand.value.map { isMovable[$0] } ?? operand.input.map { isFixed[$0] } ?? true
        })
    }
    var found: Set<Int> = []
    func visit(_ operand: KernelPlan.Operand, _ place: inout (statements: Set<Int>, sources: Set<Int>)) {
      if let value = operand.value { place.statements.insert(value) }
      if let input = operand.input { place.sources.insert(input) }
    }
    func enter(_ operand: KernelPlan.Operand) {
      if let value = operand.value, isMovable[value], !isSteady.statements[value],
        body.statements[value].element.isFloat
      {
        found.insert(value)
      } else {
        visit(operand, &inside)
      }
    }
    for operand in body.results { enter(operand) }
    for number in body.statements.indices.reversed() where inside.statements.contains(number) {
      for operand in body.statements[number].operands { enter(operand) }
    }
    before.statements = found
    for number in body.statements.indices.reversed() where before.statements.contains(number) {
      for operand in body.statements[number].operands { visit(operand, &before) }
    }
    stored = found.sorted()
    let bytes = stored.reduce(0) { $0 + body.statements[$1].element.size * kernel.extents[inner] }
    let saved = before.statements.count + before.sources.subtracting(inside.sources).count
    if stored.isEmpty || saved < 2 * stored.count || bytes > HoistedStatements.byteLimit { return nil }
  }
}

extension CLoopNest {
  /// Where the values of a hoisted statement lie.
  private func memory(of statement: Int) -> String { "h\(statement)" }

  /// The loop before all others.
  mutating func writeHoisted(_ indent: String, _ text: inout String) {
    guard let hoisted, let lanes, let inner = schedule.inner else { return }
    let extent = kernel.extents[inner]
    for number in hoisted.stored {
      let element = kernel.body.statements[number].element
      let line = CLanes.byteLimit / element.size
      text += "\(indent)_Alignas(64) \(element.cType) \(memory(of: number))[\((extent + line - 1) / line * line)];\n"
    }
    let (start, end) = bounds(inner)
    text += "\(indent)for (int64_t i\(inner) = \(start); i\(inner) < \(end); i\(inner) += \(lanes.count)) {\n"
    let isWhole = "\(end) - i\(inner) < \(lanes.count)"
    text += "\(indent)  const int64_t count = \(isWhole) ? \(end) - i\(inner) : \(lanes.count);\n"
    for number in hoisted.before.sources.sorted() {
      text +=
        isSteady.sources[number]
        ? steadySource(number, lanes, indent + "  ") : source(number, lanes, inner, count: "count", indent + "  ")
    }
    for number in hoisted.before.statements.sorted() { body.write(number, indent: indent + "  ", to: &text) }
    for number in hoisted.stored {
      let element = kernel.body.statements[number].element
      text += "\(indent)  \(lanes.store(element, "t\(number)", to: "\(memory(of: number)) + i\(inner)"))\n"
    }
    text += "\(indent)}\n"
  }

  /// The values of hoisted statements at a vector of places.
  func hoistedValues(_ lanes: CLanes, _ inner: Int, _ indent: String) -> String {
    (hoisted?.stored ?? []).map { number in
      let element = kernel.body.statements[number].element
      return "\(indent)const \(lanes.type(element)) t\(number) = "
        + "\(lanes.load(element, "\(memory(of: number)) + i\(inner)"));\n"
    }.joined()
  }

  func isInside(source: Int) -> Bool { hoisted?.inside.sources.contains(source) ?? true }
  func isInside(statement: Int) -> Bool { hoisted?.inside.statements.contains(statement) ?? true }
}
