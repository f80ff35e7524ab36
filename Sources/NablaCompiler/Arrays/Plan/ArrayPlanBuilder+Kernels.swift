import NablaGraph
import NablaRuntime

/// Kernels that read their operands as arrays.
extension ArrayPlanBuilder {
  /// The buffer of an operand that is demanded as a whole.
  func whole(_ id: NodeID) -> Int {
    guard let buffer = contiguousBuffer(of: id) else { preconditionFailure("a demanded operand is stored") }
    return buffer
  }

  /// - Parameter array: what the indices choose from: the operand of a gather, the result of a scatter.
  mutating func addIndexed(_ gather: Gather, isAdding: Bool, array: NodeID, _ id: NodeID) {
    let operands = facts.graph.operands(of: id)
    let buffer = addBuffer(for: id)
    if isAdding { fill(buffer, with: Literal(0.0, facts.graph.element(of: id))) }
    let other = whole(operands[0])
    append(
      .indexed(
        IndexedKernel(
          gather, isAdding: isAdding, array: (isAdding ? buffer : other, facts.extents(of: array)),
          dense: isAdding ? other : buffer, indices: operands.dropFirst().map(whole),
          places: facts.extents(of: operands[1]), origin: facts.graph.origin(of: id))))
  }

  mutating func addAlong(_ axis: Int, _ action: AxisKernel.Action, _ id: NodeID) {
    let operand = facts.graph.operand(0, of: id)
    let extents = facts.extents(of: operand)
    let source = whole(operand)
    let result = addBuffer(for: id)
    let scratch = action == .order ? addBuffer(.i64, [2, extents[axis]]) : nil
    append(
      .along(
        AxisKernel(
          action: action, source: source, result: result, scratch: scratch,
          outer: Array(extents[..<axis]).elementCount, extent: extents[axis],
          inner: Array(extents[(axis + 1)...]).elementCount)))
  }

  mutating func addRandom(_ site: Int, _ id: NodeID) {
    let operand = facts.graph.operand(0, of: id)
    let key = whole(operand)
    let result = addBuffer(for: id)
    let axes = facts.extents(of: operand)
    append(
      .random(
        RandomKernel(
          key: key, result: result, site: site, keys: axes.elementCount,
          count: Array(facts.extents(of: id)[axes.count...]).elementCount)))
  }
}
