import NablaGraph

/// What slides along the axes between the first and the last: `x[i, s·p + w, c]` at place `p` and element `w` of the window.
package struct SlidingWindows: Hashable {
  let view: View
  /// Of what is shown: batch, places, window, channels.
  let shape: Shape
  /// Extents of the window.
  package let sizes: [Int]
  package let strides: [Int]

  /// - Parameter shape: of the view: batch, places, window, channels.
  package init?(_ view: View, _ shape: Shape) {
    let spatial = view.axes.count - 2
    guard spatial > 0, shape.rank == 2 * spatial + 2, view.axes.allSatisfy({ $0.start == 0 }) else { return nil }
    var sizes: [Int] = []
    var strides: [Int] = []
    for (axis, place) in view.axes.enumerated() {
      let steps = place.steps.indices.filter { place.steps[$0] != 0 }
      if axis == 0 || axis == spatial + 1 {
        guard steps == [axis == 0 ? 0 : 2 * spatial + 1], place.steps[steps[0]] == 1 else { return nil }
        continue
      }
      guard steps == [axis, spatial + axis], place.steps[spatial + axis] == 1,
        let stride = place.steps[axis].constant, let size = shape.dimensions[spatial + axis].constant, stride > 0
      else { return nil }
      sizes.append(size)
      strides.append(stride)
    }
    self.view = view
    self.shape = shape
    self.sizes = sizes
    self.strides = strides
  }

  /// The axes of a window's elements.
  var axes: [Int] { Array(sizes.count + 1..<2 * sizes.count + 1) }

  var elementCount: Int { sizes.reduce(1, *) }
}

/// Pooling and its adjoints by their names.
extension Workspace {
  /// The windows that a node shows of an array.
  private func windows(_ id: NodeID) -> (windows: SlidingWindows, array: NodeID)? {
    guard graph.elementwise(id) == nil, case .view(let view) = graph.operation(of: id) else { return nil }
    return SlidingWindows(view, graph.type(of: id).shape).map { ($0, graph.operand(0, of: id)) }
  }

  /// `max_pool(x, 2)` for the greatest elements of windows, `4*avg_pool(x, 2)` for their sums.
  mutating func pooled(_ reduction: Operation.Reduction, _ axes: [Int], _ id: NodeID) -> NodeID? {
    guard let (windows, array) = windows(graph.operand(0, of: id)), axes == windows.axes else { return nil }
    switch reduction {
    case .firstMax: return named(.maxPool(windows), array, to: element(of: id))
    case .sum:
      let mean = named(.averagePool(windows), array, to: element(of: id))
      let count = constant(.rational(Rational(windows.elementCount)), element(of: id))
      return make(.multiply, count, mean)
    default: return nil
    }
  }

  /// The adjoints: `max_unpool(y, x, 2)`, `avg_unpool(y, [h, w], 2)`.
  ///
  /// - Parameter images: what stands for nodes as they were, which are looked at here.
  mutating func unpooled(_ view: View, _ id: NodeID, _ images: [NodeID: NodeID]) -> NodeID? {
    let operand = graph.operand(0, of: id)
    guard let windows = SlidingWindows(view, graph.type(of: operand).shape) else { return nil }
    return maxUnpooled(windows, operand, like: id, images) ?? averageUnpooled(windows, operand, like: id, images)
  }

  /// Zeros but where a window has its greatest element: the elements of the window were laid out along one axis to find it.
  private mutating func maxUnpooled(
    _ windows: SlidingWindows, _ operand: NodeID, like id: NodeID, _ images: [NodeID: NodeID]
  ) -> NodeID? {
    var node = operand
    if graph.elementwise(node) == nil, case .transpose = graph.operation(of: node) { node = graph.operand(0, of: node) }
    if graph.elementwise(node) == nil, graph.operation(of: node) == .reshape { node = graph.operand(0, of: node) }
    guard graph.elementwise(node) == .select, literal(unmoved(graph.operand(2, of: node)))?.isZero ?? false,
      case let condition = graph.operand(0, of: node), graph.elementwise(condition) == .equal
    else { return nil }
    let sides = [graph.operand(0, of: condition), graph.operand(1, of: condition)].map { unmoved($0) }
    guard let place = sides.first(where: { isGreatestPlace($0) }),
      let walk = sides.first(where: { graph.elementwise($0) == nil && graph.operation(of: $0) == .iota }),
      graph.type(of: walk).shape.dimensions[0].constant == windows.elementCount,
      let (own, array) = self.windows(unmoved(graph.operand(0, of: place))), own == windows
    else { return nil }
    // One element for each window, with an axis of one element where it was looked for.
    guard case .argReduce(_, let axis) = graph.operation(of: place) else { return nil }
    var kept = graph.type(of: place).shape
    guard axis == kept.rank || windows.axes == [axis] else { return nil }
    let single = kept
    kept.dimensions.insert(1, at: axis)
    let value = graph.operand(1, of: node)
    let image = images[value] ?? value
    let type = TensorType(element(of: id), single)
    if graph.type(of: value).isScalar {
      let updates = make(.broadcast, [image], type: type)
      return named(.maxUnpool(windows), [updates, images[array] ?? array], to: element(of: id))
    }
    guard graph.type(of: value).shape == kept else { return nil }
    let updates = make(.reshape, [image], type: type)
    let source = unmovedOnce(updates)
    return named(.maxUnpool(windows), [source, images[array] ?? array], to: element(of: id))
  }

  /// A node without a reshape that a reshape before it takes back.
  private func unmovedOnce(_ id: NodeID) -> NodeID {
    let inner = graph.operand(0, of: id)
    guard graph.elementwise(inner) == nil, graph.operation(of: inner) == .reshape else { return id }
    let source = graph.operand(0, of: inner)
    return graph.typeID(of: source) == graph.typeID(of: id) ? source : id
  }

  private func isGreatestPlace(_ id: NodeID) -> Bool {
    guard graph.elementwise(id) == nil, case .argReduce(.max, _) = graph.operation(of: id) else { return false }
    return true
  }

  /// The same value in all places of each window.
  private mutating func averageUnpooled(
    _ windows: SlidingWindows, _ operand: NodeID, like id: NodeID, _ images: [NodeID: NodeID]
  ) -> NodeID? {
    var value = operand
    while graph.elementwise(value) == nil, graph.operation(of: value) == .broadcast {
      value = graph.operand(0, of: value)
    }
    let shape = graph.type(of: operand).shape
    guard graph.type(of: value).shape.rank == shape.rank,
      windows.axes.allSatisfy({ graph.type(of: value).shape.dimensions[$0].isOne })
    else { return nil }
    var kept = graph.type(of: operand)
    for axis in windows.axes.reversed() { kept.shape.dimensions.remove(at: axis) }
    var rest = graph.type(of: value).shape
    for axis in windows.axes.reversed() { rest.dimensions.remove(at: axis) }
    guard rest == kept.shape else { return nil }
    let updates = make(.reshape, [images[value] ?? value], type: kept)
    let spread = named(
      .averageUnpool(windows, graph.type(of: id).shape), unmovedOnce(updates), to: element(of: id))
    return make(.multiply, constant(.rational(Rational(windows.elementCount)), element(of: id)), spread)
  }
}
