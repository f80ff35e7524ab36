import NablaGraph

/// Logarithms of what grows or vanishes exponentially: taken before anything overflows or is lost. All of it is
/// `algebraic`.
extension Workspace {
  /// `log(c · Σ exp(u))` as `m + log(c · Σ exp(u - m))`.
  mutating func logarithm(of id: NodeID) -> Scaled? {
    if isNaming { return namedLogarithm(of: id) }
    guard phase == .stabilise, depth < Workspace.depthLimit, isReal(id),
      let whole = factorisation(of: id, limit: 16, reaching: .everything)
    else { return nil }
    depth += 1
    defer { depth -= 1 }
    return logarithmOfSum(whole, id) ?? logarithmOfPowers(whole, id) ?? logarithmOfContraction(whole, id)
      ?? logarithmOfMultiple(id)
  }

  // MARK: Sums

  private mutating func logarithmOfSum(_ whole: Factorisation, _ id: NodeID) -> Scaled? {
    for place in whole.factors.indices where whole.factors[place].exponent.isOne {
      guard let sum = exponentialSum(whole.factors[place].base, evenShifted: true) else { continue }
      let exponential = sum.product.factors[sum.place].base
      let exponent = graph.operand(0, of: exponential)
      var plain = exponent
      var known: NodeID?
      if isShifted(exponent) {
        guard let parts = unshifted(exponent, sum.axes, isWeighted: sum.product.factors.count > 1) else { continue }
        (plain, known) = (parts.exponent, parts.shift)
      }
      let shift = shift(of: weighted(plain, in: sum), sum.axes)
      var difference = fitted(
        materialise(construct(.subtract, [peeled(plain), Scaled(shift.kept)])), like: exponential)
      if sum.product.factors.count > 1 { difference = bounded(difference) }
      let small = make(.exp, difference)
      var factors = whole.factors
      guard let replaced = replacing(sum, by: small) else { return nil }
      factors[place].base = replaced
      guard let product = product(whole.coefficient, factors, element(of: id))?.result else { return nil }
      var terms = [function(.log, [materialise(product)]), Scaled(moved(shift.reduced, by: sum.moves))]
      if let known {
        // The shift that was there has one element along the axes.
        guard let rest = withoutRepetition(known, sum) else { return nil }
        terms[1] = construct(.subtract, [terms[1], Scaled(rest)])
      }
      let value = construct(.add, terms)
      record("log of a sum of exponentials along axes", id, value.node)
      return value
    }
    return nil
  }

  /// The exponent where its exponential has a weight, -∞ elsewhere: what is not added must not choose the scale.
  private mutating func weighted(_ exponent: NodeID, in sum: ExponentialSum) -> NodeID {
    var factors = sum.product.factors
    factors.remove(at: sum.place)
    let element = element(of: exponent)
    guard !factors.isEmpty, let weight = product(.one, factors, element)?.result.node else { return exponent }
    let isZero = make(.equal, weight, constant(.zero, element))
    return make(.select, [isZero, constant(.bits((-Double.infinity).bitPattern), element), exponent])
  }

  /// An exponent that is no larger than what has a finite exponential: where it has no weight it may be.
  private mutating func bounded(_ exponent: NodeID) -> NodeID {
    let element = element(of: exponent)
    let bound = make(.stop, [constant(Constant(element == .f32 ? 80 : 700), element)], type: TensorType(element))
    return make(.min, exponent, bound)
  }

  /// An exponent without what somebody subtracted to make it small.
  ///
  /// A shift of the engine's own is left in sums without weights, and where it minds the weights.
  private mutating func unshifted(
    _ exponent: NodeID, _ axes: [Int], isWeighted: Bool
  ) -> (exponent: NodeID, shift: NodeID)? {
    guard var form = linearForm(of: exponent, limit: 16) else { return nil }
    let rank = graph.type(of: exponent).shape.rank
    for index in form.terms.indices where form.terms[index].coefficient == .minusOne {
      let node = form.terms[index].node
      guard axes.allSatisfy({ isConstant(node, along: $0, rank: rank) }) else { continue }
      let source = unmoved(node)
      guard isLargest(source) || isWeighted && isShift(source) && !mindsWeights(source) else { continue }
      form.terms.remove(at: index)
      if form.isEmpty { return nil }
      return (fitted(materialise(sum(&form)), like: exponent), node)
    }
    return nil
  }

