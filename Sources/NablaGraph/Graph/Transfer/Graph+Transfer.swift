extension Graph {
  /// Appends a copy of a node of another graph (or of this one) with new operands; keeps type and origin.
  ///
  /// Types that name a shape of their own (`reshape`, `broadcast`, `cast`, constants) are taken from the old node.
  public mutating func copy(_ id: NodeID, of source: Graph, operands: [NodeID]) -> NodeID {
    let saved = currentOrigin
    if source.originID(of: id) != .none { currentOrigin = intern(source.originID(of: id), of: source) }
    defer { currentOrigin = saved }
    var operation = source.operation(of: id)
    if let function = operation.function { operation = operation.applying(intern(source.functions[function.index])) }
    return append(operation, operands, type: source.type(of: id))
  }

  /// Appends the nodes of another graph that `roots` need, with its inputs replaced, and returns the roots here.
  ///
  /// - Parameter inputs: what some nodes of `source` become, above all its parameters; what only these need is left
  ///   out. Parameters not named are added as inputs.
  /// - Complexity: linear in `source`.
  public mutating func splice(
    _ source: Graph, roots: [NodeID], inputs: [NodeID: NodeID]
  ) -> [NodeID] {
    let live = source.live(from: roots, above: inputs)
    var transfer = GraphTransfer(from: source)
    reserveCapacity(count + live.count { $0 })
    for id in source.ids where live[id.index] {
      if let replacement = inputs.isEmpty ? nil : inputs[id] {
        transfer[id] = replacement
      } else if let position = source.parameterIndex(id) {
        transfer[id] = parameter(source, position, id)
      } else {
        transfer.copy(id, to: &self)
      }
    }
    return roots.map { transfer[$0] }
  }

  /// An input of another graph as one of this graph.
  fileprivate mutating func parameter(_ source: Graph, _ position: Int, _ id: NodeID) -> NodeID {
    let copy = parameter(source.parameters[position].name, source.parameters[position].type)
    addOrigin(source.origin(of: id), to: copy)
    return copy
  }
}

extension Program {
  /// The program without nodes that no root needs. Inputs stay, also unused ones, in their order.
  ///
  /// It takes the program over: one that nobody else holds gives back early what is needed for appending alone.
  public consuming func compacted() -> Program {
    self.graph.releaseIndex()
    var graph = Graph(originsOf: self.graph)
    var inputs: [NodeID] = []
    for (index, input) in self.inputs.enumerated() {
      graph.currentOrigin = self.graph.originID(of: input)
      inputs.append(graph.parameter(name(ofInput: index), self.graph.type(of: input)))
    }
    graph.currentOrigin = .none
    var transfer = GraphTransfer(from: self.graph, sharingOrigins: true)
    var isInput = Array(repeating: false, count: self.graph.parameters.count)
    for (input, image) in zip(self.inputs, inputs) {
      transfer[input] = image
      if let position = self.graph.parameterIndex(input) { isInput[position] = true }
    }
    let live = self.graph.live(from: rootNodes)
    graph.releaseIndex()
    graph.reserveNodes(graph.count + live.count { $0 })
    for id in self.graph.ids where live[id.index] {
      guard let position = self.graph.parameterIndex(id) else {
        transfer.copyDistinct(id, to: &graph)
        continue
      }
      if !isInput[position] { transfer.copyDistinctParameter(id, at: position, to: &graph) }
    }
    let isSettled = self.graph.isSettled(rootNodes)
    let roots = roots.map { Root($0.name, transfer[$0.node]) }
    if isSettled { graph.noteSettled(roots.map(\.node)) }
    return Program(graph: graph, inputs: inputs, roots: roots, aliases: aliases)
  }

  /// Adds inputs with the names, types and origins of this program's.
  func addInputs(to graph: inout Graph) -> [NodeID] {
    inputs.enumerated().map { index, input in
      let copy = graph.parameter(name(ofInput: index), self.graph.type(of: input))
      graph.addOrigin(self.graph.origin(of: input), to: copy)
      return copy
    }
  }
}
