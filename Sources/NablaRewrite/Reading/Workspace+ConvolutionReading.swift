import NablaGraph

/// Convolutions as the library has them: `convolve(x, k)`, and its adjoint `convolve_transpose(x, k)`.
extension Workspace {
  mutating func namedConvolution(_ convolution: Convolution, _ id: NodeID) -> NodeID? {
    var operands = graph.operands(of: id)
    let spatial = convolution.windows.count
    let isGrouped = !graph.type(of: operands[0]).shape.dimensions[spatial + 1].isOne
    if !isGrouped {
      operands = [
        withoutAxis(spatial + 1, operands[0], depth: 0), withoutAxis(spatial, operands[1], depth: 0),
      ]
    }
    let isDilated = convolution.windows.contains { $0.inputDilation > 1 }
    let isStrided = convolution.windows.contains { $0.stride > 1 }
    // With gaps in the array and steps of the window at once, the library has no word for it.
    if isDilated && isStrided { return nil }
    let form: LibraryForm
    if !isStrided, let kernel = unturned(operands[1], spatial) {
      form = .transposedConvolution(convolution, isGrouped: isGrouped)
      operands[1] = kernel
    } else if isDilated {
      form = .transposedConvolution(convolution, isGrouped: isGrouped)
      operands[1] = turned(operands[1], spatial)
    } else {
      form = .convolution(convolution, isGrouped: isGrouped)
    }
    // A number may stand in front as well.
    let values = operands.map { peeled($0) }
    let scale = values.reduce(Rational.one) { $0 * $1.scale }
    if !scale.isOne {
      operands = zip(values, operands).map { fitted($0.node, like: $1) }
      let call = named(form, operands, to: element(of: id))
      let whole =
        graph.typeID(of: call) == graph.typeID(of: id) ? call : make(.reshape, [call], type: graph.type(of: id))
      return make(.multiply, constant(.rational(scale), element(of: id)), whole)
    }
    let call = named(form, operands, to: element(of: id))
    return graph.typeID(of: call) == graph.typeID(of: id) ? call : make(.reshape, [call], type: graph.type(of: id))
  }

  /// A node without an axis of one element; the axis is looked for where it came from.
  mutating func withoutAxis(_ axis: Int, _ id: NodeID, depth: Int) -> NodeID {
    var type = graph.type(of: id)
    type.shape.dimensions.remove(at: axis)
    if let f = graph.elementwise(id), depth < 8 {
      let rank = type.shape.rank + 1
      let operands = graph.operands(of: id).map { operand in
        let own = axis - (rank - graph.type(of: operand).shape.rank)
        return own < 0 ? operand : withoutAxis(own, operand, depth: depth + 1)
      }
      return make(f, operands)
    }
    if graph.elementwise(id) == nil {
      switch graph.operation(of: id) {
      case .reshape:
        let source = graph.operand(0, of: id)
        return graph.type(of: source) == type ? source : make(.reshape, [source], type: type)
      case .transpose(let permutation):
        let own = permutation[axis]
        let source = withoutAxis(own, graph.operand(0, of: id), depth: depth + 1)
        let order = permutation.filter { $0 != own }.map { $0 > own ? $0 - 1 : $0 }
        return order == Array(order.indices) ? source : make(.transpose(order), [source], type: type)
      case .slice(var slices) where graph.type(of: graph.operand(0, of: id)).shape.dimensions[axis].isOne:
        slices.remove(at: axis)
        return make(.slice(slices), [withoutAxis(axis, graph.operand(0, of: id), depth: depth + 1)], type: type)
      default: break
      }
    }
    return make(.reshape, [id], type: type)
  }

  /// A kernel with its window turned round, and channels and outputs exchanged.
  private mutating func turned(_ id: NodeID, _ spatial: Int) -> NodeID {
    let type = graph.type(of: id)
    let slices = type.shape.dimensions.enumerated().map { axis, extent in
      axis < spatial ? Operation.Slice(start: extent - 1, step: -1, count: extent) : .init(start: 0, count: extent)
    }
    let rank = slices.count
    return make(
      .transpose(Array(0..<rank - 2) + [rank - 1, rank - 2]), [make(.slice(slices), [id], type: type)], type: type)
  }

  /// The kernel that a kernel is with its window turned round, and channels and outputs exchanged.
  private mutating func unturned(_ id: NodeID, _ spatial: Int) -> NodeID? {
    var node = id
    var isTurned = false
    var isExchanged = false
    while graph.elementwise(node) == nil, !(isTurned && isExchanged) {
      let extents = graph.type(of: node).shape.dimensions
      switch graph.operation(of: node) {
      case .slice(let slices) where !isTurned:
        isTurned = slices.enumerated().allSatisfy { axis, slice in
          let extent = extents[axis]
          if slice.count != extent { return false }
          return axis < spatial && !extent.isOne
            ? slice.step == -1 && slice.start == extent - 1 : slice.start == 0 && (slice.step == 1 || extent.isOne)
        }
        if !isTurned { return nil }
      case .transpose(let permutation) where !isExchanged:
        let rank = permutation.count
        isExchanged = permutation == Array(0..<rank - 2) + [rank - 1, rank - 2]
        if !isExchanged { return nil }
      default: return nil
      }
      node = graph.operand(0, of: node)
    }
    return isTurned && isExchanged ? node : nil
  }
}
