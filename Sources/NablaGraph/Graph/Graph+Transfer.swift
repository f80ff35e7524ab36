extension Graph {
  /// Appends a copy of a node of another graph (or of this one) with new operands; keeps type and origin.
  ///
  /// Types that name a shape of their own (`reshape`, `broadcast`, `cast`, constants) are taken from the old node.
  public mutating func copy(_ id: NodeID, of source: Graph, operands: [NodeID]) -> NodeID {
    let saved = currentOrigin
    let origin = source.origin(of: id)
    currentOrigin = origin == Origin() ? saved : intern(origin)
    defer { currentOrigin = saved }
    var operation = source.operation(of: id)
    if case .call(let function) = operation { operation = .call(intern(source.functions[function.index])) }
    return append(operation, operands, type: source.type(of: id))
  }

  /// Appends the nodes of another graph that `roots` need, with its inputs replaced, and returns the roots here.
  ///
  /// - Parameter inputs: what each parameter node of `source` becomes; parameters not named are added as inputs.
  public mutating func splice(
    _ source: Graph, roots: [NodeID], inputs: [NodeID: NodeID]
  ) -> [NodeID] {
    let live = source.live(from: roots)
    var image = [NodeID](repeating: NodeID(0), count: source.count)
    for index in 0..<source.count where live[index] {
      let id = NodeID(index)
      if let replacement = inputs[id] {
        image[index] = replacement
      } else if let position = source.parameterIndex(id) {
        let parameter = source.parameters[position]
        image[index] = self.parameter(parameter.name, parameter.type)
      } else {
        image[index] = copy(id, of: source, operands: source.operands(of: id).map { image[$0.index] })
      }
    }
    return roots.map { image[$0.index] }
  }
}

extension Program {
  /// The program without nodes that no root needs. Inputs stay, also unused ones, in their order.
  public func compacted() -> Program {
    var graph = Graph()
    var inputs: [NodeID: NodeID] = [:]
    for input in self.inputs {
      let position = self.graph.parameterIndex(input) ?? 0
      let parameter = self.graph.parameters[position]
      let copy = graph.parameter(parameter.name, parameter.type)
      graph.addOrigin(self.graph.origin(of: input), to: copy)
      inputs[input] = copy
    }
    let nodes = graph.splice(self.graph, roots: rootNodes, inputs: inputs)
    return Program(
      graph: graph, inputs: self.inputs.compactMap { inputs[$0] },
      roots: zip(roots, nodes).map { Root($0.name, $1) }, aliases: aliases)
  }
}
