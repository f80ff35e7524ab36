import NablaGraph

extension Workspace {
  /// Room for the terms of a sum and the factors of a product: nearly all have fewer, and growing by one is slow.
  static let usualLength = 8

  /// The image of a maximal sum: collected once, coefficients by term, from the root down to what is shared.
  mutating func collectSum(_ root: NodeID) -> Scaled {
    var form = LinearForm(element(of: root))
    form.terms.reserveCapacity(Workspace.usualLength)
    var stack: [(NodeID, Bool)] = []
    swap(&stack, &sumStack)
    defer {
      stack.removeAll(keepingCapacity: true)
      swap(&stack, &sumStack)
    }
    stack.append((root, false))
    while let (id, isNegative) = stack.popLast() {
      if id == root || isDeferred(id), let f = graph.elementwise(id) {
        let flipsSecond = f == .subtract
        stack.append((graph.operand(0, of: id), f == .negate ? !isNegative : isNegative))
        if f != .negate { stack.append((graph.operand(1, of: id), isNegative != flipsSecond)) }
      } else {
        let image = consume(id)
        if let value = graph.constant(image.node)?.double, !value.isFinite { return asWritten(root) }
        let value = isNegative ? image.negated : image
        if usage[id.index].isExclusive || isRepeatable(value.node), value.scale.isUnit, isSum(value.node),
          !isShared(value.node), var inner = linearForm(of: value.node)
        {
          inner.scale(by: value.scale)
          form.terms += inner.terms
          form.constants += inner.constants
          add(Scaled(inner.constant, one(form.element)), to: &form)
        } else {
          add(value, to: &form)
        }
      }
    }
    let context = usage[root.index].context
    let result = fittedScale(sum(&form, orienting: context == .product || context == .parity), like: root)
    if recording, result.node != root { record("collect sum", root, result.node) }
    return result
  }

  /// The canonical value of a sum that may still have like terms.
  mutating func sum(_ form: inout LinearForm, orienting: Bool = false) -> Scaled {
    mergeLikeTerms(&form)
    applySumRules(&form)
    mergeSelections(&form)
    mergeSums(&form)
    nameLogSoftmax(&form)
    expand(&form)
    if let factored = takingOutCommonFactor(form) { return factored }
    return normalised(&form, orienting: orienting).value
  }

  /// Takes a common factor and the sign out of a form, and builds the rest.
  ///
  /// - Parameter orienting: whether the first term shall be positive, because a user takes the sign.
  mutating func normalised(_ form: inout LinearForm, orienting: Bool) -> (value: Scaled, cost: Int) {
    if form.terms.isEmpty, form.constants.isEmpty { return (Scaled(form.constant, one(form.element)), 0) }
    if form.terms.count + form.constants.count == 1, form.constant.isZero,
      let term = form.terms.first ?? form.constants.first
    {
      return (Scaled(term.coefficient, term.node), term.coefficient.isOne ? 0 : 1)
    }
    let flips = shallFlip(form, orienting)
    // A factor in front takes the sign for nothing.
    var factor = commonFactor(of: form, evenIfEqual: orienting || flips)
    if flips, orienting || !turnOneTerm(of: &form) { factor = -factor }
    if let reciprocal = factor.reciprocal { form.scale(by: reciprocal) }
    let cost = form.cost + (factor.isOne ? 0 : 1)
    return (Scaled(factor, layout(&form)), cost)
  }

  /// The factor that saves multiplications when it is taken out of all coefficients: the smallest one, if it divides
  /// the others and the constant.
  private func commonFactor(of form: LinearForm, evenIfEqual: Bool) -> Rational {
    guard form.terms.count + form.constants.count > 0, var factor = form.terms.first?.coefficient.magnitude
    else { return .one }
    for term in form.terms { factor = min(factor, term.coefficient.magnitude) }
    if factor.isOne { return .one }
    var before = 0
    var after = 1
    for term in form.terms {
      let magnitude = term.coefficient.magnitude
      if !magnitude.isOne { before += 1 }
      if magnitude != factor { after += 1 }
      if !(magnitude / factor).isInteger { return .one }
    }
    if !(form.constant / factor).isInteger { return .one }
    for term in form.constants where !(term.coefficient / factor).isInteger { return .one }
    let isBetter = after < before || after == before && (evenIfEqual || !factor.isInteger)
    return isBetter ? factor : .one
  }

  private func shallFlip(_ form: LinearForm, _ orienting: Bool) -> Bool {
    guard orienting else {
      return !form.terms.contains { !$0.coefficient.isNegative }
        && !form.constants.contains { !$0.coefficient.isNegative && !$0.coefficient.isZero }
        && (form.constant.isNegative || form.constant.isZero)
    }
    guard var first = form.terms.first else { return false }
    for term in form.terms.dropFirst() where precedesInSum(term.node, first.node) { first = term }
    return first.coefficient.isNegative
  }

  // MARK: As written

  /// The image of a maximal sum or product without collecting it: the same operations on the operands' images.
  mutating func asWritten(_ root: NodeID) -> Scaled {
    var members: [NodeID] = []
    var stack = [root]
    while let id = stack.popLast() {
      guard id == root || isDeferred(id) else { continue }
      members.append(id)
      for position in 0..<graph.operandCount(of: id) { stack.append(graph.operand(position, of: id)) }
    }
    members.sort()
    var built: [NodeID: NodeID] = [:]
    for id in members {
      guard let f = graph.elementwise(id) else { continue }
      let operands = graph.elementwiseOperands(of: id).mapped { built[$0] ?? materialise(images[$0]) }
      let isConstant = operands.allSatisfy { self.isConstant($0) }
      built[id] = isConstant ? materialise(function(f, operands)) : make(f, ordered(f, operands))
    }
    return Scaled(fitted(built[root] ?? root, like: root))
  }

  /// The operands of a commutative operation in one order.
  func ordered(_ f: Elementwise, _ operands: ElementwiseOperands) -> ElementwiseOperands {
    guard f.facts.contains(.commutative), operands.count == 2 else { return operands }
    let swaps =
      f == .add ? precedesInSum(operands[1], operands[0]) : precedesInProduct(operands[1], operands[0])
    return swaps ? ElementwiseOperands(operands[1], operands[0]) : operands
  }
}
