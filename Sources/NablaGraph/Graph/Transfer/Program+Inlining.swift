extension Program {
  /// The program with every call replaced by the body of its function, in the bodies of scans too; without calls it is
  /// itself, ids and all. Scans stay.
  ///
  /// Nodes of a body that have no origin get the call's. Calls nest without recursion.
  ///
  /// - Complexity: linear in the nodes of all bodies, each counted once for every call on the way to it. A short chain
  ///   of functions that call the next one twice makes that exponential.
  public func inlined() -> Program {
    var program = withCallsInlined()
    let roots = program.rootNodes
    guard program.graph.reachedFunctions(from: roots).contains(where: \.body.graph.hasCalls) else { return program }
    let nodes = program.graph.transformingFunctions(reachedFrom: roots) { $1.withCallsInlined() }
    for (index, node) in nodes.enumerated() { program.roots[index].node = node }
    return program
  }

  /// The same with the bodies of scans as they are.
  private func withCallsInlined() -> Program {
    guard graph.hasCalls else { return self }
    var graph = Graph()
    let inputs = addInputs(to: &graph)
    var stack = [Inlining(self, arguments: inputs, origin: .none)]
    while true {
      let top = stack.count - 1
      if let call = stack[top].advance(in: &graph) {
        stack.append(call)
      } else if top > 0 {
        let results = stack.removeLast().results
        stack[top - 1].finishCall(results)
      } else {
        let roots = zip(self.roots, stack[0].results).map { Root($0.name, $1) }
        return Program(graph: graph, inputs: inputs, roots: roots, aliases: aliases)
      }
    }
  }
}

extension Graph {
  /// Whether a node calls a function.
  public var hasCalls: Bool {
    if functions.isEmpty { return false }
    return ids.contains { if case .call = operation(of: $0) { true } else { false } }
  }
}

/// One body on its way into the target: how far it has been copied, and what its nodes are there.
private struct Inlining {
  private let program: Program
  private let live: [Bool]
  private var transfer: GraphTransfer
  /// What the calls in this body return.
  private var returned: [NodeID: [NodeID]] = [:]
  private var next = NodeID(0)
  private let origin: OriginID

  init(_ program: Program, arguments: [NodeID], origin: OriginID) {
    self.program = program
    self.origin = origin
    live = program.graph.live(from: program.rootNodes)
    transfer = GraphTransfer(from: program.graph)
    for (input, argument) in zip(program.inputs, arguments) { transfer[input] = argument }
  }

  /// Copies nodes until a call is met, which comes back as a body to be copied first; `nil` at the end.
  mutating func advance(in graph: inout Graph) -> Inlining? {
    let source = program.graph
    let saved = graph.currentOrigin
    graph.currentOrigin = origin
    defer { graph.currentOrigin = saved }
    while next.index < source.count {
      let id = next
      next = id.advanced(by: 1)
      if !live[id.index] || source.parameterIndex(id) != nil { continue }
      if source.elementwise(id) == nil {
        switch source.operation(of: id) {
        case .call(let function):
          let arguments = source.operands(of: id).map { transfer[$0] }
          let known = source.originID(of: id)
          let origin = known == .none ? self.origin : graph.intern(source.origin(known))
          return Inlining(source.functions[function.index].body, arguments: arguments, origin: origin)
        case .result(let index):
          // A scan's results are nodes like others.
          if let result = returned[source.operand(0, of: id)]?[index] {
            transfer[id] = result
            // The result's own name, as the caller's text has it.
            graph.addOrigin(source.origin(of: id), to: result)
            continue
          }
        default: break
        }
      }
      transfer.copy(id, to: &graph)
    }
    return nil
  }

  /// The call that ``advance(in:)`` stopped at has these results.
  mutating func finishCall(_ results: [NodeID]) { returned[next.advanced(by: -1)] = results }

  var results: [NodeID] { program.rootNodes.map { transfer[$0] } }
}
