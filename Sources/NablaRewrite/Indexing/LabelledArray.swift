import NablaGraph

/// An array with a label for each of its axes. Axes of one element have none: they are repeated wherever that is needed.
struct LabelledArray {
  var node: NodeID
  /// Distinct.
  var labels: [Int]
}

extension Workspace {
  /// An array whose axes stand at the end of those that the labels name, as broadcasting aligns them.
  mutating func labelled(_ id: NodeID, _ labels: [Int]) -> LabelledArray {
    let dimensions = graph.type(of: id).shape.dimensions
    let own = labels.suffix(dimensions.count)
    let kept = dimensions.indices.filter { !dimensions[$0].isOne }
    let first = own.startIndex
    return LabelledArray(node: reshaped(id, keeping: kept), labels: kept.map { own[first + $0] })
  }

  /// The array with its axes in the order of the labels, with one element along those that it lacks.
  mutating func aligned(_ array: LabelledArray, to labels: [Int]) -> NodeID {
    let order = labels.filter { array.labels.contains($0) }
    let node = transposed(array, to: order).node
    if order.count == labels.count { return node }
    let dimensions = graph.type(of: node).shape.dimensions
    var place = 0
    var type = graph.type(of: node)
    type.shape.dimensions = labels.map { label in
      guard place < order.count, order[place] == label else { return 1 }
      place += 1
      return dimensions[place - 1]
    }
    return make(.reshape, [node], type: type)
  }

  /// The array with its axes in another order.
  mutating func transposed(_ array: LabelledArray, to order: [Int]) -> LabelledArray {
    if order == array.labels { return array }
    let permutation = order.compactMap { array.labels.firstIndex(of: $0) }
    let node = make(.transpose(permutation), [array.node], type: graph.type(of: array.node))
    return LabelledArray(node: node, labels: order)
  }

  /// The array summed along axes.
  mutating func summed(_ array: LabelledArray, over labels: [Int]) -> LabelledArray {
    let axes = array.labels.indices.filter { labels.contains(array.labels[$0]) }
    if axes.isEmpty { return array }
    let node = make(.reduce(.sum, axes: axes), [array.node], type: graph.type(of: array.node))
    return LabelledArray(node: node, labels: array.labels.filter { !labels.contains($0) })
  }

  private mutating func reshaped(_ id: NodeID, keeping axes: [Int]) -> NodeID {
    var type = graph.type(of: id)
    if axes.count == type.shape.rank { return id }
    type.shape.dimensions = axes.map { type.shape.dimensions[$0] }
    // Axes come and go in one step.
    let isReshape = graph.elementwise(id) == nil && graph.operation(of: id) == .reshape
    let source = isReshape ? graph.operand(0, of: id) : id
    return graph.type(of: source) == type ? source : make(.reshape, [source], type: type)
  }
}
