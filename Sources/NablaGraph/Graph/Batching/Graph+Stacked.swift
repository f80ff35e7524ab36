extension Graph {
  /// What nodes of a scan's body are in every step, stacked along a new first axis: computed at once instead of one after
  /// the other.
  ///
  /// - Parameters:
  ///   - nodes: nodes of the body that depend on its elements and captured values alone.
  ///   - sequences: the elements of the body, with the sequences of this graph.
  ///   - captured: the other inputs that the nodes need, with their operands.
  /// - Throws: ``VectorisationError`` where an operation has no form for all steps.
  public mutating func stacked(
    _ nodes: [NodeID], of body: Graph, sequences: [ScanBuilder.Bound], captured: [ScanBuilder.Bound], length: Dimension
  ) throws(VectorisationError) -> [NodeID] {
    let saved = currentOrigin
    defer { currentOrigin = saved }
    var inputs = Dictionary(captured.map { ($0.input, $0.operand) }, uniquingKeysWith: { first, _ in first })
    var seeds: [(node: NodeID, image: Batched)] = []
    for sequence in sequences {
      let element = parameter("element", body.type(of: sequence.input))
      inputs[sequence.input] = element
      seeds.append((element, Batched(sequence.operand, [0])))
    }
    let outputs = splice(body, roots: nodes, inputs: inputs)
    var pass = BatchingPass(extents: [length], indices: [], seeds: seeds)
    try pass.run(outputs, in: &self)
    return try pass.finished(outputs, in: &self)
  }
}
