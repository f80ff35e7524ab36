import NablaGraph

/// A value where an index is the one that integers name, and zero elsewhere: `where(ids[:, newaxis] == arange(n), v, 0)`.
struct OneHot {
  /// Which index is named. It has one element along the axis, or lacks it.
  var places: NodeID
  /// The axis along which the index walks.
  let axis: Int
  let extent: Dimension
  /// What stands at the named places; broadcasts to the whole.
  let value: NodeID
}

extension Workspace {
  /// What a node is if it is one-hot; both axes of a diagonal are.
  mutating func oneHots(_ id: NodeID) -> [OneHot] {
    guard let (condition, value) = indicator(id) else { return [] }
    let dimensions = graph.type(of: id).shape.dimensions
    let sides = [graph.operand(0, of: condition), graph.operand(1, of: condition)]
    var result: [OneHot] = []
    for (side, other) in [(sides[1], sides[0]), (sides[0], sides[1])] {
      guard let axis = countingAxis(side, rank: dimensions.count),
        isConstant(other, along: axis, rank: dimensions.count)
      else { continue }
      result.append(OneHot(places: withoutOffset(other), axis: axis, extent: dimensions[axis], value: value))
    }
    return result
  }

  /// The comparison of integers that chooses between a value and zero.
  private mutating func indicator(_ id: NodeID) -> (condition: NodeID, value: NodeID)? {
    let condition: NodeID
    let value: NodeID
    switch graph.elementwise(id) {
    case .select:
      condition = graph.operand(0, of: id)
      let (a, b) = (graph.operand(1, of: id), graph.operand(2, of: id))
      switch graph.elementwise(condition) {
      case .equal where literal(b)?.isZero ?? false: value = a
      case .notEqual where literal(a)?.isZero ?? false: value = b
      default: return nil
      }
    case nil where graph.operation(of: id) == .cast && isReal(id):
      condition = graph.operand(0, of: id)
      guard graph.elementwise(condition) == .equal else { return nil }
      value = one(element(of: id))
    default: return nil
    }
    guard element(of: graph.operand(0, of: condition)).isInteger else { return nil }
    return (condition, value)
  }

  /// Integers to which zero is added, without it.
  private func withoutOffset(_ id: NodeID) -> NodeID {
    var node = id
    while graph.elementwise(node) == .add, graph.constant(graph.operand(1, of: node))?.isZero ?? false,
      graph.typeID(of: graph.operand(0, of: node)) == graph.typeID(of: node)
    {
      node = graph.operand(0, of: node)
    }
    return node
  }

  /// The axis along which a node counts 0, 1, …, in a rank that it broadcasts to.
  func countingAxis(_ id: NodeID, rank: Int) -> Int? {
    var node = id
    // Repeating keeps axes where they are, seen from the end. `eye` counts from an offset, which is often zero.
    while true {
      if graph.elementwise(node) == .add, graph.constant(graph.operand(1, of: node))?.isZero ?? false {
        node = graph.operand(0, of: node)
      } else if graph.elementwise(node) == nil, graph.operation(of: node) == .broadcast {
        node = graph.operand(0, of: node)
      } else {
        break
      }
    }
    if graph.elementwise(node) != nil { return nil }
    switch graph.operation(of: node) {
    case .iota: return rank - 1
    case .reshape:
      let inner = graph.operand(0, of: node)
      guard graph.elementwise(inner) == nil, graph.operation(of: inner) == .iota else { return nil }
      let dimensions = graph.type(of: node).shape.dimensions
      let long = dimensions.indices.filter { !dimensions[$0].isOne }
      guard long.count == 1, dimensions[long[0]] == graph.type(of: inner).shape.dimensions[0] else { return nil }
      return rank - dimensions.count + long[0]
    default: return nil
    }
  }

  /// Whether a node has one element along an axis of a rank that it broadcasts to.
  func isConstant(_ id: NodeID, along axis: Int, rank: Int) -> Bool {
    let dimensions = graph.type(of: id).shape.dimensions
    let own = axis - (rank - dimensions.count)
    return own < 0 || dimensions[own].isOne
  }

