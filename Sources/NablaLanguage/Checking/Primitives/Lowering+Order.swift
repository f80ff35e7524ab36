import NablaGraph

/// Running totals, order, and the elements at computed places.
extension Lowering {
  /// `cumsum`, `cumprod`: along an axis, or of the flattened array.
  mutating func cumulative(_ cumulation: Operation.Cumulation, _ call: PrimitiveCall) -> Value? {
    guard let (given, firmness) = array("x", call) else { return nil }
    var node = given
    guard let axis = chosenAxis(&node, call) else { return nil }
    if graph.type(of: node).element == .bool { node = graph.cast(node, .i64) }
    return append(
      .cumulative(cumulation, axis: axis, isReversed: false), [node], graph.type(of: node), at: place(call.site)
    ).map { .node($0, firmness) }
  }

  /// The axis that is named; without one the array is flattened first. A number is an array of one element.
  private mutating func chosenAxis(_ node: inout NodeID, _ call: PrimitiveCall) -> Int? {
    if isFlattened(call) {
      guard let flat = flattened(node, at: place(call.site)) else { return nil }
      node = flat
    }
    return axis(call, rank: graph.type(of: node).shape.rank, default: 0).map { isFlattened(call) ? 0 : $0 }
  }

  mutating func argsort(_ call: PrimitiveCall) -> Value? {
    guard let (node, _) = array("x", call) else { return nil }
    let type = graph.type(of: node)
    guard let axis = axis(call, rank: type.shape.rank, default: -1) else { return nil }
    let places = TensorType(.i64, type.shape)
    return append(.argsort(axis: axis), [node], places, at: place(call.site)).map { .node($0, .firm) }
  }

  /// `argmax`, `argmin`: along an axis, or of the flattened array.
  mutating func argReduce(_ extremum: Operation.Extremum, _ call: PrimitiveCall) -> Value? {
    guard var (node, _) = array("x", call), let keeps = flag("keepdims", call) else { return nil }
    let shape = graph.type(of: node).shape
    guard let axis = chosenAxis(&node, call) else { return nil }
    let type = graph.type(of: node)
    if type.shape.dimensions[axis] == 0 {
      report(.emptyReduction, "'\(call.primitive.rawValue)' of an empty axis has no answer", at: call.site)
      return nil
    }
    guard let result = append(.argReduce(extremum, axis: axis), [node], type, at: place(call.site)) else { return nil }
    if !keeps { return .node(result, .firm) }
    let kept = shape.dimensions.indices.map { isFlattened(call) || $0 == axis ? 1 : shape.dimensions[$0] }
    return reshaped(result, kept, at: place(call.site)).map { .node($0, .firm) }
  }

  // MARK: Elements at places

  /// `take(x, indices, axis)`: the elements of an axis at the places of an integer array, whose axes take its place.
  mutating func take(_ call: PrimitiveCall) -> Value? {
    guard let (given, firmness) = array("x", call), let indices = indices("indices", call) else { return nil }
    var node = given
    guard let axis = chosenAxis(&node, call) else { return nil }
    let type = graph.type(of: node)
    let rank = graph.type(of: indices).shape.rank
    guard let chosen = append(.gather(Gather(axes: [axis])), [node, indices], type, at: place(call.site)) else {
      return nil
    }
    // A gather has the axes of the indices first.
    let order = Array(rank..<rank + axis) + Array(0..<rank) + Array((rank + axis)..<(rank + type.shape.rank - 1))
    return .node(permuted(chosen, order), firmness)
  }

  /// `take_along_axis(x, indices, axis)`: along an axis the elements at the places of an array that has all the other
  /// axes, too.
  mutating func takeAlongAxis(_ call: PrimitiveCall) -> Value? {
    guard let (node, firmness) = array("x", call), let indices = indices("indices", call) else { return nil }
    let (shape, places) = (graph.type(of: node).shape, graph.type(of: indices).shape)
    guard let axis = axis(call, rank: shape.rank, default: -1) else { return nil }
    var expected = places
    if places.rank == shape.rank { expected.dimensions[axis] = shape.dimensions[axis] }
    guard expected == shape else {
      report(
        .index, "the indices have the shape \(places), which differs from \(shape) in more than axis \(axis)",
        at: range(of: "indices", call))
      return nil
    }
    // The axis last, all others run together.
    let last = Array(0..<axis) + Array((axis + 1)..<shape.rank) + [axis]
    let operands = [permuted(node, last), permuted(indices, last)]
    let gather = Gather(batch: shape.rank - 1, axes: [shape.rank - 1])
    guard let chosen = append(.gather(gather), operands, graph.type(of: node), at: place(call.site)) else { return nil }
    let back = Array(0..<axis) + [shape.rank - 1] + Array(axis..<(shape.rank - 1))
    return .node(permuted(chosen, back), firmness)
  }

  /// An argument of integers.
  private mutating func indices(_ name: String, _ call: PrimitiveCall) -> NodeID? {
    guard let argument = call.arguments[name] else { return nil }
    switch numeric(argument.value) {
    case .firm(let element)? where element.isInteger: return array(name, call)?.node
    case .weakInteger?: return materialise(argument.value, .i64, at: argument.range)
    default:
      report(.index, "an index is an integer, not \(describe(argument.value))", at: argument.range)
      return nil
    }
  }
}
