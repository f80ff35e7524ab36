import NablaGraph

/// Short vectors, element by element: a reader sees `[x[1], x[0], 0]` where the graph adds arrays of zeros with one other
/// element.
extension Workspace {
  /// Longer vectors are left as arrays.
  private static let listLimit = 8

  /// A list for an element among zeros, and for an operation on lists.
  mutating func listForm(_ id: NodeID) -> NodeID? {
    let type = graph.type(of: id)
    guard type.shape.rank > 0, type.shape.rank <= 2, type.element.isFloat,
      let count = type.shape.dimensions[0].constant,
      count > 0, count <= Workspace.listLimit
    else { return nil }
    if graph.elementwise(id) != nil { return listOfValues(id, count) }
    guard case .pad(let padding) = graph.operation(of: id) else { return nil }
    return listOfZeros(padding, id, count)
  }

  /// The elements of a list.
  private func elements(_ id: NodeID) -> [NodeID]? {
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .concatenate(axis: 0) else { return nil }
    var result: [NodeID] = []
    for part in graph.operands(of: id) {
      guard graph.elementwise(part) == nil, isRow(part),
        case let element = graph.operand(0, of: part),
        graph.type(of: part).shape == Shape([1] + graph.type(of: element).shape.dimensions)
      else { return nil }
      result.append(element)
    }
    return result
  }

  private func isRow(_ id: NodeID) -> Bool {
    let operation = graph.operation(of: id)
    return operation == .reshape || operation == .broadcast
  }

  private mutating func list(_ elements: [NodeID], like id: NodeID) -> NodeID { list(elements, graph.type(of: id)) }

  private mutating func list(_ elements: [NodeID], _ type: TensorType) -> NodeID {
    var row = type
    row.shape.dimensions[0] = 1
    var element = row
    element.shape.dimensions.removeFirst()
    let parts = elements.map { value -> NodeID in
      let whole = graph.type(of: value) == element ? value : make(.broadcast, [value], type: element)
      return make(graph.constant(whole) == nil ? .reshape : .broadcast, [whole], type: row)
    }
    return parts.count == 1 ? parts[0] : make(.concatenate(axis: 0), parts, type: type)
  }

  /// One element with zeros around it.
  private mutating func listOfZeros(_ padding: [Operation.Padding], _ id: NodeID, _ count: Int) -> NodeID? {
    let operand = graph.operand(0, of: id)
    guard graph.type(of: operand).shape.dimensions[0].isOne, let place = padding[0].low.constant,
      padding.allSatisfy({ $0.interior == 0 }), (0..<count).contains(place)
    else { return nil }
    let zero = constant(.zero, element(of: id))
    var value = withoutAxis(0, operand, depth: 0)
    if let inner = padding.dropFirst().first, inner.low != 0 || inner.high != 0 {
      // An element of a matrix: its row has zeros, too.
      guard graph.type(of: value).shape.dimensions[0].isOne, let own = inner.low.constant,
        let width = graph.type(of: id).shape.dimensions[1].constant, width <= Workspace.listLimit,
        (0..<width).contains(own)
      else { return nil }
      let element = withoutAxis(0, value, depth: 0)
      let type = TensorType(self.element(of: id), Shape([Dimension(width)]))
      value = list((0..<width).map { $0 == own ? element : zero }, type)
    }
    return list((0..<count).map { $0 == place ? value : zero }, like: id)
  }

  /// An operation on the elements, where one operand is a list and the others are lists or the same for each element.
  private mutating func listOfValues(_ id: NodeID, _ count: Int) -> NodeID? {
    guard let f = graph.elementwise(id) else { return nil }
    let rank = graph.type(of: id).shape.rank
    let operands = graph.operands(of: id)
    let lists = operands.map { graph.type(of: $0).shape.rank == rank ? elements($0) : nil }
    guard lists.contains(where: { $0 != nil }) else { return nil }
    // Zeros take the elements of an array with them.
    let hasZero = lists.contains { $0?.contains { literal(unmoved($0))?.isZero ?? false } ?? false }
    let isTakenApart = hasZero && f == .multiply
    for (operand, list) in zip(operands, lists) where list == nil {
      if !isConstant(operand, along: 0, rank: rank), !isTakenApart { return nil }
    }
    var values: [NodeID] = []
    for index in 0..<count {
      let parts = zip(operands, lists).map { operand, list -> NodeID in
        if let list { return list[index] }
        let type = graph.type(of: operand)
        if type.shape.rank < rank { return operand }
        if type.shape.dimensions[0].isOne { return withoutAxis(0, operand, depth: 0) }
        let slices = type.shape.dimensions.enumerated().map { axis, extent in
          axis == 0
            ? Operation.Slice(start: Dimension(index), count: 1) : Operation.Slice(start: 0, count: extent)
        }
        return withoutAxis(0, make(.slice(slices), [operand], type: type), depth: 0)
      }
      let isZero = f == .multiply && parts.contains { literal(unmoved($0))?.isZero ?? false }
      let value = isZero ? constant(.zero, element(of: id)) : make(f, parts)
      values.append(rank > 1 ? listForm(value) ?? value : value)
    }
    return list(values, like: id)
  }
}
