import NablaGraph

extension Graph {
  /// Each operand's cotangent is the contraction of the result's with the other operand.
  mutating func contractionPullback(
    _ contraction: Contraction, of id: NodeID, cotangent: NodeID, strong: [Bool]
  ) -> [(operand: NodeID, contribution: NodeID)] {
    let (left, right) = (operand(0, of: id), operand(1, of: id))
    return [
      (left, adjoint(contraction, .left, cotangent, by: right, isStrong: strong[1])),
      (right, adjoint(contraction, .right, cotangent, by: left, isStrong: strong[0])),
    ]
  }

  private mutating func adjoint(
    _ contraction: Contraction, _ side: Contraction.Side, _ cotangent: NodeID, by other: NodeID, isStrong: Bool
  ) -> NodeID {
    let (adjoint, missing) = contraction.adjoint(of: side)
    // A scalar cotangent scales.
    let isScaling = adjoint.left.isEmpty && adjoint.right == adjoint.result
    let isScaled = adjoint.right.isEmpty && adjoint.left == adjoint.result
    let value: NodeID
    if isScaling || isScaled {
      if isStrong {
        value = simplified(.strongMultiply, cotangent, other)
      } else {
        value = side == .left ? simplified(.multiply, cotangent, other) : simplified(.multiply, other, cotangent)
      }
    } else {
      value = guarded(isStrong, cotangent, other) { graph, cotangent, other in
        let operands = side == .left ? [cotangent, other] : [other, cotangent]
        return graph.append(.contract(adjoint), operands, type: graph.type(of: cotangent))
      }
    }
    if missing.isEmpty { return value }
    // The sum along an axis that only this operand has repeats the cotangent along it.
    var kept = type(of: value)
    for axis in missing { kept.shape.dimensions.insert(1, at: axis) }
    return append(.reshape, [value], type: kept)
  }

  /// A sum of products of a weight's elements and a factor's. If `isStrong`, terms of a weight of zero are zero, also
  /// where the factor is NaN or infinite.
  ///
  /// Where a weight that is not zero meets such a factor, the sum is what it is; elsewhere, it is the sum without those
  /// factors.
  mutating func guarded(
    _ isStrong: Bool, _ weight: NodeID, _ factor: NodeID,
    _ sum: (inout Graph, _ weight: NodeID, _ factor: NodeID) -> NodeID
  ) -> NodeID {
    let plain = sum(&self, weight, factor)
    if !isStrong { return plain }
    let element = type(of: factor).element
    let (zero, one) = (constant(.zero, element), constant(.one, element))
    let isFinite = apply(.less, apply(.abs, factor), constant(.infinity, element))
    let clean = sum(&self, weight, apply(.select, isFinite, factor, zero))
    let isUsed = apply(.select, apply(.equal, weight, zero), zero, one)
    let meetings = sum(&self, isUsed, apply(.select, isFinite, zero, one))
    return apply(.select, apply(.less, zero, meetings), plain, clean)
  }
}
