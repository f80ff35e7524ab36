import NablaGraph
import NablaRuntime

/// A plan of scalars that is being written: literals once each, and no test whose outcome is known from its form.
struct StatementList {
  var plan = KernelPlan()
  private var literalPositions: [Literal: Int] = [:]

  mutating func image(of literal: Literal) -> KernelPlan.Operand {
    if let known = literalPositions[literal] { return .literal(known) }
    literalPositions[literal] = plan.literals.count
    plan.literals.append(literal)
    return .literal(plan.literals.count - 1)
  }

  mutating func append(_ statement: KernelPlan.Statement) throws(CompilerError) -> KernelPlan.Operand {
    guard plan.statements.count < KernelPlan.statementLimit else {
      throw .tooLarge(statements: plan.statements.count, limit: KernelPlan.statementLimit)
    }
    plan.statements.append(statement)
    return .value(plan.statements.count - 1)
  }

  mutating func append(
    _ f: Elementwise, _ operands: [KernelPlan.Operand], _ element: ElementType
  ) throws(CompilerError) -> KernelPlan.Operand {
    if f == .identity { return operands[0] }
    if let simple = try simplified(f, operands) { return simple }
    return try append(.init(.apply(f), operands, element))
  }

  /// A conversion; nothing where the value has the type.
  mutating func append(
    cast operand: KernelPlan.Operand, to element: ElementType
  ) throws(CompilerError) -> KernelPlan.Operand {
    plan.element(of: operand) == element ? operand : try append(.init(.cast, [operand], element))
  }

  /// Tests whose outcome is known from their form, which C compilers warn about: of a number with itself, and of a
  /// `bool` with itself or a literal. The operation's own values decide.
  private mutating func simplified(
    _ f: Elementwise, _ operands: [KernelPlan.Operand]
  ) throws(CompilerError) -> KernelPlan.Operand? {
    guard operands.count == 2 else { return nil }
    let element = plan.element(of: operands[0])
    if element.isInteger, f.definition.typing == .comparison, operands[0] == operands[1] {
      return f.integerForm.map { image(of: Literal($0.evaluate(0, 0, 0), .bool)) }
    }
    let constants = operands.map { operand in operand.literal.map { plan.literals[$0].double } }
    guard element == .bool, operands[0] == operands[1] || constants[0] != nil || constants[1] != nil else { return nil }
    func outcome(_ unknown: Double) -> Bool {
      f.definition.evaluation.scalar(constants[0] ?? unknown, constants[1] ?? unknown, 0) != 0
    }
    let unknown = constants[0] == nil ? operands[0] : operands[1]
    switch (outcome(0), outcome(1)) {
    case (false, true): return unknown
    case (true, false): return try append(.init(.apply(.not), [unknown], .bool))
    case (let always, _): return image(of: Literal(always ? 1.0 : 0.0, .bool))
    }
  }
}
