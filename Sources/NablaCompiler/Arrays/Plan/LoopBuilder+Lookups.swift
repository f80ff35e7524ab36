import NablaGraph

/// Elements at places that integers of arrays say.
extension LoopBuilder {
  /// The index of what a gather has chosen.
  mutating func places(
    _ gather: Gather, of node: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> [LinearIndex] {
    let (array, indices) = plan.facts.choice(by: gather, of: node)
    let extents = plan.facts.extents(of: array)
    let count = plan.facts.extents(of: indices[0]).count
    var slice = index[count...]
    var result = Array(index[..<gather.batch])
    for axis in gather.batch..<extents.count {
      if let number = gather.axes.firstIndex(of: axis) {
        result.append(try place(indices[number], at: Array(index[..<count]), along: axis, extents[axis], node, plan))
      } else {
        result.append(slice.removeFirst())
      }
    }
    return result
  }

  /// The place that an integer of an array is along an axis.
  mutating func place(
    _ indices: NodeID, at index: [LinearIndex], along axis: Int, _ extent: Int, _ node: NodeID, _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> LinearIndex {
    let source = plan.facts.source(ofIndices: indices)
    let own = try sourceIndex(of: indices, source, at: index, plan)
    if plan.facts.isCounted(source, within: extent) { return own[0] }
    let (buffer, address) = try integer(of: source, at: own, plan)
    let space = plan.facts.extents(of: indices)
    if !space.contains(0), !plan.facts.isWithin(source, extent) {
      var all = LoopBuilder(order: order, extents: space)
      let whole = try all.sourceIndex(of: indices, source, at: all.identity, plan)
      let check = PlaceCheck(
        extents: space, buffer: buffer, address: try all.integer(of: source, at: whole, plan).address, extent: extent,
        axis: axis, origin: plan.facts.graph.origin(of: node))
      for check in all.checks + [check] where !checks.contains(check) { checks.append(check) }
    }
    return LinearIndex(lookup: buffer, at: address, extent: extent)
  }

  /// The index of what integers are views of.
  private func sourceIndex(
    of indices: NodeID, _ source: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> [LinearIndex] {
    var (node, index) = (indices, index)
    while node != source {
      guard let next = try plan.operandIndex(of: node, at: index, rank: rank) else {
        preconditionFailure("indices are views of what is stored")
      }
      (node, index) = (plan.facts.graph.operand(0, of: node), next)
    }
    return index
  }

  /// Where an integer lies that says where something else does.
  private mutating func integer(
    of source: NodeID, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> (buffer: Int, address: LinearIndex) {
    guard let buffer = plan.contiguousBuffer(of: source) else { preconditionFailure("indices are stored") }
    let address = plan.address(index, in: plan.facts.extents(of: source), of: buffer, rank: rank)
    _ = read(buffer, address, plan)
    return (buffer, address)
  }
}
