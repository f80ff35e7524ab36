import NablaGraph

/// Sums over an index that is compared with integers: of all products only those remain whose index is named. What was a
/// product with a matrix of zeros and ones becomes a gather, its adjoint a scatter-add, and a product with a diagonal an
/// elementwise one. Algebraic: terms that are multiplied by zero are gone.
extension Workspace {
  private var canChoose: Bool { (phase == .canonicalise || phase == .stabilise) && !isStrict }

  // MARK: Sums

  /// A sum along axes of a product with a one-hot factor, with one axis less to sum along.
  ///
  /// - Returns: a value with one element along the axis that is gone.
  mutating func chosenSum(of node: NodeID, _ axes: [Int]) -> (value: NodeID, axis: Int)? {
    guard canChoose, isReal(node), let f = graph.elementwise(node) ?? castFunction(node) else { return nil }
    let rank = graph.type(of: node).shape.rank
    if f == .select || f == .identity { return chosenSum(of: node, beside: nil, axes, like: node) }
    guard f == .multiply || f == .divide, let form = factorisation(of: node, reaching: .open) else { return nil }
    for (index, factor) in form.factors.enumerated() where factor.exponent.isOne && isIndicator(factor.base) {
      var others = form.factors
      others.remove(at: index)
      guard graph.type(of: factor.base).shape.rank == rank,
        let rest = product(form.coefficient, others, element(of: node))?.result,
        let sum = chosenSum(of: factor.base, beside: rest, axes, like: node)
      else { continue }
      return sum
    }
    return nil
  }

  private func castFunction(_ id: NodeID) -> Elementwise? { graph.operation(of: id) == .cast ? .identity : nil }

  private func isIndicator(_ id: NodeID) -> Bool {
    graph.elementwise(id) == .select || graph.elementwise(id) == nil && graph.operation(of: id) == .cast
  }

  private mutating func chosenSum(
    of id: NodeID, beside rest: Scaled?, _ axes: [Int], like node: NodeID
  ) -> (value: NodeID, axis: Int)? {
    guard let oneHot = oneHots(id).first(where: { axes.contains($0.axis) }) else { return nil }
    var type = graph.type(of: node)
    let rank = type.shape.rank
    let labels = Array(0..<rank)
    let (places, inside) = guarded(labelled(oneHot.places, labels), within: oneHot.extent)
    var value = chosen(oneHot.value, at: places, along: oneHot.axis, rank: rank)
    if let rest {
      let other = chosen(rest.node, at: places, along: oneHot.axis, rank: rank)
      value = materialise(construct(.multiply, [rest.with(other), peeled(value)]))
    }
    if let inside {
      value = make(.select, [aligned(inside, to: labels), value, constant(.zero, element(of: value))])
    }
    type.shape.dimensions[oneHot.axis] = 1
    if graph.type(of: value) != type { value = make(.broadcast, [value], type: type) }
    record("sum of a one-hot product", id, value)
    return (value, oneHot.axis)
  }

  private mutating func guarded(
    _ places: LabelledArray, within extent: Dimension
  ) -> (places: LabelledArray, inside: LabelledArray?) {
    let (node, inside) = guarded(places.node, within: extent)
    return (
      LabelledArray(node: node, labels: places.labels), inside.map { LabelledArray(node: $0, labels: places.labels) }
    )
  }

  // MARK: Contractions

  /// A contraction with a one-hot operand.
  mutating func chosenContraction(_ contraction: Contraction, _ operands: [NodeID], like id: NodeID) -> NodeID? {
    guard canChoose else { return nil }
    for (form, a, b) in [(contraction, operands[0], operands[1]), (contraction.swapped, operands[1], operands[0])] {
      // Of a diagonal's two axes the one that is summed over: nothing need be scattered then.
      let found = weightedOneHots(a)
      let isSummed = found.map { !form.result.contains(form.left[$0.axis]) }
      for index in found.indices.filter({ isSummed[$0] }) + found.indices.filter({ !isSummed[$0] }) {
        let oneHot = found[index]
        guard let value = contracted(oneHot, a, b, form) else { continue }
        record("contraction of a one-hot operand", id, value)
        return value
      }
    }
    return nil
  }

  /// What a node is if it is one-hot, or a product with such a factor of its shape.
  private mutating func weightedOneHots(_ id: NodeID) -> [OneHot] {
    if isIndicator(id) { return oneHots(id) }
    guard let f = graph.elementwise(id), f == .multiply || f == .divide,
      let form = factorisation(of: id, reaching: .open),
      let index = form.factors.firstIndex(where: { factor in
        factor.exponent.isOne && isIndicator(factor.base)
          && graph.type(of: factor.base).shape == graph.type(of: id).shape
      })
    else { return [] }
    let found = oneHots(form.factors[index].base)
    var others = form.factors
    others.remove(at: index)
    guard !found.isEmpty, let rest = product(form.coefficient, others, element(of: id))?.result else { return [] }
    return found.map { oneHot in
      let value = materialise(construct(.multiply, [rest, peeled(oneHot.value)]))
      return OneHot(places: oneHot.places, axis: oneHot.axis, extent: oneHot.extent, value: value)
    }
  }

