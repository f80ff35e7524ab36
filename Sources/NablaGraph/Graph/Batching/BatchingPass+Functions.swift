/// Calls and scans: their bodies are batched in turn.
extension BatchingPass {
  mutating func call(_ function: FunctionID, _ id: NodeID, in graph: inout Graph) throws -> Batched {
    let values = try operandValues(id, in: &graph)
    let (body, loops) = try batched(graph.functions[function.index], values.map(\.loops), carried: [], in: &graph)
    let nodes = graph.call(graph.intern(body), values.map(\.node))
    results[id] = zip(nodes, loops).map { Batched($0, $1) }
    return results[id]?.first ?? Batched(id)
  }

  /// A scan for all indices runs once, with the loops' axes in what it carries and stacks.
  mutating func scan(_ scan: Scan, _ id: NodeID, in graph: inout Graph) throws -> Batched {
    var values = try operandValues(id, in: &graph)
    let all = Set(values.flatMap(\.loops)).sorted()
    for position in 0..<scan.carried {
      values[position] = Batched(try filled(values[position], all, in: &graph), all)
    }
    let (body, loops) = try batched(
      graph.functions[scan.body.index], values.map(\.loops), carried: Array(repeating: all, count: scan.carried),
      in: &graph)
    // The axis that is walked comes first.
    for position in scan.carried..<scan.carried + scan.sequences {
      let value = values[position]
      let rank = graph.type(of: value.node).shape.rank
      let lead = value.loops.count
      values[position].node = try graph.transposed(
        value.node, [lead] + Array(0..<lead) + Array(min(lead + 1, rank)..<rank))
    }
    var whole = scan
    whole.body = graph.intern(body)
    _ = try graph.resultType(of: .scan(whole), values.map(\.node), stated: TensorType())
    let nodes = graph.scan(whole, values.map(\.node))
    var images: [Batched] = []
    for (position, node) in nodes.enumerated() {
      let lead = loops[position].count
      let rank = graph.type(of: node).shape.rank
      let isStack = position >= scan.carried
      let order = Array(1..<1 + lead) + [0] + Array(min(lead + 1, rank)..<rank)
      images.append(Batched(isStack ? try graph.transposed(node, order) : node, loops[position]))
    }
    results[id] = images
    return images.first ?? Batched(id)
  }

  private func operandValues(_ id: NodeID, in graph: inout Graph) throws(TypeError) -> [Batched] {
    var values: [Batched] = []
    for operand in graph.operands(of: id) {
      values.append(try dense(image(of: operand), graph.type(of: operand).shape, in: &graph))
    }
    return values
  }

  /// A function whose inputs have the axes of loops, and the loops of each of its results.
  ///
  /// - Parameter carried: the loops that the first results must have.
  private func batched(
    _ function: Function, _ inputs: [[Int]], carried: [[Int]], in graph: inout Graph
  ) throws -> (function: Function, loops: [[Int]]) {
    guard depth < BatchingPass.depthLimit else { throw VectorisationError.nesting }
    var body = function.body
    var seeds: [(node: NodeID, image: Batched)] = []
    var parameters = body.inputs
    for (position, loops) in inputs.enumerated() where !loops.isEmpty {
      let input = body.inputs[position]
      let type = body.graph.type(of: input)
      let parameter = body.graph.parameter(
        body.name(ofInput: position), TensorType(type.element, shape(loops, type.shape)))
      seeds.append((input, Batched(parameter, loops)))
      parameters[position] = parameter
    }
    var pass = BatchingPass(extents: extents, indices: [], seeds: seeds, depth: depth + 1)
    try pass.run(body.rootNodes, in: &body.graph)
    var loops: [[Int]] = []
    for (position, root) in body.roots.enumerated() {
      var value = try pass.dense(pass.image(of: root.node), body.graph.type(of: root.node).shape, in: &body.graph)
      if position < carried.count {
        value = Batched(try pass.filled(value, carried[position], in: &body.graph), carried[position])
      }
      body.roots[position].node = value.node
      loops.append(value.loops)
    }
    body.inputs = parameters
    return (Function(name: function.name, body: body.compacted()), loops)
  }
}
