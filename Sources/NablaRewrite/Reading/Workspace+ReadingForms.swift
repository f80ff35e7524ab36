import NablaGraph

/// What a textbook writes for operations that it does not have: elements at the places that integers name are products with
/// `one_hot`, and a convolution has no axis for groups unless there are several.
///
/// Indices are read as if they counted from the front, and as if all of them were within.
extension Workspace {
  /// The roots with scatters and comparisons of integers as products.
  mutating func readingForms(_ roots: [NodeID]) -> [NodeID] {
    let live = graph.live(from: roots)
    // Beside elements at places all others are written element by element too.
    let isPlacing = graph.ids.prefix(live.count).contains { id in
      guard live[id.index], graph.elementwise(id) == nil, case .accumulate = graph.operation(of: id) else {
        return false
      }
      return true
    }
    var image: [NodeID: NodeID] = [:]
    // What is the same without axes of one element in front, which come by themselves.
    var core: [NodeID: NodeID] = [:]
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
      if case .accumulate(let view) = graph.elementwise(id) == nil ? graph.operation(of: id) : .iota,
        let form = unpooled(view, id, image)
      {
        current = form
      } else if let form = readingForm(current, isPlacing: isPlacing) {
        current = form
      }
      dropLeadingAxes(&current, &core)
      if current != id { image[id] = current }
    }
    return roots.map { image[$0] ?? $0 }
  }

  /// An operation on operands without axes of one element in front.
  private mutating func dropLeadingAxes(_ id: inout NodeID, _ core: inout [NodeID: NodeID]) {
    guard let f = graph.elementwise(id) else {
      if onlyAddsLeadingAxes(id) { core[id] = graph.operand(0, of: id) }
      return
    }
    if core.isEmpty { return }
    let operands = graph.operands(of: id)
    let inner = operands.map { core[$0] ?? $0 }
    if inner == operands { return }
    let result = make(f, inner)
    if graph.typeID(of: result) == graph.typeID(of: id) { id = result } else { core[id] = result }
  }

  private mutating func readingForm(_ id: NodeID, isPlacing: Bool) -> NodeID? {
    guard isReal(id) else { return nil }
    if let list = listForm(id) { return list }
    if let f = graph.elementwise(id) {
      switch f {
      case .min: return unbounded(id)
      case .select: return withoutKink(id) ?? selectedProduct(id)
      case .multiply, .divide: return productOnDiagonals(f, id)
      default: return nil
      }
    }
    switch graph.operation(of: id) {
    case .contract(let contraction):
      if let value = contractionWithDiagonal(contraction, id) ?? contractionOfRepeated(contraction, id) { return value }
      return isPlacing && contraction.result.count > 2 ? elementwiseProduct(contraction, id, always: true) : nil
    case .reduce(let reduction, let axes):
      if reduction == .sum, let value = sumOfPart(axes, id) ?? sumOfDiagonal(axes, id) { return value }
      return pooled(reduction, axes, id)
    case .reshape: return withoutUnitAxes(id)
    case .accumulate(let view): return laidOut(view, id)
    case .scatter(let gather):
      if gather.axes.count == 1, let product = scatteredProduct(gather, id) { return product }
      return scatterFromFront(gather, id)
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
    if let part = scatteredPart(gather, id) { return scatteredProduct(gather, part) ?? part }
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
    let product = make(.contract(contraction), [hot, values], type: graph.type(of: id))
    return contractionWithDiagonal(contraction, product) ?? contractionOfRepeated(contraction, product) ?? product
  }

  /// A scatter of what is zero but in a part: that part alone goes to its places.
  private mutating func scatteredPart(_ gather: Gather, _ id: NodeID) -> NodeID? {
    let (updates, indices) = (graph.operand(0, of: id), graph.operand(1, of: id))
    let places = graph.type(of: indices)
    guard gather.axes.count == 1, graph.elementwise(updates) == nil,
      case .pad(let padding) = graph.operation(of: updates),
      case let part = graph.operand(0, of: updates), case let inner = graph.type(of: part).shape.dimensions,
      inner.count >= places.shape.rank,
      padding.indices.allSatisfy({ axis in
        guard padding[axis].interior == 0 else { return false }
        return axis < places.shape.rank
          ? padding[axis].low.constant.map { $0 >= 0 } ?? true && padding[axis].high.constant.map { $0 >= 0 } ?? true
          : padding[axis].low == 0 && padding[axis].high == 0
      }), padding.indices.prefix(gather.batch).allSatisfy({ padding[$0].low == 0 && padding[$0].high == 0 })
    else { return nil }
    let slices = places.shape.dimensions.indices.map { axis in
      Operation.Slice(start: padding[axis].low, count: inner[axis])
    }
    let parts = make(.slice(slices), [uncounted(indices)], type: places)
    return make(.scatter(gather), [part, parts], type: graph.type(of: id))
  }

  /// The same with indices that are known to count from the end, perhaps, as places.
  private mutating func scatterFromFront(_ gather: Gather, _ id: NodeID) -> NodeID? {
    var operands = graph.operands(of: id)
    for (position, axis) in gather.axes.enumerated() where !countsFromFront(operands[position + 1]) {
      let indices = operands[position + 1]
      guard let extent = graph.type(of: id).shape.dimensions[axis].constant else { continue }
      let number = constant(.rational(Rational(extent)), element(of: indices))
      operands[position + 1] = make(.mod, indices, number)
    }
    if operands == graph.operands(of: id) { return nil }
    let scatter = make(.scatter(gather), operands, type: graph.type(of: id))
    return gather.axes.count == 1 ? scatteredProduct(gather, scatter) ?? scatter : scatter
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

  mutating func reshaped(_ id: NodeID, to type: TensorType) -> NodeID {
    var node = id
    while graph.elementwise(node) == nil, graph.operation(of: node) == .reshape { node = graph.operand(0, of: node) }
    return graph.type(of: node) == type ? node : make(.reshape, [node], type: type)
  }
}
