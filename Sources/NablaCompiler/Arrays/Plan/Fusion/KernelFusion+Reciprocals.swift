import NablaGraph
import NablaRuntime

/// Divisions by what is the same all along the innermost loop are products with its reciprocal, which is made before
/// the loop: a division takes as long as eight products. As where several divisions share a denominator, that rounds
/// once more: not for `--strict`.
extension KernelFusion {
  mutating func takeReciprocals() {
    guard reorders else { return }
    for number in kernels.indices {
      switch kernels[number] {
      case .loop(let loop): kernels[number] = .loop(loop.withReciprocals(rows: 0))
      case .rows(var rows):
        for part in rows.parts.indices { rows.parts[part] = rows.parts[part].withReciprocals(rows: rows.rows.count) }
        kernels[number] = .rows(rows)
      default: continue
      }
    }
  }
}

extension LoopKernel {
  /// Shorter loops divide as often as not.
  private static let leastExtent = 16

  /// - Parameter rows: how many axes in front somebody else walks along.
  fileprivate func withReciprocals(rows: Int) -> LoopKernel {
    func isDivision(_ statement: KernelPlan.Statement) -> Bool {
      if case .apply(.divide) = statement.action { statement.element.isFloat } else { false }
    }
    guard body.statements.contains(where: isDivision) else { return self }
    let schedule = LoopSchedule(self, rows: rows)
    guard let inner = schedule.inner, schedule.kernel.extents[inner] >= LoopKernel.leastExtent else { return self }
    let steady = CLoopNest.steadiness(of: schedule)
    func isSteady(_ operand: KernelPlan.Operand) -> Bool {
      if let value = operand.value { return steady.statements[value] }
      return operand.input.map { steady.sources[$0] } ?? true
    }
    var kernel = self
    kernel.body.statements = []
    var images: [KernelPlan.Operand] = []
    var reciprocals: [KernelPlan.Operand: KernelPlan.Operand] = [:]
    func image(_ operand: KernelPlan.Operand) -> KernelPlan.Operand { operand.value.map { images[$0] } ?? operand }
    func append(_ statement: KernelPlan.Statement) -> KernelPlan.Operand {
      kernel.body.statements.append(statement)
      return .value(kernel.body.statements.count - 1)
    }
    for (number, statement) in body.statements.enumerated() {
      let operands = statement.operands.map(image)
      guard isDivision(statement), !steady.statements[number], isSteady(statement[1]), statement[1].literal == nil
      else {
        images.append(append(.init(statement.action, operands, statement.element)))
        continue
      }
      if reciprocals[statement[1]] == nil {
        let one = Literal(1.0, statement.element)
        let place = kernel.body.literals.firstIndex(of: one) ?? kernel.body.literals.count
        if place == kernel.body.literals.count { kernel.body.literals.append(one) }
        reciprocals[statement[1]] = append(.init(.apply(.divide), [.literal(place), operands[1]], statement.element))
      }
      let factors = [operands[0], reciprocals[statement[1]] ?? operands[1]].sorted { $0.code < $1.code }
      images.append(append(.init(.apply(.multiply), factors, statement.element)))
    }
    kernel.body.results = body.results.map(image)
    kernel.body.parts = [0..<kernel.body.statements.count]
    return kernel
  }
}
