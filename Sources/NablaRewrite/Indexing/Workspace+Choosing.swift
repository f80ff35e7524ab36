import NablaGraph

/// Choosing elements of an expression along one axis: the operands' elements are chosen, and the operations are done with
/// what was chosen alone. Exact: the chosen elements keep their bits.
extension Workspace {
  /// Which elements are chosen.
  private struct Choice {
    let places: LabelledArray
    /// The axis that the places are in, of `rank` axes.
    let axis: Int
    let rank: Int
    var images: [NodeID: NodeID] = [:]
  }

  /// How deep choosing reaches into an expression; what is deeper is computed whole.
  private static let choosingDepth = 12

  /// The elements of a node at places along an axis of a rank that it broadcasts to. The result has one element along
  /// that axis, or lacks it.
  ///
  /// - Parameter places: labelled by the axes of the rank.
  mutating func chosen(_ id: NodeID, at places: LabelledArray, along axis: Int, rank: Int) -> NodeID {
    var choice = Choice(places: places, axis: axis, rank: rank)
    return chosen(id, &choice, depth: 0)
  }

  private mutating func chosen(_ id: NodeID, _ choice: inout Choice, depth: Int) -> NodeID {
    if isConstant(id, along: choice.axis, rank: choice.rank) { return id }
    if let known = choice.images[id] { return known }
    let result: NodeID
    if depth < Workspace.choosingDepth, let f = graph.elementwise(id) {
      let operands = graph.operands(of: id).map { chosen($0, &choice, depth: depth + 1) }
      result = make(f, operands)
    } else if graph.elementwise(id) == nil, graph.operation(of: id) == .broadcast {
      result = chosen(graph.operand(0, of: id), &choice, depth: depth)
    } else if countingAxis(id, rank: choice.rank) == choice.axis, element(of: id) == element(of: choice.places.node) {
      // The place of a place is itself.
      result = aligned(choice.places, to: Array(0..<choice.rank))
    } else {
      let array = labelled(id, Array(0..<choice.rank))
      let elements = chosen(array, at: choice.places, along: choice.axis)
      result = aligned(elements, to: Array(0..<choice.rank))
    }
    choice.images[id] = result
    return result
  }

  /// The elements of an array at places along a labelled axis, by the labels of both.
  mutating func chosen(_ array: LabelledArray, at places: LabelledArray, along label: Int) -> LabelledArray {
    guard array.labels.contains(label) else { return array }
    if let other = identityLabel(places, array, label) {
      return LabelledArray(node: array.node, labels: array.labels.map { $0 == label ? other : $0 })
    }
    let batch = places.labels.filter { array.labels.contains($0) }
    let apart = places.labels.filter { !batch.contains($0) }
    let rest = array.labels.filter { !batch.contains($0) }
    let source = transposed(array, to: batch + rest)
    let indices = transposed(places, to: batch + apart)
    let axis = batch.count + (rest.firstIndex(of: label) ?? 0)
    let gather = Operation.gather(Gather(batch: batch.count, axes: [axis]))
    let node = make(gather, [source.node, indices.node], type: graph.type(of: source.node))
    return LabelledArray(node: node, labels: batch + apart + rest.filter { $0 != label })
  }

  /// The label of places that count 0, 1, … along the whole axis: choosing by them renames the axis.
  private func identityLabel(_ places: LabelledArray, _ array: LabelledArray, _ label: Int) -> Int? {
    guard places.labels.count == 1, graph.elementwise(places.node) == nil, graph.operation(of: places.node) == .iota,
      !array.labels.contains(places.labels[0]), let axis = array.labels.firstIndex(of: label),
      graph.type(of: array.node).shape.dimensions[axis] == graph.type(of: places.node).shape.dimensions[0]
    else { return nil }
    return places.labels[0]
  }

  // MARK: Gathers and scatters of one element

  /// A gather of single elements from an expression chooses from its operands, where that is all that it reads: fewer
  /// operations, and a logarithm meets the quotient or the exponential that it is of.
  mutating func sunkGather(_ gather: Gather, _ operands: [NodeID], like id: NodeID) -> NodeID? {
    guard phase == .canonicalise || phase == .stabilise, !isStrict, gather.axes == [gather.batch],
      graph.elementwise(operands[0]) != nil
    else { return nil }
    let places = graph.type(of: operands[1]).shape.dimensions
    guard places.dropFirst(gather.batch).allSatisfy(\.isOne) else { return nil }
    let rank = graph.type(of: operands[0]).shape.rank
    let labels = Array(0..<gather.batch) + Array(repeating: -1, count: places.count - gather.batch)
    let value = chosen(operands[0], at: labelled(operands[1], labels), along: gather.batch, rank: rank)
    let type = graph.type(of: id)
    var kept = graph.type(of: operands[0])
    kept.shape.dimensions[gather.batch] = 1
    let whole = graph.type(of: value).shape == kept.shape ? value : make(.broadcast, [value], type: kept)
    record("choose from operands", id, whole)
    return kept.shape == type.shape ? whole : make(.reshape, [whole], type: type)
  }

  /// Zeros with one element a row, as a comparison: as large as what it becomes a part of, and fused with that.
  mutating func denseScatter(_ gather: Gather, _ operands: [NodeID], like id: NodeID) -> NodeID? {
    guard phase == .canonicalise || phase == .stabilise, !isStrict, gather.axes == [gather.batch] else { return nil }
    let indexed = graph.type(of: operands[1]).shape.rank
    guard graph.type(of: operands[1]).shape.dimensions.dropFirst(gather.batch).allSatisfy(\.isOne) else { return nil }
    let type = graph.type(of: id)
    let (axis, rank) = (gather.batch, type.shape.rank)
    let labels = Array(0..<rank)
    let apart = Array(repeating: -1, count: indexed - gather.batch)
    let update = labelled(operands[0], labels.prefix(axis) + apart + labels.dropFirst(axis + 1))
    var places = labelled(operands[1], labels.prefix(axis) + apart)
    let extent = type.shape.dimensions[axis]
    if let (named, inside, _) = unguarded(places.node), isZero(update.node, unless: inside) {
      places.node = named
    } else {
      places.node = counted(places.node, within: extent)
    }
    let element = element(of: places.node)
    let walk = make(.iota, [], type: TensorType(element, Shape([extent])))
    let numbers = aligned(LabelledArray(node: walk, labels: [axis]), to: Array(labels[axis...]))
    let isNamed = make(.equal, aligned(places, to: labels), numbers)
    let zero = constant(.zero, type.element)
    let value = make(.select, [isNamed, aligned(update, to: labels), zero])
    record("scatter of one element a row", id, value)
    return fitted(value, like: id)
  }

  /// Whether a value is zero wherever a condition does not hold.
  private func isZero(_ id: NodeID, unless condition: NodeID) -> Bool {
    let node = unmoved(id)
    guard graph.elementwise(node) == .select, literal(graph.operand(2, of: node))?.isZero ?? false else { return false }
    return unmoved(graph.operand(0, of: node)) == unmoved(condition)
  }

  /// Indices of which negative ones count from the end, as places: the numbers of the axis, read at them. What lies
  /// outside is an error there as it is in the value.
  private mutating func counted(_ indices: NodeID, within extent: Dimension) -> NodeID {
    if isWithin(indices, extent) { return indices }
    let type = graph.type(of: indices)
    let walk = make(.iota, [], type: TensorType(type.element, Shape([extent])))
    return make(.gather(Gather(batch: 0, axes: [0])), [walk, indices], type: type)
  }
}
