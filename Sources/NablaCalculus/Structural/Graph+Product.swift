import NablaGraph

/// Every element's slope of a product is the product of all others: never a division, so that zeros are no exception,
/// to any order.
extension Graph {
  /// Up to this extent elements are taken one by one: fewest multiplications, but a few nodes for each.
  private static let largestUnrolledExtent = 32

  /// What `prod` contributes to its operand.
  ///
  /// - Parameter product: a strong one where a cotangent of zero must win over an infinite element.
  mutating func productPullback(
    _ axes: [Int], of id: NodeID, cotangent: NodeID, _ product: Elementwise
  ) -> NodeID? {
    guard let axis = axes.last else { return cotangent }
    let x = operand(0, of: id)
    let full = type(of: x)
    let extent = full.shape.dimensions[axis]
    if extent == 0 { return nil }
    // The other reduced axes first, so that one axis is left.
    let inner = append(.reduce(.product, axes: [axis]), [x], type: full)
    let rest = Array(axes.dropLast())
    var seed = cotangent
    if !rest.isEmpty {
      let outer = append(.reduce(.product, axes: rest), [inner], type: type(of: inner))
      guard let deeper = productPullback(rest, of: outer, cotangent: seed, product) else { return nil }
      seed = deeper
    }
    var kept = full
    kept.shape.dimensions[axis] = 1
    seed = append(.reshape, [summed(seed, to: type(of: inner).shape)], type: kept)
    guard let count = extent.constant else {
      if (full.shape.count * (extent + 1)).isUndefined {
        // Too large an expression to be squared: right but where elements are zero.
        let whole = append(.reshape, [inner], type: kept)
        return apply(product, seed, apply(.divide, whole, x))
      }
      return apply(product, seed, productOfOthersByMask(x, axis))
    }
    if count <= Graph.largestUnrolledExtent { return unrolledProductPullback(x, axis, count, seed: seed, product) }
    return apply(product, seed, productOfOthersByDoubling(x, axis, count))
  }

  /// Prefix products times suffix products, element by element. The seed rides on the suffixes.
  private mutating func unrolledProductPullback(
    _ x: NodeID, _ axis: Int, _ count: Int, seed: NodeID, _ product: Elementwise
  ) -> NodeID {
    let full = type(of: x)
    let parts = (0..<count).map { part(x, axis, start: Dimension($0), count: 1) }
    var prefixes: [NodeID] = [constant(.one, full.element)]
    for part in parts.dropLast() { prefixes.append(simplified(.multiply, prefixes[prefixes.count - 1], part)) }
    var suffix = seed
    var contributions: [NodeID] = []
    for position in (0..<count).reversed() {
      contributions.append(simplified(product, suffix, prefixes[position]))
      suffix = apply(product, suffix, parts[position])
    }
    return append(.concatenate(axis: axis), contributions.reversed(), type: full)
  }

  /// Prefix and suffix products of all lengths at once: shifted by 1, 2, 4, … and multiplied. A few nodes a doubling,
  /// so a million elements are as easy to write down as a hundred.
  private mutating func productOfOthersByDoubling(_ x: NodeID, _ axis: Int, _ count: Int) -> NodeID {
    var before = shifted(x, axis, by: 1, ahead: true)
    var after = shifted(x, axis, by: 1, ahead: false)
    var step = 1
    while step < count {
      before = apply(.multiply, before, shifted(before, axis, by: step, ahead: true))
      after = apply(.multiply, after, shifted(after, axis, by: step, ahead: false))
      step *= 2
    }
    return apply(.multiply, before, after)
  }

  /// The elements moved along an axis, with ones where nothing came.
  private mutating func shifted(_ x: NodeID, _ axis: Int, by step: Int, ahead: Bool) -> NodeID {
    let full = type(of: x)
    let count = full.shape.dimensions[axis] - Dimension(step)
    var gap = full
    gap.shape.dimensions[axis] = Dimension(step)
    let ones = constant(.one, full.element, gap.shape)
    let rest = part(x, axis, start: ahead ? 0 : Dimension(step), count: count)
    return append(.concatenate(axis: axis), ahead ? [ones, rest] : [rest, ones], type: full)
  }

  /// For an extent that is still a name: a copy of the axis for each element, in which that element counts as 1.
  private mutating func productOfOthersByMask(_ x: NodeID, _ axis: Int) -> NodeID {
    let full = type(of: x)
    let extent = full.shape.dimensions[axis]
    var copies = full
    copies.shape.dimensions.insert(1, at: axis)
    var mask = TensorType(.bool, Shape([extent, extent]))
    mask.shape.dimensions += Array(repeating: 1, count: full.shape.rank - axis - 1)
    let isSelf = append(.reshape, [diagonal(extent)], type: mask)
    let row = append(.reshape, [x], type: copies)
    let others = apply(.select, isSelf, constant(.one, full.element), row)
    return append(.reduce(.product, axes: [axis + 1]), [others], type: type(of: others))
  }

  /// Where row and column are equal.
  private mutating func diagonal(_ extent: Dimension) -> NodeID {
    let columns = append(.iota, [], type: TensorType(.i64, Shape([extent])))
    let rows = append(.reshape, [columns], type: TensorType(.i64, Shape([extent, 1])))
    return apply(.equal, rows, columns)
  }
}
