import NablaGraph

extension Program {
  /// The program with every call replaced by the body that it calls; a program without calls is itself, ids and all.
  ///
  /// Nested calls are opened level by level, without recursion. Inputs stay, also unused ones, in their order.
  public func inlined() -> Program {
    guard hasCalls else { return self }
    var program = compacted()
    while program.hasCalls { program = program.openingOneLevel() }
    return program
  }

  private var hasCalls: Bool {
    graph.ids.contains { if case .call = graph.operation(of: $0) { true } else { false } }
  }

  private func openingOneLevel() -> Program {
    var graph = Graph()
    graph.reserveCapacity(self.graph.count)
    var image: [NodeID] = []
    var results: [NodeID: [NodeID]] = [:]
    image.reserveCapacity(self.graph.count)
    for id in self.graph.ids {
      let operands = self.graph.operands(of: id).map { image[$0.index] }
      switch self.graph.operation(of: id) {
      case .call(let function):
        let body = self.graph.functions[function.index].body
        let inputs = Dictionary(zip(body.inputs, operands)) { first, _ in first }
        results[id] = graph.splice(body.graph, roots: body.rootNodes, inputs: inputs)
        // No node stands for the call itself; its users are `result` nodes, which look into `results`.
        image.append(NodeID(0))
      case .result(let index):
        let values = results[self.graph.operand(0, of: id)] ?? []
        precondition(values.indices.contains(index), "a result that the call does not have")
        image.append(values[index])
      case .parameter(let index):
        let parameter = self.graph.parameters[index]
        image.append(graph.parameter(parameter.name, parameter.type))
        graph.addOrigin(self.graph.origin(of: id), to: image[id.index])
      default:
        image.append(graph.copy(id, of: self.graph, operands: operands))
      }
    }
    return Program(
      graph: graph, inputs: inputs.map { image[$0.index] }, roots: roots.map { Root($0.name, image[$0.node.index]) },
      aliases: aliases)
  }
}
