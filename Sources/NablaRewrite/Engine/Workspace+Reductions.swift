import NablaGraph

/// Reductions: a reduction of a reduction is one, axes of one element are none, what is repeated is counted, factors
/// that do not change along the axes leave a sum, and sums along the same axes are one sum. Adding in another order is
/// `algebraic`, the rest is `exact`.
extension Workspace {
  /// The image of a reduction.
  mutating func reductionImage(_ kind: Operation.Reduction, _ axes: [Int], of id: NodeID) -> Scaled {
    let operand = graph.operand(0, of: id)
    if kind == .sum, isReal(id), let sum = sumImage(axes, of: id) { return sum }
    return reduced(fitted(materialise(consume(operand)), like: operand), kind, axes, like: id)
  }

  private mutating func sumImage(_ axes: [Int], of id: NodeID) -> Scaled? {
    let operand = graph.operand(0, of: id)
    let image = images[operand]
    if graph.type(of: image.node).isScalar {
      let extents = axes.map { graph.type(of: operand).shape.dimensions[$0] }
      // A sum of ones is how a size is written.
      if isOne(image.node), image.scale.isOne, extents.count == 1, extents[0].constant == nil { return nil }
      guard let counts = counts(extents, element(of: id)) else { return nil }
      _ = consume(operand)
      return fittedScale(multiplied([image] + counts), like: id)
    }
    if graph.type(of: image.node) == graph.type(of: operand), let chosen = chosenSum(of: image.node, axes) {
      _ = consume(operand)
      let sum = reduced(chosen.value, .sum, axes, like: id)
      return Scaled(image.scale * sum.scale, sum.node)
    }
    if cancels(image.node, axes, of: operand, like: id) {
      _ = consume(operand)
      return fittedScale(Scaled(.zero, one(element(of: id))), like: id)
    }
    if isNaming, let rest = withoutVanishingTerms(image.node, axes, of: operand, like: id) {
      _ = consume(operand)
      let sum = reduced(fitted(rest.node, like: operand), .sum, axes, like: id)
      return fittedScale(Scaled(image.scale * rest.scale * sum.scale, sum.node), like: id)
    }
    let isExclusive = usage[operand.index].isExclusive
    if !isExclusive, image.scale.isOne { return nil }
    _ = consume(operand)
    guard isExclusive, let split = factors(of: image.node, constantAlong: axes, of: operand) else {
      let sum = reduced(fitted(image.node, like: operand), .sum, axes, like: id)
      return Scaled(image.scale * sum.scale, sum.node)
    }
    let sum = reduced(fitted(split.rest, like: operand), .sum, axes, like: id)
    let product = multiplied([Scaled(image.scale * split.outside.scale, split.outside.node), sum])
    return fittedScale(product, like: id)
  }

  private mutating func multiplied(_ values: [Scaled]) -> Scaled {
    values.dropFirst().reduce(values[0]) { construct(.multiply, [$0, $1]) }
  }

  // MARK: Joining

  /// The reduction of a node, as few and as small operations as can be.
  private mutating func reduced(
    _ node: NodeID, _ kind: Operation.Reduction, _ axes: [Int], like id: NodeID
  ) -> Scaled {
    var (node, axes) = (node, axes)
    var factors: [Scaled] = []
    // Extreme elements share their cotangent, or the first takes it: in two steps not as in one.
    let isAssociative = kind == .sum && !isStrict || kind == .product && !isStrict || kind == .any || kind == .all
    var isDone = false
    while !isDone, graph.elementwise(node) == nil {
      let operation = graph.operation(of: node)
      switch operation {
      case .reduce(kind, let inner) where isAssociative && !isShared(node):
        let operand = graph.operand(0, of: node)
        let left = (0..<graph.type(of: operand).shape.rank).filter { !inner.contains($0) }
        axes = (inner + axes.map { left[$0] }).sorted()
        node = operand
      case .transpose(let permutation) where kind != .firstMin && kind != .firstMax:
        let left = permutation.indices.filter { !axes.contains($0) }.map { permutation[$0] }
        isDone = left != left.sorted()
        if !isDone {
          axes = axes.map { permutation[$0] }.sorted()
          node = graph.operand(0, of: node)
        }
      case .broadcast where kind == .sum && isReal(id) && !isStrict:
        let shape = graph.type(of: node).shape
        let repeated = shape.axesStretched(from: graph.type(of: graph.operand(0, of: node)).shape)
          .filter { axes.contains($0) }
        guard !repeated.isEmpty, let counts = counts(repeated.map { shape.dimensions[$0] }, element(of: id)) else {
          isDone = true
          continue
        }
        factors += counts
        node = withoutRepetition(node, along: repeated)
        axes = remaining(axes, without: repeated)
      default: isDone = true
      }
    }
    let single = axes.filter { graph.type(of: node).shape.dimensions[$0].isOne }
    if !single.isEmpty {
      // Below a function, where sums of exponentials are looked for.
      if graph.elementwise(node)?.arity == 1, !isShared(node) {
        for axis in single.reversed() { node = withoutAxis(axis, node, depth: 0) }
      } else {
        node = reshaped(node, without: single)
      }
      axes = remaining(axes, without: single)
    }
    if !axes.isEmpty {
      let operation = Operation.reduce(kind, axes: axes)
      let isSame = operation == graph.operation(of: id) && node == graph.operand(0, of: id)
      if isSame { summarise(id) }
      node = isSame ? id : make(operation, [node], type: graph.type(of: node))
    }
    node = fitted(node, like: id)
    return factors.isEmpty ? Scaled(node) : multiplied(factors + [Scaled(node)])
  }

