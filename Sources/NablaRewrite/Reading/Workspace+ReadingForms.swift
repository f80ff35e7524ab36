import NablaGraph

/// What a textbook writes for operations that it does not have: elements at the places that integers name are products with
/// `one_hot`, and a convolution has no axis for groups unless there are several.
///
/// Indices are read as if they counted from the front, and as if all of them were within.
extension Workspace {
  /// The roots with scatters and comparisons of integers as products.
  mutating func readingForms(_ roots: [NodeID]) -> [NodeID] {
    let live = graph.live(from: roots)
    var image: [NodeID: NodeID] = [:]
    let saved = graph.currentOrigin
    defer { graph.currentOrigin = saved }
    for id in graph.ids.prefix(live.count) where live[id.index] {
      enter(id)
      summarise(id)
      var current = id
      if !image.isEmpty {
        let old = graph.operands(of: id)
        let new = old.map { image[$0] ?? $0 }
        if new != old { current = make(graph.operation(of: id), new, type: graph.type(of: id)) }
      }
      if let form = readingForm(current) { current = form }
      if current != id { image[id] = current }
    }
    return roots.map { image[$0] ?? $0 }
  }

  private mutating func readingForm(_ id: NodeID) -> NodeID? {
    guard isReal(id) else { return nil }
    if let list = listForm(id) { return list }
    if let f = graph.elementwise(id) {
      if f == .min, let value = unbounded(id) { return value }
      return f == .select ? selectedProduct(id) : nil
    }
    switch graph.operation(of: id) {
    case .reshape: return withoutUnitAxes(id)
    case .accumulate(let view): return laidOut(view, id)
    case .scatter(let gather): return gather.axes.count == 1 ? scatteredProduct(gather, id) : nil
    case .convolve(let convolution): return namedConvolution(convolution, id)
    default: return nil
    }
  }

  /// Windows side by side, each in its place: nothing is added, so that it is only a matter of order.
  private mutating func laidOut(_ view: View, _ id: NodeID) -> NodeID? {
    let operand = graph.operand(0, of: id)
    let (parts, whole) = (graph.type(of: operand).shape.dimensions, graph.type(of: id).shape.dimensions)
    var order: [Int] = []
    for (place, axis) in view.axes.enumerated() {
      guard axis.start == 0 else { return nil }
      let steps = axis.steps.indices.filter { axis.steps[$0] != 0 }.sorted { a, b in
        (axis.steps[a].constant ?? 0) > (axis.steps[b].constant ?? 0)
      }
      // The last walks element by element, each one before it over what those behind it cover.
      var covered: Dimension = 1
      for step in steps.reversed() {
        guard axis.steps[step] == covered else { return nil }
        covered = covered * parts[step]
      }
      guard covered == whole[place] else { return nil }
      order += steps
    }
    guard order.sorted() == Array(parts.indices) else { return nil }
    let turned =
      order == Array(parts.indices)
      ? operand : make(.transpose(order), [operand], type: graph.type(of: operand))
    return graph.typeID(of: turned) == graph.typeID(of: id)
      ? turned : make(.reshape, [turned], type: graph.type(of: id))
  }

  /// A value without the bound that keeps its exponential finite where it has no weight.
  private func unbounded(_ id: NodeID) -> NodeID? {
    let bound = graph.operand(1, of: id)
    guard graph.elementwise(bound) == nil, graph.operation(of: bound) == .stop,
      graph.constant(graph.operand(0, of: bound)) != nil,
      graph.typeID(of: graph.operand(0, of: id)) == graph.typeID(of: id)
    else { return nil }
    return graph.operand(0, of: id)
  }

