import NablaGraph

/// What the rules of structural operations are made of.
extension Graph {
  /// A cotangent in the full shape of its node: a scalar seed may stand for all elements.
  mutating func fitted(_ cotangent: NodeID, like id: NodeID) -> NodeID {
    summed(cotangent, to: type(of: id).shape)
  }

  /// A part of one axis.
  mutating func part(_ x: NodeID, _ axis: Int, start: Dimension, count: Dimension) -> NodeID {
    let full = type(of: x)
    let slices = full.shape.dimensions.enumerated().map { position, extent in
      position == axis ? Operation.Slice(start: start, count: count) : Operation.Slice(start: 0, count: extent)
    }
    return append(.slice(slices), [x], type: full)
  }

  /// The elements in the opposite order along some axes.
  mutating func reversed(_ x: NodeID, axes: [Int]) -> NodeID {
    let full = type(of: x)
    let turned = axes.filter { full.shape.dimensions[$0].constant.map { $0 > 1 } ?? true }
    if turned.isEmpty { return x }
    let slices = full.shape.dimensions.enumerated().map { position, extent in
      turned.contains(position)
        ? Operation.Slice(start: extent - 1, step: -1, count: extent) : Operation.Slice(start: 0, count: extent)
    }
    return append(.slice(slices), [x], type: full)
  }

  /// What an operation made of `x` by collapsing axes, with these of extent 1 again, so that ordinary broadcasting
  /// repeats it along them. A scalar may stand for all elements.
  mutating func restored(_ value: NodeID, _ axes: [Int], like x: NodeID) -> NodeID {
    var kept = type(of: x)
    let collapsed = Set(axes)
    let rest = Shape(kept.shape.dimensions.indices.filter { !collapsed.contains($0) }.map { kept.shape.dimensions[$0] })
    for axis in axes { kept.shape.dimensions[axis] = 1 }
    let whole = summed(value, to: rest)
    kept.element = type(of: whole).element
    return type(of: whole).shape == kept.shape ? whole : append(.reshape, [whole], type: kept)
  }
}
