import NablaGraph

/// Contractions: transposes go into their labels, scalar factors come out, ones leave a sum.
extension Workspace {
  /// The image of a contraction of reals.
  mutating func contractionImage(_ contraction: Contraction, of id: NodeID) -> Scaled {
    let operands = graph.operands(of: id)
    let images = operands.map { consume($0) }
    let scale = images[0].scale * images[1].scale
    if scale.isZero { return Scaled(.zero, one(element(of: id))) }
    var labels = [contraction.left, contraction.right]
    var factors: [Scaled] = [Scaled(scale, one(element(of: id)))]
    var nodes: [NodeID] = []
    for (side, image) in images.enumerated() {
      var node = image.node
      let isOpen = usage[operands[side].index].isExclusive || isRepeatable(node)
      if graph.type(of: node).isScalar {
        // A scalar operand, or one number everywhere.
        factors.append(Scaled(node))
        node = one(element(of: id))
      } else if isOpen, let (scalar, rest) = scalarFactor(of: node) {
        factors.append(scalar)
        node = rest
      }
      node = isOne(node) ? node : fitted(node, like: operands[side])
      if case .transpose(let permutation) = graph.operation(of: node) {
        node = graph.operand(0, of: node)
        var turned = labels[side]
        for (axis, origin) in permutation.enumerated() { turned[origin] = labels[side][axis] }
        labels[side] = turned
      }
      nodes.append(node)
    }
    guard scale.bitWidth <= Rational.bitLimit, let factor = product(of: factors) else {
      return Scaled(make(.contract(contraction), materialised(images, like: operands), type: graph.type(of: id)))
    }
    let value: NodeID
    if isOne(nodes[0]), let sum = sum(of: nodes[1], labels[1], operands[1], beside: labels[0], contraction.result, id) {
      value = sum
    } else if isOne(nodes[1]),
      let sum = sum(of: nodes[0], labels[0], operands[0], beside: labels[1], contraction.result, id)
    {
      value = sum
    } else {
      let folded = Contraction(labels[0], labels[1], to: contraction.result)
      let fittedNodes = zip(nodes, operands).map { isOne($0) ? fitted($0, like: $1) : $0 }
      if let chosen = chosenContraction(folded, fittedNodes, like: id) {
        value = chosen
      } else if folded == contraction, fittedNodes == operands {
        summarise(id)
        value = id
      } else {
        value = make(.contract(folded), fittedNodes, type: graph.type(of: id))
      }
    }
    return isOne(factor.node) ? Scaled(factor.scale, value) : construct(.multiply, [factor, Scaled(value)])
  }

  /// The image of a convolution of reals: a number that either operand is multiplied by leaves it.
  ///
  /// The operands are arrays that kernels need in memory: without the number, one array often serves several kernels.
  mutating func convolutionImage(of id: NodeID) -> Scaled {
    let operands = graph.operands(of: id)
    let images = operands.map { consume($0) }
    let scale = images[0].scale * images[1].scale
    if scale.isZero { return Scaled(.zero, one(element(of: id))) }
    let isWithin = scale.bitWidth <= Rational.bitLimit
    let nodes = zip(images, operands).map { image, operand in
      fitted(isWithin ? image.node : materialise(image), like: operand)
    }
    if nodes == operands { summarise(id) }
    let node = nodes == operands ? id : make(graph.operation(of: id), nodes, type: graph.type(of: id))
    return Scaled(isWithin ? scale : .one, node)
  }

  private mutating func materialised(_ images: [Scaled], like operands: [NodeID]) -> [NodeID] {
    zip(images, operands).map { image, operand in fitted(materialise(image), like: operand) }
  }

  private mutating func product(of factors: [Scaled]) -> Scaled? {
    var result = factors[0]
    for factor in factors.dropFirst() { result = construct(.multiply, [result, factor]) }
    return result.scale.bitWidth <= Rational.bitLimit ? result : nil
  }

  /// The scalar factors of a product of arrays, and what is left of it; `nil` where there are none.
  mutating func scalarFactor(of node: NodeID) -> (scalar: Scaled, rest: NodeID)? {
    guard let f = graph.elementwise(node), f == .multiply || f == .divide, isReal(node), !isStrict else { return nil }
    guard let form = factorisation(of: node, reaching: .open) else { return nil }
    let scalars = form.factors.filter { graph.type(of: $0.base).isScalar }
    let arrays = form.factors.filter { !graph.type(of: $0.base).isScalar }
    if scalars.isEmpty || arrays.isEmpty { return nil }
    guard let outside = product(form.coefficient, scalars, element(of: node)),
      let inside = product(.one, arrays, element(of: node))
    else { return nil }
    let scale = outside.result.scale * inside.result.scale
    return (Scaled(scale, outside.result.node), inside.result.node)
  }

  /// The contraction of a node with ones: a sum along the axes that the result lacks.
  ///
  /// - Returns: `nil` where ones alone are summed along some axis.
  private mutating func sum(
    of image: NodeID, _ labels: [Int], _ operand: NodeID, beside ones: [Int], _ result: [Int], _ id: NodeID
  ) -> NodeID? {
    if ones.contains(where: { !labels.contains($0) && !result.contains($0) }) { return nil }
    var node = isOne(image) ? fitted(image, like: operand) : image
    let axes = labels.indices.filter { !result.contains(labels[$0]) }
    if !axes.isEmpty { node = make(.reduce(.sum, axes: axes), [node], type: graph.type(of: node)) }
    let kept = labels.filter { result.contains($0) }
    let permutation = result.compactMap { kept.firstIndex(of: $0) }
    if permutation != Array(kept.indices) {
      node = make(.transpose(permutation), [node], type: graph.type(of: node))
    }
    if kept.count == result.count { return node }
    var type = graph.type(of: id)
    for (axis, label) in result.enumerated() where !kept.contains(label) { type.shape.dimensions[axis] = 1 }
    return fitted(make(.reshape, [node], type: type), like: id)
  }
}
