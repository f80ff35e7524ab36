import NablaGraph
import NablaRuntime

/// Where views have their operands' elements.
extension ArrayPlanBuilder {
  /// The index of an operand that is broadcast: axes are aligned at the end, and an axis with one place stays there.
  func broadcastIndex(_ index: [LinearIndex], of operand: NodeID, rank: Int) -> [LinearIndex] {
    let extents = facts.extents(of: operand)
    let lead = index.count - extents.count
    return extents.indices.map { axis in
      extents[axis] == 1 ? LinearIndex(constant: 0, rank: rank) : index[lead + axis]
    }
  }

  /// The index at which a view, or an alias, has its operand's element; `nil` where that is not linear.
  func operandIndex(of id: NodeID, at index: [LinearIndex], rank: Int) throws(CompilerError) -> [LinearIndex]? {
    let graph = facts.graph
    let operand = graph.operand(0, of: id)
    switch graph.operation(of: id) {
    case .stop, .elementwise(.identity), .cast: return index
    case .broadcast: return broadcastIndex(index, of: operand, rank: rank)
    case .transpose(let permutation):
      var result = index
      for (axis, source) in permutation.enumerated() { result[source] = index[axis] }
      return result
    case .slice(let slices):
      var result: [LinearIndex] = []
      for (axis, slice) in slices.enumerated() {
        var position = LinearIndex(constant: try start(of: slice, id, axis), rank: rank)
        position.add(index[axis], times: slice.step)
        result.append(position)
      }
      return result
    case .view(let view):
      return try viewed(index, by: view, id, array: facts.extents(of: operand), rank: rank)
    case .reshape:
      let extents = facts.extents(of: id)
      let own = facts.extents(of: operand)
      if let splitting = AxisSplitting(from: own, to: extents) {
        return splitting.operandIndex(index, extents, rank: rank)
      }
      return AxisJoining(from: own, to: extents)?.operandIndex(index, rank: rank)
    default: return nil
    }
  }

  private func start(of slice: Operation.Slice, _ id: NodeID, _ axis: Int) throws(CompilerError) -> Int {
    let count = facts.extents(of: id)[axis]
    if count == 0 { return 0 }
    let extent = facts.extents(of: facts.graph.operand(0, of: id))[axis]
    let start = try facts.constant(slice.start, of: id)
    let (reach, overflow) = slice.step.multipliedReportingOverflow(by: count - 1)
    let (last, beyond) = start.addingReportingOverflow(reach)
    guard !overflow, !beyond, (0..<extent).contains(start), (0..<extent).contains(last) else {
      throw .lowering(.sliceOutOfRange(start: start, step: slice.step, count: count, extent: extent))
    }
    return start
  }

  /// The index into the array that a view is of.
  func viewed(
    _ index: [LinearIndex], by view: View, _ id: NodeID, array: [Int], rank: Int
  ) throws(CompilerError) -> [LinearIndex] {
    let extents = facts.extents(of: id)
    var result: [LinearIndex] = []
    for (axis, walk) in view.axes.enumerated() {
      let start = try facts.constant(walk.start, of: id)
      var position = LinearIndex(constant: extents.contains(0) ? 0 : start, rank: rank)
      var (least, greatest) = (start, start)
      for (own, dimension) in walk.steps.enumerated() where extents[own] > 1 {
        let step = try facts.constant(dimension, of: id)
        let (reach, overflow) = step.multipliedReportingOverflow(by: extents[own] - 1)
        let (end, beyond) = (step < 0 ? least : greatest).addingReportingOverflow(reach)
        guard !overflow, !beyond else {
          throw .lowering(.viewOutOfRange(axis: axis, first: start, last: step < 0 ? .min : .max, extent: array[axis]))
        }
        if step < 0 { least = end } else { greatest = end }
        position.add(index[own], times: step)
      }
      guard extents.contains(0) || (least >= 0 && greatest < array[axis]) else {
        throw .lowering(
          .viewOutOfRange(axis: axis, first: least, last: greatest, extent: array[axis]))
      }
      result.append(position)
    }
    return result
  }
}
