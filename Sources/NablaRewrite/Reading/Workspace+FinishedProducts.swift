import BigInt
import NablaGraph

/// Products as a hand writes them: signs in differences that can take them, numbers and roots of numbers in one, `outer`.
extension Workspace {
  /// The nodes of a product from its operands to its root, and its factors.
  private func parts(ofProduct id: NodeID) -> (inner: [NodeID], factors: [NodeID])? {
    var inner: [NodeID] = []
    var factors: [NodeID] = []
    var stack = [id]
    while let node = stack.popLast() {
      if let f = graph.elementwise(node), f.isMultiplying, node == id || isOnce(node) {
        inner.append(node)
        stack.append(contentsOf: graph.operands(of: node).reversed())
      } else if !factors.contains(node) {
        factors.append(node)
      }
      if inner.count + factors.count > Workspace.readableLength { return nil }
    }
    return (inner.sorted(), factors)
  }

  /// A product whose sign stands in a difference that can take it, and with `1 - x` rather than `x - 1`.
  mutating func finishedProduct(_ id: NodeID) -> NodeID? {
    guard let (inner, factors) = parts(ofProduct: id) else { return nil }
    if factors.count(where: { literal($0).map { !$0.isUnit } ?? false }) > 1 { return withOneNumber(id) }
    let signs = inner.filter { graph.elementwise($0) == .negate } + factors.filter { literal($0)?.isNegative ?? false }
    var images: [NodeID: NodeID] = [:]
    var minusOnes = factors.filter { isMinusOne($0) && opposite(of: $0) != nil }
    var plain = factors.filter { !minusOnes.contains($0) && isDifference($0) && opposite(of: $0) != nil }
    var removed: NodeID?
    if let sign = signs.first, signs.count % 2 == 1 {
      let chosen = minusOnes.popLast() ?? plain.popLast() ?? factors.first { turned($0) != nil }
      guard let chosen, let opposite = turned(chosen) else { return nil }
      images[chosen] = opposite
      if let value = literal(sign) { images[sign] = constant(.rational(-value), element(of: sign)) }
      removed = sign
    }
    while let first = minusOnes.popLast(), let second = minusOnes.popLast() ?? plain.popLast() {
      images[first] = opposite(of: first)
      images[second] = opposite(of: second)
    }
    var hasChanged = !images.isEmpty
    for node in inner {
      let operands = graph.operands(of: node).map { images[$0] ?? $0 }
      guard let f = graph.elementwise(node) else { continue }
      let own = node == removed ? operands[0] : operands == graph.operands(of: node) ? node : make(f, operands)
      let form = outerProduct(own) ?? rootOfConstants(own) ?? fractionInside(own)
      if form != nil { hasChanged = true }
      images[node] = form ?? own
    }
    return hasChanged ? images[id] : nil
  }

  /// A product with its numbers in one.
  mutating func withOneNumber(_ id: NodeID) -> NodeID? {
    guard let form = factorisation(of: id, limit: Workspace.readableLength, reaching: .open),
      let value = product(form.coefficient, form.factors, element(of: id))
    else { return nil }
    return materialise(value.result)
  }

  /// `outer(u, v)` for `u[:, newaxis]*v`.
  private mutating func outerProduct(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == .multiply, graph.type(of: id).shape.rank == 2 else { return nil }
    for (column, row) in [(0, 1), (1, 0)] {
      let (u, v) = (graph.operand(column, of: id), graph.operand(row, of: id))
      guard graph.elementwise(u) == nil, graph.operation(of: u) == .reshape, case let vector = graph.operand(0, of: u),
        graph.type(of: vector).shape.rank == 1, graph.type(of: v).shape.rank == 1,
        graph.type(of: u).shape == Shape(graph.type(of: vector).shape.dimensions + [1]),
        !graph.type(of: v).shape.dimensions[0].isOne
      else { continue }
      return make(.contract(Contraction([0], [1], to: [0, 1])), [vector, v], type: graph.type(of: id))
    }
    return nil
  }