  /// Axes after others are gone.
  private func remaining(_ axes: [Int], without gone: [Int]) -> [Int] {
    axes.filter { !gone.contains($0) }.map { axis in axis - gone.count { $0 < axis } }
  }

  private mutating func reshaped(_ node: NodeID, without axes: [Int]) -> NodeID {
    var type = graph.type(of: node)
    for axis in axes.reversed() { type.shape.dimensions.remove(at: axis) }
    return make(.reshape, [node], type: type)
  }

  /// A repeated value that is not repeated along some axes.
  private mutating func withoutRepetition(_ node: NodeID, along axes: [Int]) -> NodeID {
    var type = graph.type(of: node)
    var operand = graph.operand(0, of: node)
    let lead = type.shape.rank - graph.type(of: operand).shape.rank
    let own = axes.filter { $0 >= lead }.map { $0 - lead }
    if !own.isEmpty { operand = reshaped(operand, without: own) }
    for axis in axes.reversed() { type.shape.dimensions.remove(at: axis) }
    return graph.type(of: operand) == type ? operand : make(.broadcast, [operand], type: type)
  }

  /// Sizes as values: numbers, or sums of ones for names.
  private mutating func counts(_ extents: [Dimension], _ element: ElementType) -> [Scaled]? {
    var result: [Scaled] = []
    for extent in extents {
      if let known = extent.constant {
        result.append(Scaled(Rational(known), one(element)))
      } else if extent.terms.count == 1, extent.terms[0].coefficient == 1, extent.terms[0].atoms.count == 1 {
        let ones = make(.broadcast, [one(element)], type: TensorType(element, Shape([extent])))
        result.append(Scaled(make(.reduce(.sum, axes: [0]), [ones], type: TensorType(element))))
      } else {
        return nil
      }
    }
    return result
  }

  // MARK: Factors

  /// The factors of a product that do not change along axes of an operand, without these axes, and what is left.
  private mutating func factors(
    of node: NodeID, constantAlong axes: [Int], of operand: NodeID
  ) -> (outside: Scaled, rest: NodeID)? {
    guard let f = graph.elementwise(node), f == .multiply || f == .divide, !isStrict,
      // A reader sees what cancels once it stands before the sum, whoever else needs the product.
      let form = factorisation(of: node, reaching: isNaming ? .everything : .open)
    else { return nil }
    let rank = graph.type(of: operand).shape.rank
    func isConstant(_ factor: Factor) -> Bool {
      let dimensions = graph.type(of: factor.base).shape.dimensions
      let lead = rank - dimensions.count
      return axes.allSatisfy { $0 < lead || dimensions[$0 - lead].isOne }
    }
    let constant = form.factors.filter { isConstant($0) }
    let varying = form.factors.filter { !isConstant($0) }
    guard !constant.isEmpty, !varying.isEmpty,
      let outside = product(form.coefficient, constant, element(of: node))?.result,
      let inside = product(.one, varying, element(of: node))?.result
    else { return nil }
    let lead = rank - graph.type(of: outside.node).shape.rank
    let own = axes.filter { $0 >= lead }.map { $0 - lead }
    let factor = own.isEmpty ? outside.node : reshaped(outside.node, without: own)
    return (Scaled(outside.scale * inside.scale, factor), inside.node)
  }

