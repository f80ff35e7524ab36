/// Operations on axes: the new ones come first, and the attributes move up.
extension BatchingPass {
  /// The operand of a node with one, with all of its axes.
  func operand(_ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let operand = graph.operand(0, of: id)
    return try dense(image(of: operand), graph.type(of: operand).shape, in: &graph)
  }

  /// An operation of one operand whose attributes count axes.
  func shifted(
    _ id: NodeID, in graph: inout Graph, _ operation: ([Dimension]) -> Operation
  ) throws(TypeError) -> Batched {
    let value = try operand(id, in: &graph)
    let type = graph.type(of: id)
    let node = try graph.checked(operation(shape(value.loops)), value.node, shape(value.loops, type.shape))
    return Batched(node, value.loops)
  }

  /// A key for every index.
  func random(_ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let keys = try operand(id, in: &graph)
    let type = graph.type(of: id)
    let stated = TensorType(type.element, shape(keys.loops, type.shape))
    let all = try graph.operation(of: id).resultType([graph.type(of: keys.node)], stated: stated)
    return Batched(graph.append(graph.operation(of: id), [keys.node], type: all), keys.loops)
  }

  /// `stop` and `cast`: element by element.
  func converted(_ operation: Operation, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let operand = graph.operand(0, of: id)
    var value = image(of: operand)
    let element = graph.element(of: id)
    if !element.isFloat { value = try dense(value, graph.type(of: operand).shape, in: &graph) }
    let stated = TensorType(element, graph.type(of: value.node).shape)
    value.node = graph.append(operation, [value.node], type: stated)
    return value
  }

  func broadcast(_ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let (source, target) = (graph.type(of: graph.operand(0, of: id)).shape, graph.type(of: id).shape)
    let lead = target.rank - source.rank
    var value = image(of: graph.operand(0, of: id))
    let isStretched = value.diagonals.contains { source.dimensions[$0.axis] != target.dimensions[$0.axis + lead] }
    if isStretched { value = try dense(value, source, in: &graph) }
    value.diagonals = value.diagonals.map { .init(axis: $0.axis + lead, loop: $0.loop) }
    let own = value.ownShape(target)
    if !value.loops.isEmpty {
      let known = self.own(Batched(value.node, value.loops), graph)
      let ones = Array(repeating: Dimension(1), count: own.rank - known.rank)
      value.node = try graph.reshaped(value.node, Shape(shape(value.loops) + ones + known.dimensions))
    }
    let whole = shape(value.loops, own)
    if graph.type(of: value.node).shape != whole { value.node = try graph.checked(.broadcast, value.node, whole) }
    return value
  }

  func reshape(_ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    let (source, target) = (graph.type(of: graph.operand(0, of: id)).shape, graph.type(of: id).shape)
    var value = image(of: graph.operand(0, of: id))
    if !value.diagonals.isEmpty {
      // Axes of extent 1 may come and go beside a diagonal.
      let origins = target.unitAxesInserted(into: source)
      let diagonals = value.diagonals.compactMap { diagonal in
        origins?.firstIndex(of: diagonal.axis).map { Batched.Diagonal(axis: $0, loop: diagonal.loop) }
      }
      if diagonals.count == value.diagonals.count {
        value.diagonals = diagonals
      } else {
        value = try dense(value, source, in: &graph)
      }
    }
    value.node = try graph.reshaped(value.node, shape(value.loops, value.ownShape(target)))
    return value
  }

  func transpose(_ permutation: [Int], _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    var value = image(of: graph.operand(0, of: id))
    let kept = value.ownAxes(graph.type(of: graph.operand(0, of: id)).shape)
    let lead = value.loops.count
    let order = permutation.compactMap { kept.firstIndex(of: $0) }.map { $0 + lead }
    value.node = try graph.transposed(value.node, Array(0..<lead) + order)
    value.diagonals = permutation.enumerated().compactMap { axis, origin in
      value.diagonals.first { $0.axis == origin }.map { .init(axis: axis, loop: $0.loop) }
    }
    return value
  }

  func concatenate(_ axis: Int, _ id: NodeID, in graph: inout Graph) throws(TypeError) -> Batched {
    var values: [Batched] = []
    for operand in graph.operands(of: id) {
      values.append(try dense(image(of: operand), graph.type(of: operand).shape, in: &graph))
    }
    let loops = Set(values.flatMap(\.loops)).sorted()
    var nodes: [NodeID] = []
    for value in values { nodes.append(try filled(value, loops, in: &graph)) }
    let operation = Operation.concatenate(axis: axis + loops.count)
    let type = try graph.resultType(of: operation, nodes, stated: graph.type(of: id))
    return Batched(graph.append(operation, nodes, type: type), loops)
  }

  /// A sum of products of operands that depend on different loops is a contraction: nothing is repeated.
  func reduce(
    _ reduction: Operation.Reduction, _ axes: [Int], _ id: NodeID, in graph: inout Graph
  ) throws(TypeError) -> Batched {
    let source = graph.type(of: graph.operand(0, of: id)).shape
    var value = image(of: graph.operand(0, of: id))
    if reduction != .sum { value = try dense(value, source, in: &graph) }
    let kept = value.ownAxes(source)
    let summed = kept.indices.filter { axes.contains(kept[$0]) }.map { $0 + value.loops.count }
    let rest = source.dimensions.indices.filter { !axes.contains($0) }
    // The sum along a diagonal is what stands there.
    value.diagonals = rest.enumerated().compactMap { place, axis in
      value.diagonals.first { $0.axis == axis }.map { .init(axis: place, loop: $0.loop) }
    }
    if summed.isEmpty { return value }
    if reduction == .sum, let product = graph.sumOfProducts(value.node, over: summed) {
      value.node = product
    } else {
      let type = graph.type(of: value.node)
      value.node = try graph.checked(.reduce(reduction, axes: summed), value.node, type.shape)
    }
    return value
  }
}