  private mutating func contracted(_ oneHot: OneHot, _ a: NodeID, _ b: NodeID, _ form: Contraction) -> NodeID? {
    let label = form.left[oneHot.axis]
    let rank = form.left.count
    // Along an axis that the places lack, one comparison stands for many.
    let own = labelled(oneHot.places, form.left)
    let missing = form.left.filter { $0 != label && !own.labels.contains($0) }
    let extents = graph.type(of: a).shape.dimensions
    guard missing.allSatisfy({ extents[form.left.firstIndex(of: $0) ?? 0].isOne }) else { return nil }
    let isSummed = !form.result.contains(label)
    if isSummed { return gathered(oneHot, own, b, form, rank) }
    return form.right.contains(label) ? nil : scattered(oneHot, own, b, form)
  }

  /// `Σₖ [pᵢ = k]·vᵢₖ·bₖⱼ` is `vᵢ,pᵢ·b[pᵢ, j]`.
  private mutating func gathered(
    _ oneHot: OneHot, _ own: LabelledArray, _ b: NodeID, _ form: Contraction, _ rank: Int
  ) -> NodeID? {
    let label = form.left[oneHot.axis]
    let (places, inside) = guarded(own, within: oneHot.extent)
    let other = chosen(labelled(b, form.right), at: places, along: label)
    let axes = LabelledArray(
      node: places.node, labels: places.labels.compactMap { form.left.firstIndex(of: $0) })
    let value = chosen(oneHot.value, at: axes, along: oneHot.axis, rank: rank)
    let weight = labelled(value, form.left)
    return product(weight, other, inside, form, extents: extents(form, own, oneHot, b))
  }

  /// `Σᵢ [pᵢ = k]·vᵢ·bᵢⱼ` adds `vᵢ·bᵢⱼ` at the place `pᵢ`.
  private mutating func scattered(
    _ oneHot: OneHot, _ own: LabelledArray, _ b: NodeID, _ form: Contraction
  ) -> NodeID? {
    let label = form.left[oneHot.axis]
    // A value that changes along the axis does not belong to a place.
    guard isConstant(oneHot.value, along: oneHot.axis, rank: form.left.count),
      own.labels.contains(where: { !form.result.contains($0) })
    else { return nil }
    let (places, inside) = guarded(own, within: oneHot.extent)
    let batch = places.labels.filter { form.result.contains($0) }
    let added = places.labels.filter { !form.result.contains($0) }
    var update = labelled(b, form.right)
    update = summed(update, over: update.labels.filter { !form.result.contains($0) && !added.contains($0) })
    let rest = update.labels.filter { !places.labels.contains($0) }
    let order = batch + added + rest
    let extents = extents(form, own, oneHot, b)
    let type = TensorType(element(of: b), Shape(order.map { extents[$0] ?? 1 }))
    var values = aligned(update, to: order)
    let weight = aligned(labelled(oneHot.value, form.left), to: order)
    if !isOne(unmoved(weight)) { values = make(.multiply, weight, values) }
    if let inside {
      values = make(.select, [aligned(inside, to: order), values, constant(.zero, type.element)])
    }
    if graph.type(of: values) != type { values = make(.broadcast, [values], type: type) }
    let indices = transposed(places, to: batch + added)
    let whole = batch + [label] + rest
    let result = TensorType(type.element, Shape(whole.map { extents[$0] ?? 1 }))
    let gather = Gather(batch: batch.count, axes: [batch.count])
    let node = make(.scatter(gather), [values, indices.node], type: result)
    return spread(LabelledArray(node: node, labels: whole), over: form.result, extents)
  }

  /// The product of two arrays, and of a condition, summed to the labels of a contraction's result.
  private mutating func product(
    _ weight: LabelledArray, _ other: LabelledArray, _ inside: LabelledArray?, _ form: Contraction,
    extents: [Int: Dimension]
  ) -> NodeID? {
    var labels = other.labels
    for label in weight.labels + (inside?.labels ?? []) where !labels.contains(label) { labels.append(label) }
    var value = aligned(other, to: labels)
    let factor = aligned(weight, to: labels)
    if !isOne(unmoved(factor)) { value = make(.multiply, factor, value) }
    if let inside { value = make(.select, [aligned(inside, to: labels), value, constant(.zero, element(of: value))]) }
    let type = TensorType(element(of: value), Shape(labels.map { extents[$0] ?? 1 }))
    if graph.type(of: value) != type { value = make(.broadcast, [value], type: type) }
    let sum = summed(LabelledArray(node: value, labels: labels), over: labels.filter { !form.result.contains($0) })
    return spread(sum, over: form.result, extents)
  }

  /// The array in the order of labels, repeated along those that it lacks.
  private mutating func spread(_ array: LabelledArray, over labels: [Int], _ extents: [Int: Dimension]) -> NodeID {
    let node = aligned(array, to: labels)
    let type = TensorType(element(of: node), Shape(labels.map { extents[$0] ?? 1 }))
    return graph.type(of: node) == type ? node : make(.broadcast, [node], type: type)
  }

  private func extents(_ form: Contraction, _ own: LabelledArray, _ oneHot: OneHot, _ b: NodeID) -> [Int: Dimension] {
    var result = [form.left[oneHot.axis]: oneHot.extent]
    for (label, extent) in zip(own.labels, graph.type(of: own.node).shape.dimensions) { result[label] = extent }
    for (label, extent) in zip(form.right, graph.type(of: b).shape.dimensions) { result[label] = extent }
    return result
  }
}

extension Scaled {
  /// The same multiple of another node.
  func with(_ node: NodeID) -> Scaled { Scaled(scale, node) }
}
