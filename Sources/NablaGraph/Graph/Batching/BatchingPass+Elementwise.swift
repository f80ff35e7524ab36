extension BatchingPass {
  /// Operands broadcast: each keeps the axes that it depends on.
  mutating func elementwise(_ f: Elementwise, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let operands = graph.operands(of: id)
    let images = operands.map { image(of: $0) }
    if images.contains(where: { !$0.diagonals.isEmpty }),
      let image = try diagonal(f, id, operands, images, in: &graph)
    {
      return image
    }
    var values: [Batched] = []
    for (operand, image) in zip(operands, images) {
      values.append(try dense(image, graph.type(of: operand).shape, in: &graph))
    }
    return try applied(f, values, rank: graph.type(of: id).shape.rank, in: &graph)
  }

  private func applied(
    _ f: Elementwise, _ values: [Batched], rank: Int, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let loops = Set(values.flatMap(\.loops)).sorted()
    var nodes: [NodeID] = []
    for value in values { nodes.append(try aligned(value, loops, rank: rank, in: &graph)) }
    _ = try f.resultType(nodes.map { graph.type(of: $0) })
    return Batched(graph.apply(f, nodes), loops)
  }

  // MARK: Diagonals

  /// What is zero but at one place stays so under operations that are linear in it; the other operands are taken there.
  ///
  /// - Returns: `nil` where the operation is not linear in the diagonal operand.
  private func diagonal(
    _ f: Elementwise, _ id: NodeID, _ operands: [NodeID], _ images: [Batched], in graph: inout Graph
  ) throws(TypeError) -> Batched? {
    let shape = graph.type(of: id).shape
    guard let position = carrier(f, operands, images, graph) else { return nil }
    func lead(_ operand: Int) -> Int { shape.rank - graph.type(of: operands[operand]).shape.rank }
    let carried = images[position].diagonals.map { Batched.Diagonal(axis: $0.axis + lead(position), loop: $0.loop) }
    // An axis of extent 1 may be stretched by another operand.
    let source = graph.type(of: operands[position]).shape
    for diagonal in carried where shape.dimensions[diagonal.axis] != source.dimensions[diagonal.axis - lead(position)] {
      return nil
    }
    var values: [Batched] = []
    for (operand, image) in images.enumerated() {
      let isAlike = image.diagonals.map { Batched.Diagonal(axis: $0.axis + lead(operand), loop: $0.loop) } == carried
      if isAlike {
        values.append(Batched(image.node, image.loops))
        continue
      }
      let own = graph.type(of: operands[operand]).shape
      var value = try dense(image, own, in: &graph)
      for diagonal in carried.reversed() {
        let axis = diagonal.axis - lead(operand)
        if axis < 0 { continue }
        let isStretched = own.dimensions[axis].isOne && !shape.dimensions[diagonal.axis].isOne
        value = try isStretched ? dropped(value, axis, in: &graph) : taken(value, axis, at: diagonal.loop, in: &graph)
      }
      values.append(value)
    }
    let rank = shape.rank - carried.count
    var result: Batched
    if let known = product(f, values, rank, graph) {
      result = known
    } else {
      result = try applied(f, values, rank: rank, in: &graph)
    }
    result.diagonals = carried
    return result
  }

  /// A product with the one that a unit is at its place.
  private func product(_ f: Elementwise, _ values: [Batched], _ rank: Int, _ graph: Graph) -> Batched? {
    guard f == .multiply || f == .strongMultiply else { return nil }
    for (factor, other) in [(values[0], values[1]), (values[1], values[0])] {
      if graph.constant(factor.node)?.isOne ?? false, own(other, graph).rank == rank { return other }
    }
    return nil
  }

  /// The diagonal operand that an operation is linear in.
  private func carrier(_ f: Elementwise, _ operands: [NodeID], _ images: [Batched], _ graph: Graph) -> Int? {
    let candidates: [Int]
    switch f {
    case .negate, .identity, .divide: candidates = [0]
    case .multiply, .strongMultiply: candidates = [0, 1]
    case .add, .subtract:
      let ranks = operands.map { graph.type(of: $0).shape.rank }
      return ranks[0] == ranks[1] && images[0].diagonals == images[1].diagonals ? 0 : nil
    case .select:
      // One branch, where the other is zero everywhere.
      if !images[0].diagonals.isEmpty { return nil }
      candidates = [1, 2].filter { isZero(operands[3 - $0], graph) }
    default: return nil
    }
    return candidates.first { !images[$0].diagonals.isEmpty }
  }

  private func isZero(_ id: NodeID, _ graph: Graph) -> Bool {
    if let value = graph.constant(id) { return value.isZero }
    return graph.operation(of: id) == .broadcast && graph.constant(graph.operand(0, of: id))?.isZero ?? false
  }
}
