import NablaGraph

/// Going on where another rewriter has ended.
///
/// What is specialised is nearly always what has just been simplified. The two phases collect sums and products by the
/// same rules, but for the common factors that only the second takes out. So nothing is collected again but sums that
/// have one, and what is above them.
extension Workspace {
  /// Takes what settled roots need for the outcome of a round that has changed nothing.
  mutating func adopt(_ roots: [NodeID]) {
    isAdopted = true
    countUses(of: roots)
    images.reset(count: usage.count)
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      summarise(id)
      if isDeferred(id) { continue }
      let image = adoptedImage(of: id)
      images[id] = image
      usage[index].isConstant = isConstant(image.node)
      usage[index].handsOn = (0..<graph.operandCount(of: id)).contains { graph.operand($0, of: id) == image.node }
    }
  }

  private mutating func adoptedImage(of id: NodeID) -> Scaled {
    if let value = graph.constant(id) { return image(of: value, element(of: id)) }
    return isReal(id) ? peeled(id) : Scaled(id)
  }

  /// Whether specialising changes a sum that is settled.
  mutating func isFactored(_ id: NodeID) -> Bool {
    guard isSum(id), isReal(id), !isDeferred(id), let form = linearForm(of: id) else { return false }
    return takingOutCommonFactor(form) != nil
  }
}
