import NablaGraph

/// What a reader knows by name: a quotient of exponentials is `softmax`, its logarithm `log_softmax`.
extension Workspace {
  /// The call of a function of the library.
  mutating func named(_ form: LibraryForm, _ operand: NodeID, to element: ElementType) -> NodeID {
    named(form, [operand], to: element)
  }

  mutating func named(_ form: LibraryForm, _ operands: [NodeID], to element: ElementType) -> NodeID {
    let function = graph.intern(form.function(of: operands.map { graph.type(of: $0) }, to: element))
    let result = graph.call(function, operands)[0]
    summarise(graph.operand(0, of: result))
    summarise(result)
    return result
  }

  // MARK: Quotients

  /// `exp(u) / Σ exp(u)` as `softmax(u)`, and `Σ w · exp(u) / Σ exp(u)` as `Σ w · softmax(u)`.
  mutating func nameQuotients(_ factors: inout [Factor]) {
    guard depth < Workspace.depthLimit, factors.count > 1, factors.count <= 64 else { return }
    var hasChanged = false
    for place in factors.indices {
      guard let power = factors[place].exponent.integer, power < 0,
        let (exponential, axes, keeps) = plainExponentialSum(factors[place].base)
      else { continue }
      let exponent = graph.operand(0, of: exponential)
      if keeps,
        let other = factors.firstIndex(where: {
          $0.base == exponential && ($0.exponent.integer.map { $0 > 0 } ?? false)
        })
      {
        let common = min(factors[other].exponent, -factors[place].exponent)
        factors[other].exponent = factors[other].exponent - common
        factors[place].exponent = factors[place].exponent + common
        let base = named(.softmax(axes: axes), exponent, to: element(of: exponential))
        factors.append(Factor(base: base, exponent: common))
        hasChanged = true
      } else if let (other, base) = movedSoftmax(factors, exponential, axes, factors[place].base), power == -1 {
        factors[other].base = base
        factors[place].exponent = factors[place].exponent + .one
        hasChanged = true
      } else if let other = factors.firstIndex(where: { isWeighted($0, exponential, like: factors[place].base) }),
        let sum = exponentialSum(factors[other].base)
      {
        depth += 1
        defer { depth -= 1 }
        let base = named(.softmax(axes: axes), exponent, to: element(of: exponential))
        guard let mean = replacing(sum, by: base) else { continue }
        factors[other].base = mean
        factors[place].exponent = factors[place].exponent + .one
        hasChanged = true
      }
    }
    if !hasChanged { return }
    factors.removeAll { $0.exponent.isZero }
    merge(&factors)
  }

  /// `exp(u)[:, newaxis]` over a sum with the same new axes, which is `softmax(u)[:, newaxis]`.
  private mutating func movedSoftmax(
    _ factors: [Factor], _ exponential: NodeID, _ axes: [Int], _ sum: NodeID
  ) -> (place: Int, base: NodeID)? {
    let whole = graph.type(of: exponential).shape
    for (place, factor) in factors.enumerated() where factor.exponent.isOne && factor.base != exponential {
      guard graph.elementwise(factor.base) == nil, graph.operation(of: factor.base) == .reshape,
        graph.operand(0, of: factor.base) == exponential, case let type = graph.type(of: factor.base),
        let origins = type.shape.unitAxesInserted(into: whole), origins.compactMap({ $0 }) == Array(0..<whole.rank)
      else { continue }
      var kept = type.shape.dimensions
      for (axis, origin) in origins.enumerated() where origin.map({ axes.contains($0) }) ?? false { kept[axis] = 1 }
      let own = graph.type(of: sum).shape.dimensions
      guard own.count <= kept.count, Array(kept.suffix(own.count)) == own, kept.dropLast(own.count).allSatisfy(\.isOne)
      else { continue }
      let value = named(.softmax(axes: axes), graph.operand(0, of: exponential), to: element(of: exponential))
      return (place, make(.reshape, [value], type: type))
    }
    return nil
  }

  /// The exponential that a node is the sum of along axes, without any weight.
  ///
  /// - Returns: also whether the sum broadcasts along these axes of the exponential.
  private func plainExponentialSum(_ id: NodeID) -> (exponential: NodeID, axes: [Int], keeps: Bool)? {
    guard let sum = exponentialSum(id), sum.product.coefficient.isOne, sum.product.factors.count == 1 else {
      return nil
    }
    let exponential = sum.product.factors[0].base
    let isTurned = sum.moves.contains { if case .transpose = graph.operation(of: $0) { true } else { false } }
    var kept = graph.type(of: exponential).shape.dimensions
    for axis in sum.axes { kept[axis] = 1 }
    let own = graph.type(of: id).shape.dimensions
    let isKept =
      own.count <= kept.count && Array(kept.suffix(own.count)) == own
      && kept.dropLast(own.count).allSatisfy(\.isOne)
    return (exponential, sum.axes, isKept && !isTurned)
  }

  private func isWeighted(_ factor: Factor, _ exponential: NodeID, like sum: NodeID) -> Bool {
    guard factor.exponent.isOne, let weighted = exponentialSum(factor.base), weighted.product.factors.count > 1,
      let plain = exponentialSum(sum), weighted.axes == plain.axes
    else { return false }
    return weighted.product.factors[weighted.place].base == exponential
      && graph.type(of: factor.base).shape == graph.type(of: sum).shape
  }

