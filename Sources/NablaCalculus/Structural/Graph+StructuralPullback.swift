import NablaGraph

extension Graph {
  /// What a structural node contributes to each of its float operands.
  ///
  /// - Parameter strong: for each operand, whether it may be NaN or infinite where the cotangent is zero by a choice
  ///   that was made at run time, so that a product of both must be zero there; none of them where it is empty.
  mutating func structuralPullback(
    of id: NodeID, cotangent: NodeID, strong: [Bool] = []
  ) -> [(operand: NodeID, contribution: NodeID)] {
    let operation = operation(of: id)
    let strong = strong.isEmpty ? Array(repeating: false, count: operandCount(of: id)) : strong
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
      let product: Elementwise = strong[0] ? .strongMultiply : .multiply
      let contribution = reductionPullback(reduction, axes, of: id, cotangent: cotangent, product)
      return contribution.map { [(x, $0)] } ?? []
    case .contract(let contraction):
      return contractionPullback(contraction, of: id, cotangent: fitted(cotangent, like: id), strong: strong)
    case .convolve(let convolution):
      return convolutionPullback(convolution, of: id, cotangent: fitted(cotangent, like: id), strong: strong)
    case .gather, .scatter, .view, .accumulate:
      return [(x, transposed(operation, of: id, cotangent: fitted(cotangent, like: id)))]
    case .cumulative(let cumulation, let axis, let isReversed):
      let whole = fitted(cotangent, like: id)
      let contribution = cumulationPullback(
        cumulation, axis, isReversed: isReversed, of: id, cotangent: whole, isStrong: strong[0])
      return [(x, contribution)]
    case .call, .scan, .result:
      preconditionFailure("calls are inlined before differentiation, and scans are taken as wholes")
    }
  }

  /// The adjoint of reading elements is to add to them at the same places, and the reverse.
  private mutating func transposed(_ operation: Operation, of id: NodeID, cotangent: NodeID) -> NodeID {
    let transpose: Operation
    switch operation {
    case .gather(let gather): transpose = .scatter(gather)
    case .scatter(let gather): transpose = .gather(gather)
    case .view(let view): transpose = .accumulate(view)
    case .accumulate(let view): transpose = .view(view)
    default: preconditionFailure("\(operation.name) does not index")
    }
    return append(transpose, [cotangent] + operands(of: id).dropFirst(), type: type(of: operand(0, of: id)))
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
    if type(of: value).shape == shape, padding.allSatisfy({ $0.low == 0 && $0.high == 0 }) { return value }
    return append(.pad(padding), [value], type: type(of: value))
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
    _ reduction: Operation.Reduction, _ axes: [Int], of id: NodeID, cotangent: NodeID, _ product: Elementwise
  ) -> NodeID? {
    let x = operand(0, of: id)
    switch reduction {
    case .sum: return append(.broadcast, [restored(cotangent, axes, like: x)], type: type(of: x))
    case .min, .max: return sharedExtremumPullback(axes, of: id, cotangent: cotangent)
    case .firstMin: return firstExtremumPullback(.min, axes, of: id, cotangent: fitted(cotangent, like: id))
    case .firstMax: return firstExtremumPullback(.max, axes, of: id, cotangent: fitted(cotangent, like: id))
    case .product: return productPullback(axes, of: id, cotangent: cotangent, product)
    case .any, .all: return nil
    }
  }
}
