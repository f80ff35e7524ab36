import NablaGraph

extension Workspace {
  /// One round over what the roots need: every node gets an image, sums and products as one.
  ///
  /// - Returns: the new roots.
  /// - Complexity: linear in the live nodes, but for sorting the terms of each sum and the factors of each product.
  mutating func collectingRound(_ roots: [NodeID]) -> [NodeID] {
    swap(&lastUsage, &usage)
    swap(&lastImages, &images)
    countUses(of: roots)
    resetDemand()
    images.reset(count: usage.count)
    budget = 256 + 4 * usage.count
    let saved = graph.currentOrigin
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      let isRepeated = isUnchanged(id)
      if isRepeated, !isAdopted || !isFactored(id) {
        repeatImage(of: id)
        continue
      }
      let count = graph.operandCount(of: id)
      if graph.elementwise(id) != nil {
        usage[index].isConstant = (0..<count).allSatisfy { usage[graph.operand($0, of: id).index].isConstant }
      } else if count == 0 {
        usage[index].isUnchanged = true
      }
      if isDeferred(id) { continue }
      enter(id)
      consumed.removeAll(keepingCapacity: true)
      var image = image(of: id)
      if usage[index].users > 1 { settle(&image) }
      images[id] = image
      usage[index].handsOn = consumed.contains(image.node)
      if isRepeated, image == lastImages[id] { usage[index].isUnchanged = true }
      addDemand(of: id)
      if image.scale.isOne { leave(id, as: image.node) }
    }
    let result = roots.map { root in
      enter(root)
      let node = fitted(materialise(images[root]), like: root)
      leave(root, as: node)
      return node
    }
    graph.currentOrigin = saved
    isAdopted = false
    return result
  }

  /// Whether the node had the same operands, with the same images, and the same users in the round before.
  private func isUnchanged(_ id: NodeID) -> Bool {
    if id.index >= min(lastUsage.count, lastImages.count) || !usage[id.index].isUsed(as: lastUsage[id.index]) {
      return false
    }
    let count = graph.operandCount(of: id)
    for position in 0..<count where !usage[graph.operand(position, of: id).index].isUnchanged { return false }
    return count > 0
  }

  private mutating func repeatImage(of id: NodeID) {
    usage[id.index] = lastUsage[id.index]
    usage[id.index].isUnchanged = true
    if isDeferred(id) { return }
    images[id] = lastImages[id]
    addDemand(of: id)
  }

  /// The image has the users of the node. One that hands an operand's image on does not use that.
  private mutating func addDemand(of id: NodeID) {
    let node = images[id].node
    if usage[id.index].handsOn { removeDemand(for: node) }
    addDemand(usage[id.index].users, for: node)
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

  private mutating func operandNodes(of id: NodeID) -> ElementwiseOperands {
    graph.elementwiseOperands(of: id).mapped { materialise(consume($0)) }
  }

  /// The image of an operand that the current node is made from.
  mutating func consume(_ id: NodeID) -> Scaled {
    let image = images[id]
    consumed.append(image.node)
    return image
  }
}