  // MARK: Shapes

  /// A product in a shape with other axes of one element, factor by factor: each may meet what it cancels.
  mutating func productInShape(_ image: Scaled, _ operand: NodeID, of id: NodeID) -> Scaled? {
    let (from, to) = (graph.type(of: operand).shape, graph.type(of: id).shape)
    let f = graph.elementwise(image.node)
    guard f == .multiply || f == .divide, graph.type(of: image.node).shape == from, depth < Workspace.depthLimit,
      from.dimensions.filter({ !$0.isOne }) == to.dimensions.filter({ !$0.isOne }),
      let form = factorisation(of: image.node, limit: 16, reaching: .everything)
    else { return nil }
    var factors = form.factors
    for index in factors.indices {
      let type = graph.type(of: factors[index].base)
      if type.isScalar { continue }
      guard let own = reshaped(type.shape, as: from, becomes: to) else { return nil }
      factors[index].base = moved(factors[index].base, by: .reshape, to: TensorType(type.element, own))
    }
    depth += 1
    defer { depth -= 1 }
    guard let product = product(form.coefficient * image.scale, factors, element(of: id))?.result else { return nil }
    return fittedScale(product, like: id)
  }

  /// The shape of a factor where the shape of the whole product gets other axes of one element.
  private func reshaped(_ own: Shape, as from: Shape, becomes to: Shape) -> Shape? {
    if own == from { return to }
    guard own.rank <= from.rank, let origins = to.unitAxesInserted(into: from) else { return nil }
    let padded = Array(repeating: Dimension(1), count: from.rank - own.rank) + own.dimensions
    return Shape(origins.map { $0.map { padded[$0] } ?? 1 })
  }

  /// A part of a list as the list has it: an element with a first axis.
  mutating func listPart(_ id: NodeID) -> NodeID {
    if graph.elementwise(id) == nil, graph.operation(of: id) == .reshape, case let element = graph.operand(0, of: id),
      graph.type(of: id).shape == Shape([1] + graph.type(of: element).shape.dimensions)
    {
      let value = fitted(materialise(consume(element)), like: element)
      return make(.reshape, [value], type: graph.type(of: id))
    }
    return fitted(materialise(consume(id)), like: id)
  }

  // MARK: Logarithms

  /// `log Σ exp(u)` as `logsumexp(u)`.
  mutating func namedLogarithm(of id: NodeID) -> Scaled? {
    guard isNaming, isReal(id), let (exponential, axes, _) = plainExponentialSum(id), let sum = exponentialSum(id)
    else { return nil }
    let value = named(.logSumExp(axes: axes), graph.operand(0, of: exponential), to: element(of: id))
    return Scaled(moved(value, by: sum.moves))
  }

  /// `u - logsumexp(u)` as `log_softmax(u)`, and every multiple of it.
  mutating func nameLogSoftmax(_ form: inout LinearForm) {
    guard isNaming, form.terms.count > 1, form.terms.count <= 64 else { return }
    for index in form.terms.indices.reversed() {
      guard index < form.terms.count else { continue }
      let term = form.terms[index]
      guard let (operand, axes) = logSumExp(term.node) else { continue }
      var inner = LinearForm(form.element)
      addFlattened(peeled(operand), to: &inner)
      mergeLikeTerms(&inner)
      inner.scale(by: -term.coefficient)
      guard inner.constants.isEmpty, inner.constant.isZero, !inner.terms.isEmpty,
        inner.terms.allSatisfy({ part in
          form.terms.contains { $0.node == part.node && $0.coefficient == part.coefficient }
        })
      else { continue }
      form.terms.removeAll { other in
        other.node == term.node || inner.terms.contains { $0.node == other.node }
      }
      let value = named(.logSoftmax(axes: axes), operand, to: form.element)
      form.terms.append(Term(coefficient: -term.coefficient, node: value))
    }
  }

  /// The operand and axes of a `logsumexp` that broadcasts along these axes.
  private func logSumExp(_ id: NodeID) -> (operand: NodeID, axes: [Int])? {
    let result = unmoved(id)
    guard graph.elementwise(result) == nil, case .result(0) = graph.operation(of: result),
      case let call = graph.operand(0, of: result), case .call(let callee) = graph.operation(of: call)
    else { return nil }
    let function = graph.functions[callee.index]
    guard function.name == "logsumexp", let axes = function.summedAxes else { return nil }
    let operand = graph.operand(0, of: call)
    var kept = graph.type(of: operand).shape.dimensions
    for axis in axes { kept[axis] = 1 }
    let own = graph.type(of: id).shape.dimensions
    guard own.count <= kept.count, Array(kept.suffix(own.count)) == own,
      kept.dropLast(own.count).allSatisfy(\.isOne)
    else { return nil }
    return (operand, axes)
  }
}

extension Function {
  /// The axes that the function sums along; `nil` where it sums along none.
  public var summedAxes: [Int]? {
    for id in body.graph.ids where body.graph.elementwise(id) == nil {
      if case .reduce(.sum, let axes) = body.graph.operation(of: id) { return axes }
    }
    return nil
  }
}