  // MARK: Sums of sums

  /// Whether a sum's terms that do not change along the axes cancel the others, as in `Σ (x - (Σ x)/n)`.
  mutating func cancels(_ node: NodeID, _ axes: [Int], of operand: NodeID, like id: NodeID) -> Bool {
    guard isSum(node), depth < Workspace.depthLimit, let form = linearForm(of: node, limit: 8), form.constants.isEmpty,
      form.constant.isZero
    else { return false }
    let shape = graph.type(of: operand).shape
    func isConstant(_ term: Term) -> Bool {
      let dimensions = graph.type(of: term.node).shape.dimensions
      let lead = shape.rank - dimensions.count
      return axes.allSatisfy { $0 < lead || dimensions[$0 - lead].isOne }
    }
    let constant = form.terms.filter { isConstant($0) }
    if constant.isEmpty || constant.count == form.terms.count { return false }
    guard let counts = counts(axes.map { shape.dimensions[$0] }, form.element) else { return false }
    depth += 1
    defer { depth -= 1 }
    var total = LinearForm(form.element)
    for term in form.terms {
      if isConstant(term) {
        let lead = shape.rank - graph.type(of: term.node).shape.rank
        let own = axes.filter { $0 >= lead }.map { $0 - lead }
        let value = own.reversed().reduce(term.node) { withoutAxis($1, $0, depth: 0) }
        let product = multiplied(counts + [peeled(value)])
        add(Scaled(product.scale * term.coefficient, product.node), to: &total)
      } else {
        let sum = reduced(fitted(term.node, like: operand), .sum, axes, like: id)
        add(Scaled(sum.scale * term.coefficient, sum.node), to: &total)
      }
    }
    mergeLikeTerms(&total)
    return total.isEmpty && total.constant.isZero
  }

  /// `Σ a - Σ b` along the same axes as `Σ (a - b)`.
  mutating func mergeSums(_ form: inout LinearForm) {
    guard depth < Workspace.depthLimit, form.terms.count > 1, form.terms.count <= 64 else { return }
    var groups: [[Int]] = []
    for index in form.terms.indices {
      guard let terms = summand(form.terms[index].node) else { continue }
      let known = groups.firstIndex { group in
        let first = form.terms[group[0]]
        return first.coefficient.magnitude == form.terms[index].coefficient.magnitude
          && graph.operation(of: first.node) == graph.operation(of: form.terms[index].node)
          && summand(first.node).map { graph.typeID(of: $0) == graph.typeID(of: terms) } ?? false
      }
      if let known { groups[known].append(index) } else { groups.append([index]) }
    }
    groups.removeAll { $0.count < 2 }
    if groups.isEmpty { return }
    depth += 1
    defer { depth -= 1 }
    var merged: [Scaled] = []
    for group in groups {
      let first = form.terms[group[0]]
      var inner = LinearForm(form.element)
      for index in group {
        guard let terms = summand(form.terms[index].node) else { continue }
        let value = peeled(terms)
        add(form.terms[index].coefficient.isNegative ? value.negated : value, to: &inner)
      }
      guard let model = summand(first.node) else { continue }
      let terms = fitted(materialise(sum(&inner)), like: model)
      let node = make(graph.operation(of: first.node), [terms], type: graph.type(of: first.node))
      merged.append(Scaled(first.coefficient.magnitude, node))
      record("sum of sums along axes", first.node, node)
    }
    for index in groups.joined().sorted(by: >) { form.terms.remove(at: index) }
    for value in merged { add(value, to: &form) }
    mergeLikeTerms(&form)
  }

  /// What a node that nobody else uses is the sum of. Sums of exponentials stay apart, to be recognised.
  private func summand(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == nil, case .reduce(.sum, _) = graph.operation(of: id), !isShared(id),
      !facts(of: id).contains(.exponentialSum)
    else { return nil }
    let terms = graph.operand(0, of: id)
    // A size is a sum of ones.
    return graph.elementwise(terms) == nil && graph.operation(of: terms) == .broadcast ? nil : terms
  }
}
