/// Views in the simplest operations that say them: slices, transposes and broadcasts, which every pass and backend
/// knows best.
extension Graph {
  /// The elements of `x` at the places of a view.
  ///
  /// - Throws: ``TypeError`` where a place surely lies outside.
  mutating func viewed(_ x: NodeID, by view: View, shape: Shape) throws(TypeError) -> NodeID {
    let type = type(of: x)
    guard let walks = view.walks(shape) else { return try checked(.view(view), x, shape) }
    let slices = zip(view.axes, walks).map { axis, walk in
      guard let walk else { return Operation.Slice(start: axis.start, count: 1) }
      return Operation.Slice(start: axis.start, step: walk.step, count: shape.dimensions[walk.axis])
    }
    let isWhole = zip(slices, type.shape.dimensions).allSatisfy { $0.start == 0 && $0.step == 1 && $0.count == $1 }
    var node = isWhole ? x : try checked(.slice(slices), x, type.shape)
    let axes = walks.compactMap { $0?.axis }
    node = try reshaped(node, Shape(axes.map { shape.dimensions[$0] }))
    node = try transposed(node, axes.indices.sorted { axes[$0] < axes[$1] })
    let used = Set(axes)
    node = try reshaped(node, Shape(shape.dimensions.enumerated().map { used.contains($0) ? $1 : 1 }))
    return self.type(of: node).shape == shape ? node : try checked(.broadcast, node, shape)
  }

  /// Zeros in a shape, with elements added at the places of a view: the transpose of ``viewed(_:by:shape:)``.
  mutating func accumulated(_ x: NodeID, by view: View, into shape: Shape) throws(TypeError) -> NodeID {
    let parts = type(of: x).shape
    // Between the elements of a walk with steps there is room only if there are elements.
    guard let walks = view.walks(parts),
      walks.allSatisfy({ walk in walk.map { $0.step == 1 || (parts.dimensions[$0.axis].constant ?? 0) > 0 } ?? true })
    else { return try checked(.accumulate(view), x, shape) }
    let axes = walks.compactMap { $0?.axis }
    let used = Set(axes)
    let missing = parts.dimensions.indices.filter { !used.contains($0) }
    var node = missing.isEmpty ? x : try checked(.reduce(.sum, axes: missing), x, parts)
    let present = axes.sorted()
    node = try transposed(node, axes.map { axis in present.firstIndex(of: axis) ?? 0 })
    node = try reshaped(node, Shape(walks.map { walk in walk.map { parts.dimensions[$0.axis] } ?? 1 }))
    if walks.contains(where: { $0.map { $0.step < 0 } ?? false }) {
      let turned = zip(walks, type(of: node).shape.dimensions).map { walk, count in
        walk.map { $0.step < 0 } ?? false
          ? Operation.Slice(start: count - 1, step: -1, count: count) : Operation.Slice(start: 0, count: count)
      }
      node = try checked(.slice(turned), node, parts)
    }
    var padding: [Operation.Padding] = []
    for (axis, walk) in walks.enumerated() {
      let count = walk.map { parts.dimensions[$0.axis] } ?? 1
      let magnitude = Int((walk?.step ?? 1).magnitude)
      let span = Dimension(magnitude) * (count - 1)
      let start = view.axes[axis].start
      let low = (walk?.step ?? 1) > 0 ? start : start - span
      padding.append(.init(low: low, interior: magnitude - 1, high: shape.dimensions[axis] - low - span - 1))
    }
    let isWhole = padding.allSatisfy { $0.low == 0 && $0.interior == 0 && $0.high == 0 }
    return isWhole ? node : try checked(.pad(padding), node, parts)
  }

  // MARK: Parts

  /// Appends a node of one operand if its typing rule accepts it.
  mutating func checked(_ operation: Operation, _ x: NodeID, _ shape: Shape) throws(TypeError) -> NodeID {
    let stated = TensorType(type(of: x).element, shape)
    _ = try resultType(of: operation, [x], stated: stated)
    return append(operation, [x], type: stated)
  }

  /// `x` in another shape; of a reshape, its operand.
  mutating func reshaped(_ x: NodeID, _ shape: Shape) throws(TypeError) -> NodeID {
    if type(of: x).shape == shape { return x }
    let source = operation(of: x) == .reshape ? operand(0, of: x) : x
    return type(of: source).shape == shape ? source : try checked(.reshape, source, shape)
  }

  /// `x` with its axes in another order; of a transpose, its operand's.
  mutating func transposed(_ x: NodeID, _ permutation: [Int]) throws(TypeError) -> NodeID {
    var (source, order) = (x, permutation)
    if case .transpose(let inner) = operation(of: x) {
      source = operand(0, of: x)
      order = permutation.map { inner[$0] }
    }
    return order == Array(order.indices) ? source : try checked(.transpose(order), source, type(of: source).shape)
  }
}

extension View {
  /// The walk along one axis of the array by one axis of the view.
  struct Walk {
    var axis: Int
    var step: Int
  }

  /// For each axis of the array the one axis of the view that walks along it; `nil` where some axis of the view walks
  /// along two, two walk along one, or a step is not known.
  func walks(_ shape: Shape) -> [Walk?]? {
    var used: Set<Int> = []
    var walks: [Walk?] = []
    for axis in axes {
      var walk: Walk?
      for (position, step) in axis.steps.enumerated() where step != 0 && !shape.dimensions[position].isOne {
        guard walk == nil, let step = step.constant, used.insert(position).inserted else { return nil }
        walk = Walk(axis: position, step: step)
      }
      walks.append(walk)
    }
    return walks
  }
}
