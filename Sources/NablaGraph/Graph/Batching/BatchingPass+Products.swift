/// Products that are summed: a loop that both operands depend on is a label of both; one that depends on none is not
/// repeated.
extension BatchingPass {
  mutating func contract(
    _ contraction: Contraction, _ id: NodeID, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let operands = graph.operands(of: id)
    var values = operands.map { image(of: $0) }
    var labels = [contraction.left, contraction.right]
    var result = contraction.result
    var diagonals: [(label: Int, loop: Int)] = []
    // Along a label that both are diagonal in, one is enough.
    if !values[0].diagonals.isEmpty {
      values[1] = try dense(values[1], graph.type(of: operands[1]).shape, in: &graph)
    }
    for side in [0, 1] {
      for diagonal in values[side].diagonals {
        let all = side == 0 ? contraction.left : contraction.right
        let label = all[diagonal.axis]
        if let axis = labels[1 - side].firstIndex(of: label) {
          values[1 - side] = try taken(values[1 - side], axis, at: diagonal.loop, in: &graph)
          labels[1 - side].remove(at: axis)
        }
        labels[side].removeAll { $0 == label }
        if result.contains(label) { diagonals.append((label, diagonal.loop)) }
        result.removeAll { $0 == label }
      }
      values[side].diagonals = []
    }
    let loops = union(values[0].loops, values[1].loops)
    let axes = zip(values, labels).map { $0.loops.map(BatchAxis.loop) + $1.map(BatchAxis.own) }
    let node = try graph.contracted(
      values[0].node, axes[0], values[1].node, axes[1], to: loops.map(BatchAxis.loop) + result.map(BatchAxis.own))
    let left = contraction.result.enumerated().compactMap { axis, label in
      diagonals.first { $0.label == label }.map { Batched.Diagonal(axis: axis, loop: $0.loop) }
    }
    return Batched(node, loops, diagonals: left)
  }

  /// Loops of the array run along its batch, those of the kernel along its outputs, those of both along the groups.
  mutating func convolve(
    _ convolution: Convolution, _ id: NodeID, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let operands = graph.operands(of: id)
    let x = try dense(image(of: operands[0]), graph.type(of: operands[0]).shape, in: &graph)
    let kernel = try dense(image(of: operands[1]), graph.type(of: operands[1]).shape, in: &graph)
    let shared = x.loops.filter { kernel.loops.contains($0) }.map(BatchAxis.loop)
    let batches = x.loops.filter { !kernel.loops.contains($0) }.map(BatchAxis.loop)
    let outputs = kernel.loops.filter { !x.loops.contains($0) }.map(BatchAxis.loop)
    let spatial = convolution.windows.count
    let space = (1...max(spatial, 1)).prefix(spatial).map(BatchAxis.own)
    let (groups, last) = (BatchAxis.own(spatial + 1), BatchAxis.own(spatial + 2))
    let array = try merged(
      x.node, x.loops.map(BatchAxis.loop) + (0..<spatial + 3).map(BatchAxis.own),
      [batches + [.own(0)]] + space.map { [$0] } + [shared + [groups], [last]], in: &graph)
    let windows = (0..<spatial).map { [BatchAxis.own($0)] }
    let weights = try merged(
      kernel.node, kernel.loops.map(BatchAxis.loop) + (0..<spatial + 3).map(BatchAxis.own),
      windows + [shared + [.own(spatial)], [.own(spatial + 1)], outputs + [.own(spatial + 2)]], in: &graph)
    let operation = Operation.convolve(convolution)
    let type = try graph.resultType(of: operation, [array, weights], stated: graph.type(of: array))
    let node = graph.append(operation, [array, weights], type: type)
    // The result is taken apart again.
    let own = graph.type(of: id).shape.dimensions
    func extent(_ axis: BatchAxis) -> Dimension {
      switch axis {
      case .loop(let loop): extents[loop]
      case .own(let axis), .place(let axis): own[axis]
      }
    }
    let axes = batches + [.own(0)] + space + shared + [groups] + outputs + [last]
    let apart = try graph.reshaped(node, Shape(axes.map(extent)))
    let loops = union(x.loops, kernel.loops)
    return Batched(
      try arranged(apart, axes, to: loops.map(BatchAxis.loop) + own.indices.map(BatchAxis.own), in: &graph), loops)
  }

  /// The node with its axes in another order, some of them joined.
  private func merged(
    _ node: NodeID, _ axes: [BatchAxis], _ groups: [[BatchAxis]], in graph: inout Graph
  ) throws(TypeError) -> NodeID {
    let turned = try arranged(node, axes, to: Array(groups.joined()), in: &graph)
    var rest = graph.type(of: turned).shape.dimensions[...]
    let joined = groups.map { group in
      defer { rest = rest.dropFirst(group.count) }
      return rest.prefix(group.count).reduce(1, *)
    }
    return try graph.reshaped(turned, Shape(joined))
  }
}