  /// A reshape that only drops axes of one element, of what was moved: such axes are dropped where they came from.
  private mutating func withoutUnitAxes(_ id: NodeID) -> NodeID? {
    let operand = graph.operand(0, of: id)
    guard graph.elementwise(operand) == nil, case .transpose = graph.operation(of: operand) else { return nil }
    let (from, to) = (graph.type(of: operand).shape, graph.type(of: id).shape)
    guard to.rank < from.rank, from.unitAxesInserted(into: to) != nil, !to.dimensions.contains(where: \.isOne) else {
      return nil
    }
    var node = operand
    for axis in from.dimensions.indices.reversed() where from.dimensions[axis].isOne {
      node = withoutAxis(axis, node, depth: 0)
    }
    return node
  }

  /// `where(ids[:, newaxis] == arange(n), v, 0)` as `v*one_hot(ids, n)`.
  private mutating func selectedProduct(_ id: NodeID) -> NodeID? {
    let rank = graph.type(of: id).shape.rank
    guard isReal(id), let oneHot = oneHots(id).first(where: { $0.axis == rank - 1 }),
      countingAxis(oneHot.places, rank: rank) == nil
    else { return nil }
    var type = graph.type(of: oneHot.places)
    if type.shape.rank == rank { type.shape.dimensions.removeLast() }
    let places = reshaped(uncounted(oneHot.places), to: type)
    guard countsFromFront(places) else { return nil }
    let hot = named(.oneHot(oneHot.extent), places, to: element(of: id))
    let product = literal(oneHot.value)?.isOne ?? false ? hot : make(.multiply, oneHot.value, hot)
    return graph.type(of: product) == graph.type(of: id)
      ? product : make(.broadcast, [product], type: graph.type(of: id))
  }

  /// `Σᵢ [idsᵢ = k]·uᵢⱼ`, a contraction.
  private mutating func scatteredProduct(_ gather: Gather, _ id: NodeID) -> NodeID? {
    let (updates, indices) = (graph.operand(0, of: id), graph.operand(1, of: id))
    let (update, places) = (graph.type(of: updates), graph.type(of: indices))
    let whole = graph.type(of: id).shape.dimensions
    let extent = whole[gather.axes[0]]
    // Axes of one element need no label.
    let kept = places.shape.dimensions.indices.filter { $0 < gather.batch || !places.shape.dimensions[$0].isOne }
    let rest = update.shape.dimensions.indices.dropFirst(places.shape.rank)
    let ids = reshaped(
      uncounted(indices), to: TensorType(places.element, Shape(kept.map { places.shape.dimensions[$0] })))
    let values = reshaped(
      updates, to: TensorType(update.element, Shape((kept + rest).map { update.shape.dimensions[$0] })))
    guard countsFromFront(ids) else { return nil }
    let hot = named(.oneHot(extent), ids, to: update.element)
    // Labels: axes of the updates, and one for the place.
    var result = Array(0..<gather.batch) + Array(rest)
    result.insert(-1, at: gather.axes[0])
    let contraction = Contraction(kept + [-1], kept + Array(rest), to: result)
    guard contraction.labelCount <= Contraction.labelLimit else { return nil }
    return make(.contract(contraction), [hot, values], type: graph.type(of: id))
  }

  /// Whether indices, as far as they are numbers, are none that count from the end.
  private func countsFromFront(_ id: NodeID) -> Bool {
    var elements = ConstantElements(of: graph)
    return !(elements.elements(id) ?? []).contains(where: \.isNegative)
  }

  /// Indices of which negative ones count from the end, as if there were none.
  private func uncounted(_ id: NodeID) -> NodeID {
    var node = id
    while graph.elementwise(node) == nil, graph.operation(of: node) == .reshape { node = graph.operand(0, of: node) }
    guard graph.elementwise(node) == nil, case .gather = graph.operation(of: node),
      case let walk = graph.operand(0, of: node), graph.elementwise(walk) == nil, graph.operation(of: walk) == .iota
    else { return id }
    return graph.operand(1, of: node)
  }

  private mutating func reshaped(_ id: NodeID, to type: TensorType) -> NodeID {
    var node = id
    while graph.elementwise(node) == nil, graph.operation(of: node) == .reshape { node = graph.operand(0, of: node) }
    return graph.type(of: node) == type ? node : make(.reshape, [node], type: type)
  }
}
