extension Graph {
  /// The nodes between fresh parameters and outputs as a closed function.
  ///
  /// Only what depends on a parameter goes into the body; everything else that it reads is captured, so what is the same
  /// in every step of a loop stays outside by construction. Constants are copied.
  ///
  /// - Parameter parameters: parameter nodes of this graph that nothing outside the body uses.
  /// - Returns: a function of the parameters, then of the captured nodes, whose roots are the outputs in order.
  /// - Complexity: linear in the nodes that are younger than the first parameter and that the outputs need.
  public func outlined(
    _ outputs: [NodeID], over parameters: [NodeID], named name: String = "body"
  ) -> (function: Function, captured: [NodeID]) {
    let inside = dependentCone(of: outputs, over: parameters)
    var image: [NodeID: NodeID] = [:]
    var body = Graph()
    var inputs: [NodeID] = []
    for parameter in parameters {
      let copy = body.parameter(inputName(of: parameter), type(of: parameter))
      body.addOrigin(origin(of: parameter), to: copy)
      image[parameter] = copy
      inputs.append(copy)
    }
    var captured: [NodeID] = []
    let members = Set(inside)
    func take(_ id: NodeID, _ body: inout Graph) {
      if image[id] != nil || members.contains(id) { return }
      if let copy = copyOfConstant(id, in: &body) {
        image[id] = copy
        return
      }
      let input = body.parameter(inputName(of: id), type(of: id))
      image[id] = input
      inputs.append(input)
      captured.append(id)
    }
    for id in inside { forEachOperand(of: id) { take($0, &body) } }
    for output in outputs { take(output, &body) }
    for id in inside {
      image[id] = body.copy(id, of: self, operands: operands(of: id).compactMap { image[$0] })
    }
    let roots = outputs.enumerated().compactMap { index, output in image[output].map { Program.Root("\(index)", $0) } }
    return (Function(name: name, body: Program(graph: body, inputs: inputs, roots: roots)), captured)
  }

  /// The nodes that outputs need and that depend on one of the parameters, these left out; operands before users.
  private func dependentCone(of outputs: [NodeID], over parameters: [NodeID]) -> [NodeID] {
    guard let start = parameters.min() else { return [] }
    var found = Set(parameters)
    var work = outputs
    var cone: [NodeID] = []
    while let id = work.popLast() {
      guard id > start, found.insert(id).inserted else { continue }
      cone.append(id)
      forEachOperand(of: id) { if $0 > start { work.append($0) } }
    }
    var dependent = Set(parameters)
    return cone.sorted().filter { id in
      let isInside = (0..<operandCount(of: id)).contains { dependent.contains(operand($0, of: id)) }
      if isInside { dependent.insert(id) }
      return isInside
    }
  }

  /// A constant, or one repeated to a shape, is not worth an operand.
  private func copyOfConstant(_ id: NodeID, in body: inout Graph) -> NodeID? {
    if constant(id) != nil { return body.copy(id, of: self, operands: []) }
    guard elementwise(id) == nil, operation(of: id) == .broadcast, constant(operand(0, of: id)) != nil else {
      return nil
    }
    return body.copy(id, of: self, operands: [body.copy(operand(0, of: id), of: self, operands: [])])
  }

  /// The name that a node brings along as an input of a body.
  func inputName(of id: NodeID) -> String {
    parameterIndex(id).map { parameters[$0].name } ?? origin(of: id).name ?? ""
  }
}