  /// Whether a shift is the largest of the exponents that have a weight.
  private func mindsWeights(_ shift: NodeID) -> Bool {
    let bounded = unmoved(graph.operand(0, of: shift))
    return [1, 2].contains { position in
      let largest = unmoved(graph.operand(position, of: bounded))
      return isLargest(largest) && graph.elementwise(unmoved(graph.operand(0, of: largest))) == .select
    }
  }

  /// A value with one element along the axes of a sum, in the sum's shape as it is used.
  private mutating func withoutRepetition(_ node: NodeID, _ sum: ExponentialSum) -> NodeID? {
    let terms = graph.type(of: graph.operand(0, of: sum.sum))
    var kept = terms
    for axis in sum.axes { kept.shape.dimensions[axis] = 1 }
    let whole = graph.type(of: node) == kept ? node : make(.broadcast, [node], type: kept)
    let reduced = graph.type(of: sum.sum)
    return moved(reduced == kept ? whole : make(.reshape, [whole], type: reduced), by: sum.moves)
  }

  /// `log(c + c·exp(u))` as `log(c) + log(1 + exp(u))`, which is a softplus.
  private mutating func logarithmOfMultiple(_ id: NodeID) -> Scaled? {
    guard isSum(id), var form = linearForm(of: id, limit: 8), form.constants.isEmpty, !form.constant.isNegative,
      !form.constant.isOne, let reciprocal = form.constant.reciprocal,
      form.terms.allSatisfy({ $0.coefficient == form.constant }),
      form.terms.contains(where: { graph.elementwise($0.node) == .exp })
    else { return nil }
    let factor = constant(.rational(form.constant), form.element)
    form.scale(by: reciprocal)
    return construct(.add, [function(.log, [factor]), function(.log, [materialise(sum(&form))])])
  }

  // MARK: Powers

  /// `log(σ(z)^y · σ(-z)^(1 - y))` as `y·log σ(z) + (1 - y)·log σ(-z)`: no power is computed that may vanish.
  private mutating func logarithmOfPowers(_ whole: Factorisation, _ id: NodeID) -> Scaled? {
    if whole.coefficient.isNegative || whole.coefficient.isZero { return nil }
    var rest: [Factor] = []
    var terms: [Scaled] = []
    for factor in whole.factors {
      if graph.elementwise(factor.base) == .power, isExponential(graph.operand(0, of: factor.base)) {
        let logarithm = function(.log, [graph.operand(0, of: factor.base)])
        let term = construct(.multiply, [peeled(graph.operand(1, of: factor.base)), logarithm])
        terms.append(Scaled(term.scale * factor.exponent, term.node))
      } else if factor.exponent.magnitude != .one, isExponential(factor.base) {
        let logarithm = function(.log, [factor.base])
        terms.append(Scaled(logarithm.scale * factor.exponent, logarithm.node))
      } else {
        rest.append(factor)
      }
    }
    if terms.isEmpty { return nil }
    if !rest.isEmpty || !whole.coefficient.isOne {
      guard let product = product(whole.coefficient, rest, element(of: id))?.result else { return nil }
      terms.append(function(.log, [materialise(product)]))
    }
    let value = fittedScale(terms.count == 1 ? terms[0] : construct(.add, terms), like: id)
    record("log of powers", id, value.node)
    return value
  }

