import NablaGraph

/// The same elements in another shape or order.
extension Lowering {
  mutating func reshape(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call), let given = sizes("shape", call) else { return nil }
    let range = place(call.site)
    var dimensions = given
    let open = given.indices.filter { given[$0].constant == -1 }
    guard open.count <= 1 else {
      report(.reshape, "one extent may be -1", at: self.range(of: "shape", call))
      return nil
    }
    if let axis = open.first {
      let rest = given.indices.filter { $0 != axis }.reduce(Dimension(1)) { $0 * given[$1] }
      let count = graph.type(of: node).shape.count
      guard rest != 0 else {
        report(.reshape, "-1 has no answer beside an extent 0", at: self.range(of: "shape", call))
        return nil
      }
      // What divides evenly does so term by term.
      dimensions[axis] = count.dividing(by: rest) ?? count.floorDividing(by: rest)
    }
    return reshaped(node, dimensions, at: range).map { .node($0, firmness) }
  }

  mutating func transpose(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call) else { return nil }
    let rank = graph.type(of: node).shape.rank
    var permutation = Array((0..<rank).reversed())
    if call.arguments["axes"] != nil {
      guard let axes = sizes("axes", call) else { return nil }
      permutation = axes.map { axis in axis.constant.map { $0 < 0 ? $0 + rank : $0 } ?? rank }
      guard permutation.sorted() == Array(0..<rank) else {
        report(.axis, "'axes' names each of \(rank) axes once", at: range(of: "axes", call))
        return nil
      }
    }
    return .node(permuted(node, permutation), firmness)
  }

  func isIdentity(_ permutation: [Int]) -> Bool { permutation == Array(permutation.indices) }

  mutating func permuted(_ node: NodeID, _ permutation: [Int]) -> NodeID {
    isIdentity(permutation) ? node : graph.append(.transpose(permutation), [node], type: graph.type(of: node))
  }

  mutating func swapAxes(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call) else { return nil }
    let rank = graph.type(of: node).shape.rank
    guard let a = axis(call, named: "axis1", rank: rank, default: 0),
      let b = axis(call, named: "axis2", rank: rank, default: 0)
    else {
      return nil
    }
    var permutation = Array(0..<rank)
    permutation.swapAt(a, b)
    return .node(permuted(node, permutation), firmness)
  }

  mutating func flip(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call),
      let axes = axes(call.arguments["axis"], of: graph.type(of: node).shape.rank)
    else { return nil }
    return .node(flipped(node, axes), firmness)
  }

  /// Axes back to front; nothing for an empty axis.
  mutating func flipped(_ node: NodeID, _ axes: [Int]) -> NodeID {
    let type = graph.type(of: node)
    var slices = type.shape.dimensions.map { Operation.Slice(start: 0, count: $0) }
    for axis in axes where type.shape.dimensions[axis] != 0 {
      slices[axis] = .init(start: type.shape.dimensions[axis] - 1, step: -1, count: type.shape.dimensions[axis])
    }
    return graph.append(.slice(slices), [node], type: type)
  }

  // MARK: Repeating

  /// The whole, again and again: axes of `reps` in front of those of the array.
  mutating func tile(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call), var counts = sizes("reps", call) else { return nil }
    var dimensions = graph.type(of: node).shape.dimensions
    let rank = max(counts.count, dimensions.count)
    counts = Array(repeating: 1, count: rank - counts.count) + counts
    dimensions = Array(repeating: 1, count: rank - dimensions.count) + dimensions
    let pairs = zip(counts, dimensions)
    return spread(
      node, from: pairs.flatMap { [1, $1] }, over: pairs.flatMap { [$0, $1] }, to: pairs.map { $0 * $1 }, call
    ).map { .node($0, firmness) }
  }

  /// Every element, again and again.
  mutating func repeated(_ call: PrimitiveCall) -> Value? {
    guard let (given, firmness) = array("x", call), let count = size("repeats", call) else { return nil }
    var node = given
    if isFlattened(call) {
      guard let flat = flattened(node, at: place(call.site)) else { return nil }
      node = flat
    }
    let dimensions = graph.type(of: node).shape.dimensions
    let last = isFlattened(call) ? 0 : axis(call, rank: dimensions.count, default: 0)
    guard let axis = last else { return nil }
    let (before, after) = (dimensions[...axis], dimensions[(axis + 1)...])
    return spread(
      node, from: before + [1] + after, over: before + [count] + after,
      to: dimensions[..<axis] + [dimensions[axis] * count] + after, call
    ).map { .node($0, firmness) }
  }

  private mutating func spread(
    _ node: NodeID, from thin: [Dimension], over wide: [Dimension], to dimensions: [Dimension], _ call: PrimitiveCall
  ) -> NodeID? {
    let range = place(call.site)
    let element = graph.type(of: node).element
    guard wide.allSatisfy({ !($0.constant.map { $0 < 0 } ?? false) }) else {
      report(.notSize, "a number of repetitions is not negative", at: range)
      return nil
    }
    guard let thin = reshaped(node, thin, at: range),
      let spread = append(.broadcast, [thin], TensorType(element, Shape(wide)), at: range)
    else { return nil }
    return reshaped(spread, dimensions, at: range)
  }
}
