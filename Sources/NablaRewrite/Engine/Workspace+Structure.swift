import NablaGraph

extension Workspace {
  /// The image of a node that moves, joins, reduces or calls.
  ///
  /// Scalars and scales travel through what only moves or repeats elements, to meet the sums and products above: a
  /// scalar broadcasts wherever an elementwise operation uses it, and whoever needs the shape gives it one.
  mutating func structuralImage(of id: NodeID) -> Scaled {
    let operation = graph.operation(of: id)
    switch operation {
    case .constant(let value):
      usage[id.index].isConstant = true
      summarise(id)
      return image(of: value, element(of: id))
    case .parameter:
      summarise(id)
      return Scaled(id)
    case .broadcast, .reshape, .transpose, .slice:
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      if graph.type(of: image.node).isScalar {
        usage[id.index].isConstant = usage[operand.index].isConstant
        return image
      }
      let node = fitted(image.node, like: operand)
      // Before it is repeated, a value is smaller.
      if operation != .broadcast, usage[operand.index].isExclusive {
        return Scaled(image.scale, moved(node, by: operation, like: id))
      }
      return Scaled(moved(materialise(Scaled(image.scale, node)), by: operation, like: id))
    case .reduce(.sum, _) where usage[graph.operand(0, of: id).index].isExclusive && isReal(id):
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      if isOne(image.node) { break }
      if let (scalar, rest) = scalarFactor(of: image.node) {
        let sum = moved(fitted(rest, like: operand), by: operation, like: id)
        return construct(.multiply, [Scaled(image.scale * scalar.scale, scalar.node), Scaled(sum)])
      }
      return Scaled(image.scale, moved(fitted(image.node, like: operand), by: operation, like: id))
    case .contract(let contraction) where isReal(id) && !isStrict:
      return contractionImage(contraction, of: id)
    default: break
    }
    let operands = graph.operands(of: id).map { operand in fitted(materialise(consume(operand)), like: operand) }
    if operands == graph.operands(of: id) {
      summarise(id)
      return Scaled(id)
    }
    return Scaled(make(operation, operands, type: graph.type(of: id)))
  }

  /// An operation of one operand, two of them in one where the operand is such a one itself.
  private mutating func moved(_ node: NodeID, by operation: Operation, like id: NodeID) -> NodeID {
    var (operation, operand) = (operation, node)
    switch (operation, graph.operation(of: node)) {
    case (.reshape, .reshape), (.broadcast, .broadcast):
      operand = graph.operand(0, of: node)
    case (.transpose(let outer), .transpose(let inner)):
      operand = graph.operand(0, of: node)
      operation = .transpose(outer.map { inner[$0] })
    default: break
    }
    if isMove(operation), graph.typeID(of: operand) == graph.typeID(of: id) { return operand }
    if operation == graph.operation(of: id), operand == graph.operand(0, of: id) {
      summarise(id)
      return id
    }
    return make(operation, [operand], type: graph.type(of: id))
  }

  /// Whether the operation does nothing if it does not change the type.
  private func isMove(_ operation: Operation) -> Bool {
    switch operation {
    case .reshape, .broadcast: true
    case .transpose(let permutation): permutation == Array(permutation.indices)
    default: false
    }
  }
}
