import NablaGraph

/// What the least or greatest element along some axes contributes to its operand.
extension Graph {
  /// Ties share the cotangent evenly.
  mutating func sharedExtremumPullback(_ axes: [Int], of id: NodeID, cotangent: NodeID) -> NodeID {
    let x = operand(0, of: id)
    let full = type(of: x)
    let isTie = apply(.equal, x, restored(id, axes, like: x))
    let ties = apply(.select, isTie, constant(.one, full.element), constant(.zero, full.element))
    let count = append(.reduce(.sum, axes: axes), [ties], type: full)
    let share = apply(.divide, cotangent, count)
    return apply(
      .select, isTie, restored(share, axes, like: x), constant(.zero, full.element))
  }

  /// The first tie takes all, in row-major order of the axes.
  mutating func firstExtremumPullback(
    _ extremum: Operation.Extremum, _ axes: [Int], of id: NodeID, cotangent: NodeID
  ) -> NodeID {
    let x = operand(0, of: id)
    let full = type(of: x)
    guard let axis = axes.first else { return cotangent }
    if axes.count == 1 { return selected(x, axis, extremum, restored(cotangent, axes, like: x)) }
    // The axes as one, behind the others.
    let kept = full.shape.dimensions.indices.filter { !axes.contains($0) }
    let order = kept + axes
    let moved = append(.transpose(order), [x], type: full)
    let extents = kept.map { full.shape.dimensions[$0] }
    let joined = axes.reduce(1 as Dimension) { $0 * full.shape.dimensions[$1] }
    let flat = append(.reshape, [moved], type: TensorType(full.element, Shape(extents + [joined])))
    let whole = append(.reshape, [cotangent], type: TensorType(full.element, Shape(extents + [1])))
    let chosen = selected(flat, kept.count, extremum, whole)
    let unfolded = append(.reshape, [chosen], type: type(of: moved))
    var back = order
    for (position, origin) in order.enumerated() { back[origin] = position }
    return append(.transpose(back), [unfolded], type: full)
  }

  /// A value where the extreme element is, zero elsewhere.
  private mutating func selected(
    _ x: NodeID, _ axis: Int, _ extremum: Operation.Extremum, _ value: NodeID
  ) -> NodeID {
    let full = type(of: x)
    let extent = full.shape.dimensions[axis]
    let places = append(.iota, [], type: TensorType(.i64, Shape([extent])))
    let ones = Array(repeating: 1 as Dimension, count: full.shape.rank - axis - 1)
    let column = append(.reshape, [places], type: TensorType(.i64, Shape([extent] + ones)))
    let found = append(.argReduce(extremum, axis: axis), [x], type: full)
    let isFirst = apply(.equal, column, restored(found, [axis], like: x))
    return apply(.select, isFirst, value, constant(.zero, full.element))
  }
}
