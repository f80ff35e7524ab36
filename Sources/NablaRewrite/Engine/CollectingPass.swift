import NablaGraph

extension Workspace {
  /// One round over what the roots need: every node gets an image, sums and products as one.
  ///
  /// - Returns: the new roots.
  /// - Complexity: linear in the live nodes, but for sorting the terms of each sum and the factors of each product.
  mutating func collectingRound(_ roots: [NodeID]) -> [NodeID] {
    countUses(of: roots)
    resetDemand()
    images = Array(repeating: Scaled(NodeID(0)), count: usage.count)
    budget = 256 + 4 * usage.count
    let saved = graph.currentOrigin
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      let count = graph.operandCount(of: id)
      if graph.elementwise(id) != nil {
        usage[index].isConstant = (0..<count).allSatisfy { usage[graph.operand($0, of: id).index].isConstant }
      }
      if isDeferred(id) { continue }
      enter(id)
      consumed.removeAll(keepingCapacity: true)
      var image = image(of: id)
      if usage[index].users > 1 { settle(&image) }
      images[index] = image
      if consumed.contains(image.node) { removeDemand(for: image.node) }
      addDemand(usage[index].users, for: image.node)
      if image.scale.isOne { leave(id, as: image.node) }
    }
    let result = roots.map { root in
      enter(root)
      let node = materialise(images[root.index])
      leave(root, as: node)
      return node
    }
    graph.currentOrigin = saved
    return result
  }

  private mutating func image(of id: NodeID) -> Scaled {
    guard let f = graph.elementwise(id) else { return structuralImage(of: id) }
    guard isReal(id) else {
      let operands = operandNodes(of: id)
      return fittedScale(function(f, operands), like: id)
    }
    switch f {
    case .add, .subtract: return collectSum(id)
    case .multiply, .divide, .sqrt: return collectProduct(id)
    case .power where exponentLiteral(of: id) != nil: return collectProduct(id)
    case .negate: return consume(graph.operand(0, of: id)).negated
    case .identity: return consume(graph.operand(0, of: id))
    default: return fittedScale(function(f, operandNodes(of: id)), like: id)
    }
  }

  /// A value with several users takes into its node what costs nothing there, since each of them would pay for it.
  private mutating func settle(_ image: inout Scaled) {
    if image.scale.isOne || isOne(image.node) { return }
    if image.scale.isNegative, let opposite = opposite(of: image.node) { image = Scaled(-image.scale, opposite) }
    if facts(of: image.node).contains(.constantFactor) { image = Scaled(materialise(image)) }
  }

  private mutating func operandNodes(of id: NodeID) -> [NodeID] {
    (0..<graph.operandCount(of: id)).map { materialise(consume(graph.operand($0, of: id))) }
  }

  /// The image of an operand that the current node is made from.
  mutating func consume(_ id: NodeID) -> Scaled {
    let image = images[id.index]
    consumed.append(image.node)
    return image
  }

  private mutating func structuralImage(of id: NodeID) -> Scaled {
    let operation = graph.operation(of: id)
    switch operation {
    case .constant(let value):
      usage[id.index].isConstant = true
      summarise(id)
      return image(of: value, element(of: id))
    case .parameter:
      summarise(id)
      return Scaled(id)
    default:
      let operands = operandNodes(of: id)
      if operands == graph.operands(of: id) {
        summarise(id)
        return Scaled(id)
      }
      return Scaled(make(operation, operands, type: graph.type(of: id)))
    }
  }
}
