import NablaGraph

extension Graph {
  /// What a structural node contributes to each of its float operands.
  mutating func structuralPullback(of id: NodeID, cotangent: NodeID) -> [(operand: NodeID, contribution: NodeID)] {
    let operation = operation(of: id)
    guard operandCount(of: id) > 0, type(of: operand(0, of: id)).element.isFloat else { return [] }
    let x = operand(0, of: id)
    let source = type(of: x)
    switch operation {
    case .constant, .parameter, .stop, .elementwise, .iota, .argReduce, .argsort, .random:
      return []
    case .cast:
      return [(x, append(.cast, [cotangent], type: TensorType(source.element, type(of: cotangent).shape)))]
    case .broadcast:
      return [(x, cotangent)]
    case .reshape:
      return [(x, append(.reshape, [fitted(cotangent, like: id)], type: source))]
    case .transpose(let permutation):
      var inverse = permutation
      for (axis, origin) in permutation.enumerated() { inverse[origin] = axis }
      return [(x, append(.transpose(inverse), [fitted(cotangent, like: id)], type: source))]
    case .slice(let slices):
      return [(x, scattered(fitted(cotangent, like: id), slices: slices, into: source.shape))]
    case .pad(let padding):
      let slices = zip(padding, source.shape.dimensions).map {
        Operation.Slice(start: $0.low, step: $0.interior + 1, count: $1)
      }
      return [(x, append(.slice(slices), [fitted(cotangent, like: id)], type: source))]
    case .concatenate(let axis):
      return concatenationPullback(of: id, axis: axis, cotangent: fitted(cotangent, like: id))
    case .reduce(let reduction, let axes):
      guard let contribution = reductionPullback(reduction, axes, of: id, cotangent: cotangent) else { return [] }
      return [(x, contribution)]
    case .contract(let contraction):
      return contractionPullback(contraction, of: id, cotangent: fitted(cotangent, like: id))
    case .convolve, .gather, .scatter, .view, .accumulate, .cumulative, .scan:
      preconditionFailure("\(operation.name) has no derivative yet")
    case .call, .result:
      preconditionFailure("calls are inlined before differentiation")
    }
  }

  /// A cotangent in the full shape of its node: a scalar seed may stand for all elements.
  private mutating func fitted(_ cotangent: NodeID, like id: NodeID) -> NodeID {
    summed(cotangent, to: type(of: id).shape)
  }

  /// The adjoint of `slice`: zeros everywhere but at the elements taken. A backward slice is turned round first.
  private mutating func scattered(_ value: NodeID, slices: [Operation.Slice], into shape: Shape) -> NodeID {
    var value = value
    let turned = slices.map { slice in
      slice.step > 0
        ? Operation.Slice(start: 0, count: slice.count)
        : Operation.Slice(start: slice.count - 1, step: -1, count: slice.count)
    }
    if slices.contains(where: { $0.step < 0 }) { value = append(.slice(turned), [value], type: type(of: value)) }
    let padding = zip(slices, shape.dimensions).map { slice, extent in
      // Nothing was taken, so there are no gaps either.
      if slice.count == 0 { return Operation.Padding(low: 0, high: extent) }
      let step = Dimension(abs(slice.step))
      let span = step * (slice.count - 1)
      let low = slice.step > 0 ? slice.start : slice.start - span
      return Operation.Padding(low: low, interior: abs(slice.step) - 1, high: extent - low - span - 1)
    }
    return append(.pad(padding), [value], type: type(of: value))
  }

  /// Each operand's cotangent is the contraction of the result's with the other operand.
  private mutating func contractionPullback(
    _ contraction: Contraction, of id: NodeID, cotangent: NodeID
  ) -> [(operand: NodeID, contribution: NodeID)] {
    let (left, right) = (operand(0, of: id), operand(1, of: id))
    return [
      (left, adjoint(contraction, .left, cotangent, right)), (right, adjoint(contraction, .right, left, cotangent)),
    ]
  }

  private mutating func adjoint(
    _ contraction: Contraction, _ side: Contraction.Side, _ left: NodeID, _ right: NodeID
  ) -> NodeID {
    let (adjoint, missing) = contraction.adjoint(of: side)
    // A scalar cotangent scales.
    let isScaling = adjoint.left.isEmpty && adjoint.right == adjoint.result
    let isScaled = adjoint.right.isEmpty && adjoint.left == adjoint.result
    let value =
      isScaling || isScaled
      ? simplified(.multiply, [left, right]) : append(.contract(adjoint), [left, right], type: type(of: left))
    if missing.isEmpty { return value }
    // The sum along an axis that only this operand has repeats the cotangent along it.
    var kept = type(of: value)
    for axis in missing { kept.shape.dimensions.insert(1, at: axis) }
    return append(.reshape, [value], type: kept)
  }

  private mutating func concatenationPullback(
    of id: NodeID, axis: Int, cotangent: NodeID
  ) -> [(operand: NodeID, contribution: NodeID)] {
    var start: Dimension = 0
    var result: [(NodeID, NodeID)] = []
    for operand in operands(of: id) {
      let extents = type(of: operand).shape.dimensions
      let slices = extents.enumerated().map { position, extent in
        Operation.Slice(start: position == axis ? start : 0, count: extent)
      }
      result.append((operand, append(.slice(slices), [cotangent], type: type(of: operand))))
      start = start + extents[axis]
    }
    return result
  }

  private mutating func reductionPullback(
    _ reduction: Operation.Reduction, _ axes: [Int], of id: NodeID, cotangent: NodeID
  ) -> NodeID? {
    let x = operand(0, of: id)
    let full = type(of: x)
    func restored(_ value: NodeID, _ graph: inout Graph) -> NodeID {
      // The reduced axes come back with extent 1, so that ordinary broadcasting repeats the value along them.
      var kept = full
      for axis in axes { kept.shape.dimensions[axis] = 1 }
      let whole = graph.summed(value, to: graph.type(of: id).shape)
      return graph.type(of: whole).shape == kept.shape ? whole : graph.append(.reshape, [whole], type: kept)
    }
    switch reduction {
    case .sum:
      return append(.broadcast, [restored(cotangent, &self)], type: full)
    case .min, .max, .firstMin, .firstMax:
      // Ties share the cotangent evenly.
      let extremum = restored(id, &self)
      let isTie = apply(.equal, x, extremum)
      let ties = apply(.select, isTie, constant(.one, full.element), constant(.zero, full.element))
      let count = append(.reduce(.sum, axes: axes), [ties], type: full)
      let share = apply(.divide, cotangent, count)
      return apply(.select, isTie, restored(share, &self), constant(.zero, full.element))
    case .product:
      return productPullback(axes, of: id, cotangent: cotangent)
    case .any, .all:
      return nil
    }
  }
}