  /// `x/(2*y)` for `x/y/2`, `2*x/y` for `2*(x/y)`.
  private mutating func fractionInside(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == .multiply, let scale = literal(graph.operand(0, of: id)),
      case let quotient = graph.operand(1, of: id), graph.elementwise(quotient) == .divide, isOnce(quotient)
    else { return nil }
    let (upper, lower) = (graph.operand(0, of: quotient), graph.operand(1, of: quotient))
    let numerator = constant(.rational(Rational(scale.numerator, 1)), element(of: id))
    let denominator = constant(.rational(Rational(scale.denominator, 1)), element(of: id))
    let isOne = graph.constant(numerator)?.isOne ?? false
    return make(
      .divide, isOne ? upper : make(.multiply, numerator, upper),
      scale.isInteger ? lower : make(.multiply, denominator, lower))
  }

  /// `sqrt(2*pi)` for `sqrt(2)*sqrt(pi)`.
  private mutating func rootOfConstants(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == .multiply else { return nil }
    let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
    guard graph.elementwise(a) == .sqrt, graph.elementwise(b) == .sqrt, isConstant(a), isConstant(b) else { return nil }
    return make(.sqrt, make(.multiply, graph.operand(0, of: a), graph.operand(0, of: b)))
  }

  /// `x - 1` and its like.
  private func isMinusOne(_ id: NodeID) -> Bool {
    guard graph.elementwise(id) == .subtract, isOpen(id), let value = literal(unmoved(graph.operand(1, of: id))) else {
      return false
    }
    return !value.isNegative && !value.isZero
  }

  private func isDifference(_ id: NodeID) -> Bool { graph.elementwise(id) == .subtract && isOnce(id) }

  /// `-node`, where every term of a sum takes the sign, and not just one.
  mutating func turned(_ id: NodeID) -> NodeID? {
    guard isSum(id), isOnce(id), let terms = signedTerms(of: id), !terms.contains(where: \.isNegative) else {
      return opposite(of: id)
    }
    var result: [SignedTerm] = []
    for term in terms {
      guard let opposite = opposite(of: term.node) else { return nil }
      result.append(SignedTerm(node: opposite, isNegative: false))
    }
    return chain(result)
  }

  /// `x*(1 - y)` for `x*(y - 1)`.
  mutating func oppositeOfOneMinus(_ id: NodeID) -> NodeID? {
    guard let (inner, factors) = parts(ofProduct: id), isOnce(id),
      let factor = factors.first(where: { isMinusOne($0) }),
      let opposite = opposite(of: factor)
    else { return nil }
    var images = [factor: opposite]
    for node in inner {
      let operands = graph.operands(of: node).map { images[$0] ?? $0 }
      guard let f = graph.elementwise(node) else { continue }
      images[node] = operands == graph.operands(of: node) ? node : make(f, operands)
    }
    return images[id]
  }

  /// `-node` where what it is made of can take the sign: an operation that is linear in an operand.
  mutating func linearOpposite(of id: NodeID, depth: Int) -> NodeID? {
    switch graph.operation(of: id) {
    case .reshape, .transpose, .broadcast, .slice, .pad, .reduce(.sum, _), .cumulative(.sum, _, _), .accumulate, .view:
      guard let opposite = opposite(of: graph.operand(0, of: id), depth: depth + 1) else { return nil }
      return make(graph.operation(of: id), [fitted(opposite, like: graph.operand(0, of: id))], type: graph.type(of: id))
    case .concatenate:
      var operands = graph.operands(of: id)
      for index in operands.indices {
        guard let opposite = opposite(of: operands[index], depth: depth + 1) else { return nil }
        operands[index] = fitted(opposite, like: operands[index])
      }
      return make(graph.operation(of: id), operands, type: graph.type(of: id))
    case .contract:
      var operands = graph.operands(of: id)
      // A square keeps its sign.
      if operands[0] == operands[1] { return nil }
      for index in operands.indices {
        guard let opposite = opposite(of: operands[index], depth: depth + 1) else { continue }
        operands[index] = fitted(opposite, like: operands[index])
        return make(graph.operation(of: id), operands, type: graph.type(of: id))
      }
      return nil
    default: return nil
    }
  }
}