  /// Whether a value is positive, and nears 0 or ∞ exponentially: its logarithm is a finite number where it is lost.
  private func isExponential(_ id: NodeID) -> Bool {
    let node = unmoved(id)
    switch graph.elementwise(node) {
    case .exp, .sigmoid: return true
    case .multiply, .divide:
      guard let product = factorisation(of: node, limit: 4, reaching: .everything), product.coefficient.isOne
      else { return false }
      return product.factors.allSatisfy { graph.elementwise($0.base) == .exp || isSumOfExponentials($0.base) }
    default: return isSumOfExponentials(node)
    }
  }

  private func isSumOfExponentials(_ id: NodeID) -> Bool {
    guard let sum = exponentialSum(id, evenShifted: true) else { return false }
    return sum.product.factors.count == 1 && sum.product.coefficient.isOne
  }

  /// `xlogy(y, σ(z))` as `y·log σ(z)`, which is 0 at 0 too, since the logarithm is finite.
  mutating func productOfLogarithm(_ operands: ElementwiseOperands) -> Scaled? {
    guard phase == .stabilise, depth < Workspace.depthLimit, isReal(operands[0]), isExponential(operands[1]) else {
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    return construct(.multiply, [peeled(operands[0]), function(.log, [operands[1]])])
  }

  // MARK: Contractions

  /// `log(y @ exp(u))` as the logarithm of a sum along axes, which the rule above knows.
  private mutating func logarithmOfContraction(_ whole: Factorisation, _ id: NodeID) -> Scaled? {
    for place in whole.factors.indices where whole.factors[place].exponent.isOne {
      let contract = unmoved(whole.factors[place].base)
      guard graph.elementwise(contract) == nil, case .contract(let form) = graph.operation(of: contract) else {
        continue
      }
      let operands = graph.operands(of: contract)
      for (contraction, a, b) in [(form, operands[0], operands[1]), (form.swapped, operands[1], operands[0])] {
        guard contraction.right.allSatisfy({ contraction.left.contains($0) }),
          let terms = factorisation(of: a, limit: 8, reaching: .everything),
          terms.factors.contains(where: { graph.elementwise($0.base) == .exp && $0.exponent.isOne })
        else { continue }
        let other = aligned(LabelledArray(node: b, labels: contraction.right), to: contraction.left)
        let product = materialise(construct(.multiply, [peeled(a), peeled(other)]))
        let array = LabelledArray(node: fitted(product, like: a), labels: contraction.left)
        let sum = summed(array, over: contraction.left.filter { !contraction.result.contains($0) })
        var node = transposed(sum, to: contraction.result).node
        // What stood between is done with the sum.
        var moves: [NodeID] = []
        var step = whole.factors[place].base
        while step != contract {
          moves.append(step)
          step = graph.operand(0, of: step)
        }
        node = moved(node, by: moves.reversed())
        var factors = whole.factors
        factors[place].base = node
        guard let quotient = self.product(whole.coefficient, factors, element(of: id))?.result else { return nil }
        return function(.log, [materialise(quotient)])
      }
    }
    return nil
  }

  // MARK: Moves

  /// `log` of what only stands elsewhere or in another shape, taken before: it meets the quotient or the exponential that
  /// it is of.
  mutating func logarithmBeforeMove(_ id: NodeID) -> Scaled? {
    guard phase == .stabilise, !isStrict, graph.elementwise(id) == nil, depth < Workspace.depthLimit else { return nil }
    let operation = graph.operation(of: id)
    switch operation {
    case .reshape, .slice, .transpose, .broadcast, .gather: break
    default: return nil
    }
    depth += 1
    defer { depth -= 1 }
    let inner = graph.operand(0, of: id)
    let value: Scaled
    if isExponential(inner) || operation == .reshape && hasLogarithm(inner) {
      value = function(.log, [inner])
    } else if let moved = logarithmBeforeMove(inner) {
      value = moved
    } else {
      return nil
    }
    let operands = [fitted(value.node, like: inner)] + graph.operands(of: id).dropFirst()
    return Scaled(value.scale, make(operation, operands, type: graph.type(of: id)))
  }

  private func hasLogarithm(_ id: NodeID) -> Bool {
    let f = graph.elementwise(id)
    return f == .exp || f == .divide || f == .multiply
  }
}
