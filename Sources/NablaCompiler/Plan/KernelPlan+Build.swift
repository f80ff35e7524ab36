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
  private var list = StatementList()
  /// What each node is in the plan.
  private var images: [KernelPlan.Operand]
  private var literals: [NodeID: Literal]

  var plan: KernelPlan { list.plan }

  init(_ program: Program) {
    self.program = program
    literals = program.graph.literals(folding: true)
    images = Array(repeating: .value(0), count: program.graph.count)
  }

  mutating func build() throws(CompilerError) {
    let graph = program.graph
    // By the number of the parameter.
    var inputPositions = [Int?](repeating: nil, count: graph.parameters.count)
    for (position, input) in program.inputs.enumerated() {
      try checkScalar(input)
      if let parameter = graph.parameterIndex(input), inputPositions[parameter] == nil {
        inputPositions[parameter] = position
      }
      list.plan.inputs.append(.init(name: program.name(ofInput: position), element: graph.type(of: input).element))
    }
    let needed = needed()
    for id in graph.ids where needed[id.index] {
      if let literal = literals[id] {
        images[id.index] = list.image(of: literal)
        continue
      }
      try checkScalar(id)
      if let parameter = graph.parameterIndex(id) {
        guard let position = inputPositions[parameter] else {
          throw .lowering(.unboundParameter(graph.parameters[parameter].name))
        }
        images[id.index] = .input(position)
      } else {
        images[id.index] = try image(of: id)
      }
    }
    for root in program.roots {
      list.plan.outputs.append(.init(name: root.name, element: graph.type(of: root.node).element))
      list.plan.results.append(images[root.node.index])
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

  private mutating func image(of id: NodeID) throws(CompilerError) -> KernelPlan.Operand {
    let graph = program.graph
    let element = graph.type(of: id).element
    let operands = (0..<graph.operandCount(of: id)).map { images[graph.operand($0, of: id).index] }
    switch graph.operation(of: id) {
    case .elementwise(.identity), .stop:
      return operands[0]
    case .elementwise(let f):
      return try list.append(f, operands, element)
    case .cast:
      return try list.append(cast: operands[0], to: element)
    case .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reduce:
      // Of a scalar to a scalar, the only form left, each of these is its operand.
      return operands[0]
    case .contract:
      // Of scalars it is their product.
      return try list.append(.multiply, operands, element)
    case .convolve, .iota, .gather, .scatter, .view, .accumulate, .argReduce, .cumulative, .argsort, .random, .scan:
      throw .lowering(.unsupported(graph.operation(of: id).name))
    case .constant, .parameter, .call, .result:
      preconditionFailure("\(graph.operation(of: id).name) is no statement")
    }
  }
}
