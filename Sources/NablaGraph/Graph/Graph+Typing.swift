extension Graph {
  /// The type of a node with this operation, from its operands' types and, for parameters, calls and their results,
  /// from the graph's tables.
  ///
  /// A call or a scan has the type of its first result; only ``Operation/result(_:)`` nodes use it.
  ///
  /// - Parameter stated: the type that the node claims; used where the operation does not determine it.
  /// - Throws: ``TypeError``. What it accepts, ``append(_:_:type:)`` takes; the operands are of this graph.
  public func resultType(
    of operation: Operation, _ operands: [NodeID], stated: TensorType
  ) throws(TypeError) -> TensorType {
    switch operation {
    case .call(let function):
      guard functions.indices.contains(function.index) else {
        throw .attribute("one of \(functions.count) functions, not @\(function.index)")
      }
      return try callType(functions[function.index], operands)
    case .result(let index):
      guard operands.count == 1 else { throw .operandCount(expected: 1, found: operands.count) }
      let source = self.operation(of: operands[0])
      guard let function = source.function else { throw .attribute("a call or a scan as the operand of a result") }
      let body = functions[function.index].body
      guard body.roots.indices.contains(index) else {
        throw .attribute("one of \(body.roots.count) results, not \(index)")
      }
      if case .scan(let scan) = source { return scan.type(of: index, body) }
      return body.graph.type(of: body.roots[index].node)
    case .scan(let scan):
      guard functions.indices.contains(scan.body.index) else {
        throw .attribute("one of \(functions.count) functions, not @\(scan.body.index)")
      }
      let function = functions[scan.body.index]
      try scan.verify(operands.map { self.type(of: $0) }, function)
      return scan.type(of: 0, function.body)
    case .parameter(let index):
      guard parameters.indices.contains(index) else {
        throw .attribute("one of \(parameters.count) parameters, not \(index)")
      }
      return try operation.resultType(operands.map { self.type(of: $0) }, stated: parameters[index].type)
    default:
      return try operation.resultType(operands.map { self.type(of: $0) }, stated: stated)
    }
  }

  private func callType(_ function: Function, _ operands: [NodeID]) throws(TypeError) -> TensorType {
    let body = function.body
    guard operands.count == body.inputs.count else {
      throw .operandCount(expected: body.inputs.count, found: operands.count)
    }
    for (operand, input) in zip(operands, body.inputs) where type(of: operand) != body.graph.type(of: input) {
      throw .attribute("\(body.graph.type(of: input)) for an input of '\(function.name)', not \(type(of: operand))")
    }
    guard let first = body.roots.first else { throw .attribute("a function with a result") }
    return body.graph.type(of: first.node)
  }
}
