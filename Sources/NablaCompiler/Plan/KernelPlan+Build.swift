import NablaGraph
import NablaRuntime

extension KernelPlan {
  /// More statements are refused: compilers would take minutes.
  public static let statementLimit = 1_000_000

  /// Plans one kernel for all roots of a program of scalars.
  ///
  /// - Throws: ``CompilerError/array(_:_:)`` if a needed node is not a scalar, ``CompilerError/tooLarge(statements:limit:)``,
  ///   ``CompilerError/lowering(_:)``.
  public init(_ program: Program) throws(CompilerError) {
    let program = program.inlined()
    var builder = PlanBuilder(program)
    try builder.build()
    self = builder.plan
    cut()
  }
}

/// Turns the needed nodes of a graph into statements, in node order.
private struct PlanBuilder {
  let program: Program
  var plan = KernelPlan()
  /// What each node is in the plan.
  private var images: [KernelPlan.Operand]
  private var literals: [NodeID: Literal]
  private var literalPositions: [Literal: Int] = [:]

  init(_ program: Program) {
    self.program = program
    literals = program.graph.literals(folding: true)
    images = Array(repeating: .value(0), count: program.graph.count)
  }

  mutating func build() throws(CompilerError) {
    let graph = program.graph
    var inputPositions: [NodeID: Int] = [:]
    for (position, input) in program.inputs.enumerated() {
      try checkScalar(input)
      if inputPositions[input] == nil { inputPositions[input] = position }
      plan.inputs.append(.init(name: program.name(ofInput: position), element: graph.type(of: input).element))
    }
    let needed = needed()
    for id in graph.ids where needed[id.index] {
      if let literal = literals[id] {
        images[id.index] = image(of: literal)
        continue
      }
      try checkScalar(id)
      if let parameter = graph.parameterIndex(id) {
        guard let position = inputPositions[id] else {
          throw .lowering(.unboundParameter(graph.parameters[parameter].name))
        }
        images[id.index] = .input(position)
      } else {
        images[id.index] = try image(of: id)
      }
    }
    for root in program.roots {
      plan.outputs.append(.init(name: root.name, element: graph.type(of: root.node).element))
      plan.results.append(images[root.node.index])
    }
  }

  /// Which nodes the roots need beyond what is computed before the run.
  private func needed() -> [Bool] {
    let graph = program.graph
    var needed = Array(repeating: false, count: graph.count)
    for root in program.roots { needed[root.node.index] = true }
    for index in stride(from: graph.count - 1, through: 0, by: -1) where needed[index] && literals[NodeID(index)] == nil
    {
      let id = NodeID(index)
      for position in 0..<graph.operandCount(of: id) { needed[graph.operand(position, of: id).index] = true }
    }
    return needed
  }

  private func checkScalar(_ id: NodeID) throws(CompilerError) {
    let type = program.graph.type(of: id)
    if !type.isScalar { throw .array(type, program.graph.origin(of: id)) }
  }

  private mutating func image(of literal: Literal) -> KernelPlan.Operand {
    if let known = literalPositions[literal] { return .literal(known) }
    literalPositions[literal] = plan.literals.count
    plan.literals.append(literal)
    return .literal(plan.literals.count - 1)
  }

  private mutating func image(of id: NodeID) throws(CompilerError) -> KernelPlan.Operand {
    let graph = program.graph
    let element = graph.type(of: id).element
    let operands = (0..<graph.operandCount(of: id)).map { images[graph.operand($0, of: id).index] }
    switch graph.operation(of: id) {
    case .elementwise(.identity), .stop:
      return operands[0]
    case .elementwise(let f):
      if let simple = try simplified(f, operands) { return simple }
      return try append(.init(.apply(f), operands, element))
    case .cast:
      return plan.element(of: operands[0]) == element ? operands[0] : try append(.init(.cast, operands, element))
    case .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reduce:
      // Of a scalar to a scalar, the only form left, each of these is its operand.
      return operands[0]
    case .contract:
      // Of scalars it is their product.
      return try append(.init(.apply(.multiply), operands, element))
    case .convolve, .iota, .gather, .scatter, .view, .accumulate, .argReduce, .cumulative, .argsort, .random, .scan:
      throw .lowering(.unsupported(graph.operation(of: id).name))
    case .constant, .parameter, .call, .result:
      preconditionFailure("\(graph.operation(of: id).name) is no statement")
    }
  }

  private mutating func append(_ statement: KernelPlan.Statement) throws(CompilerError) -> KernelPlan.Operand {
    guard plan.statements.count < KernelPlan.statementLimit else {
      throw .tooLarge(statements: program.graph.count, limit: KernelPlan.statementLimit)
    }
    plan.statements.append(statement)
    return .value(plan.statements.count - 1)
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