  // MARK: Places outside

  /// Places that a one-hot value names, none of them outside: what is outside is 0, and a condition says where.
  ///
  /// The condition is marked by a `stop`, so that a reader is spared it (``isGuard(_:)``).
  mutating func guarded(_ places: NodeID, within extent: Dimension) -> (places: NodeID, inside: NodeID?) {
    if isWithin(places, extent) { return (places, nil) }
    let element = element(of: places)
    let zero = constant(.zero, element)
    let isCounted = make(.lessEqual, zero, places)
    let isBelow = make(.less, places, size(extent, element))
    let both = make(.and, isCounted, isBelow)
    let inside = make(.stop, [both], type: graph.type(of: both))
    return (make(.select, [inside, places, zero]), inside)
  }

  /// Whether integers are known to count within an axis.
  func isWithin(_ id: NodeID, _ extent: Dimension) -> Bool {
    let node = unmoved(id)
    if graph.elementwise(node) == .select { return unguarded(node).map { $0.extent == extent } ?? false }
    if graph.elementwise(node) != nil { return false }
    switch graph.operation(of: node) {
    case .iota: return graph.type(of: node).shape.dimensions[0] == extent
    case .gather: return isWithin(graph.operand(0, of: node), extent)
    case .argReduce(_, let axis): return graph.type(of: graph.operand(0, of: node)).shape.dimensions[axis] == extent
    default: return false
    }
  }

  /// The places that ``guarded(_:within:)`` made one of, and the extent.
  func unguarded(_ id: NodeID) -> (places: NodeID, inside: NodeID, extent: Dimension)? {
    guard graph.elementwise(id) == .select, literal(graph.operand(2, of: id))?.isZero ?? false else { return nil }
    let (inside, places) = (graph.operand(0, of: id), graph.operand(1, of: id))
    guard let guarded = guardedPlaces(inside), guarded.places == places else { return nil }
    return (places, inside, guarded.extent)
  }

  /// Whether a node is the condition that places lie within an axis, as ``guarded(_:within:)`` writes it.
  func isGuard(_ id: NodeID) -> Bool { guardedPlaces(id) != nil }

  private func guardedPlaces(_ id: NodeID) -> (places: NodeID, extent: Dimension)? {
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .stop else { return nil }
    let both = graph.operand(0, of: id)
    guard graph.elementwise(both) == .and else { return nil }
    for (a, b) in [(0, 1), (1, 0)] {
      let (first, second) = (graph.operand(a, of: both), graph.operand(b, of: both))
      guard graph.elementwise(first) == .lessEqual, graph.elementwise(second) == .less,
        graph.constant(graph.operand(0, of: first))?.isZero ?? false,
        graph.operand(1, of: first) == graph.operand(0, of: second),
        let extent = size(graph.operand(1, of: second))
      else { continue }
      return (graph.operand(1, of: first), extent)
    }
    return nil
  }

  /// A size as an integer: a number, or a sum of ones.
  mutating func size(_ extent: Dimension, _ element: ElementType) -> NodeID {
    if let known = extent.constant { return constant(Constant(known), element) }
    let type = TensorType(element, Shape([extent]))
    let ones = make(.broadcast, [constant(.one, element)], type: type)
    return make(.reduce(.sum, axes: [0]), [ones], type: type)
  }

  private func size(_ id: NodeID) -> Dimension? {
    if let known = literal(id)?.integer { return Dimension(Int(known)) }
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .reduce(.sum, axes: [0]) else { return nil }
    let ones = graph.operand(0, of: id)
    guard graph.elementwise(ones) == nil, graph.operation(of: ones) == .broadcast,
      graph.constant(graph.operand(0, of: ones))?.isOne ?? false
    else { return nil }
    return graph.type(of: ones).shape.dimensions[0]
  }
}
