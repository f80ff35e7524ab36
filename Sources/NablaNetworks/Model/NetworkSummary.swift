import Nabla
import NablaCompiler
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// A network as a table: what its function calls, in order, with shapes, parameters and work.
public struct NetworkSummary: Sendable {
  /// A call in the text of the function, or of a function of the program that it calls.
  public struct Row: Hashable, Sendable {
    /// What is called.
    public let name: String
    /// Where its variables belong, such as `mnist.dense_1`; without variables, `nil`.
    public let path: String?
    /// 0 in the function itself, 1 in a function that it calls.
    public let depth: Int
    /// The type of its result.
    public let result: TensorType
    /// Numbers that are learned, and numbers that layers keep from step to step. What several calls share counts at the
    /// first of them.
    public let parameters: Int
    public let states: Int
    /// Operations on floats for one example, from ``WorkCount``.
    public let operations: Int
  }

  public let function: String
  /// The parameters of the function that take data.
  public let inputs: [(name: String, type: TensorType)]
  public let rows: [Row]
  /// Parameters and states with their types, by path.
  public let variables: [TrainingVariable]
  /// Operations on floats for one example, in all.
  public let operations: Int
  /// Bytes of scratch memory for one example, of the program that is compiled; `nil` where there is none.
  public let workspace: Int?
  /// Bytes of the largest and of all results of calls, for one example: what a step of training keeps at most.
  public let activations: Int

  public var parameters: Int { count(of: .learned) }
  public var states: Int { count(of: .state) }
  /// Bytes of parameters and states.
  public var bytes: Int { variables.reduce(0) { $0 + VariableMemory.byteCount($1) } }

  private func count(of kind: TrainingVariable.Kind) -> Int {
    variables.filter { $0.kind == kind }.reduce(0) { $0 + ($1.type.shape.knownCount ?? 0) }
  }
}

extension Model {
  /// The network as a table.
  ///
  /// - Throws: ``DiagnosticsError`` with the problems of the text; ``TrainingError/openSizes(_:)`` where sizes other than
  ///   the number of examples are unknown.
  public func summary() throws -> NetworkSummary {
    let module = Module(checking: source, options: options())
    if module.hasErrors { throw DiagnosticsError(source: source, diagnostics: module.diagnostics) }
    let (program, calls) = try module.tracedProgram(function, elementwise: true)
    guard let signature = module.function(function) else {
      throw TrainingError.unknownFunction(function, functions: module.functions.map(\.name))
    }
    let batch = signature.batchName
    let one = batch.map { [$0: 1] } ?? [:]
    var open = Set(signature.inputs.compactMap(\.type).flatMap { $0.shape.dimensions.flatMap(\.symbols) })
    open.formUnion(signature.variables.flatMap { $0.type.shape.dimensions.flatMap(\.symbols) })
    if let batch { open.remove(batch) }
    if !open.isEmpty { throw TrainingError.openSizes(open.sorted()) }

    let variables = signature.variables.map {
      TrainingVariable(
        name: $0.path, path: $0.path, type: $0.type.substituting(one), kind: $0.role == .state ? .state : .learned)
    }
    let work = WorkCount(program, batch: one)
    var counted: Set<String> = []
    var rows: [NetworkSummary.Row] = []
    var activations = 0
    for call in calls {
      guard let result = call.results.first else { continue }
      let type = program.graph.type(of: result)
      guard type.shape.rank > 0, type.element.isFloat else { continue }
      let own = call.path.map { path in variables.filter { $0.path.hasPrefix(path + ".") } } ?? []
      // A function's layers have rows of their own.
      let isLeaf = call.path.map { path in !calls.contains { $0.path?.hasPrefix(path + ".") == true } } ?? true
      let new = isLeaf ? own.filter { counted.insert($0.path).inserted } : []
      func sum(_ kind: TrainingVariable.Kind) -> Int {
        new.filter { $0.kind == kind }.reduce(0) { $0 + ($1.type.shape.knownCount ?? 0) }
      }
      if isLeaf { activations += (type.substituting(one).shape.knownCount ?? 0) * type.element.size }
      rows.append(
        NetworkSummary.Row(
          name: call.name, path: own.isEmpty ? nil : call.path, depth: call.depth, result: type,
          parameters: sum(.learned), states: sum(.state), operations: work.operations(in: call.nodes)))
    }
    return NetworkSummary(
      function: function, inputs: signature.inputs.compactMap { input in input.type.map { (input.name, $0) } },
      rows: rows, variables: variables, operations: work.total, workspace: try workspace(batch: batch),
      activations: activations)
  }

  /// Bytes of scratch memory that one example needs.
  private func workspace(batch: String?) throws -> Int? {
    let module = Module(checking: source, options: options(batch.map { [$0: 1] } ?? [:]))
    let pipeline = Pipeline()
    let program = pipeline.specialise(pipeline.prepare(try module.program(function)))
    guard case .arrays(let plan)? = try? ProgramPlan(program) else { return nil }
    return plan.workspaceSize
  }
}
