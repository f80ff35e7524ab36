extension Graph {
  /// Checks every invariant of the arena: operands precede users, types are what the rules derive, equal nodes are one
  /// node, parameters and functions are in range, and the same in the bodies of all functions.
  ///
  /// Tests and debug builds run it after each pass.
  ///
  /// - Throws: the first ``VerificationError``.
  /// - Complexity: linear in the graph and its functions.
  public func verify() throws(VerificationError) {
    try verifyNodes()
    // Functions that several tables hold are one value, known by their content.
    var known: Set<String> = []
    var worklist = functions
    while let function = worklist.popLast() {
      guard known.insert(function.contentKey).inserted else { continue }
      do {
        try function.body.graph.verifyNodes()
        try function.body.verifyInterface()
      } catch {
        throw .function(name: function.name, error)
      }
      worklist += function.body.graph.functions
    }
  }

  private func verifyNodes() throws(VerificationError) {
    var isUsed = Array(repeating: false, count: parameters.count)
    for id in ids {
      let operands = operands(of: id)
      for operand in operands where operand >= id { throw .operandOrder(id, operand: operand) }
      let operation = operation(of: id)
      let stored = type(of: id)
      let derived: TensorType
      do {
        derived = try resultType(of: operation, operands, stated: stored)
      } catch {
        throw .type(id, error)
      }
      if derived != stored { throw .storedType(id, stored: stored, derived: derived) }
      if case .parameter(let index) = operation {
        if isUsed[index] { throw .sharedParameter(id) }
        isUsed[index] = true
      }
      if find(id) != id { throw .interning(id) }
    }
  }
}

extension Program {
  /// Checks the graph and all that the program says about it: inputs are distinct parameters and all that the roots
  /// need, roots are nodes, aliases name results and inputs of one type.
  ///
  /// - Throws: the first ``VerificationError``.
  public func verify() throws(VerificationError) {
    try graph.verify()
    try verifyInterface()
  }

  func verifyInterface() throws(VerificationError) {
    var isInput = Array(repeating: false, count: graph.count)
    for input in inputs {
      guard input.index < graph.count else { throw .unknownNode(input) }
      guard graph.parameterIndex(input) != nil else { throw .inputIsNoParameter(input) }
      if isInput[input.index] { throw .repeatedInput(input) }
      isInput[input.index] = true
    }
    for root in roots where root.node.index >= graph.count { throw .unknownNode(root.node) }
    let live = graph.live(from: rootNodes)
    for id in graph.ids where live[id.index] && !isInput[id.index] && graph.parameterIndex(id) != nil {
      throw .freeParameter(id)
    }
    try verifyAliases()
  }

  private func verifyAliases() throws(VerificationError) {
    var taken: Set<Int> = []
    for (output, input) in aliases.sorted(by: { $0.key < $1.key }) {
      guard roots.indices.contains(output), inputs.indices.contains(input) else {
        throw .aliasOutOfRange(output: output, input: input)
      }
      guard taken.insert(input).inserted, graph.type(of: roots[output].node) == graph.type(of: inputs[input]) else {
        throw .aliasConflict(output: output, input: input)
      }
    }
  }
}
