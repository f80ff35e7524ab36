import NablaGraph

/// Products and sums of whole arrays as a hand would write them.
extension Workspace {
  /// `x*v[:, newaxis]` for a contraction that sums over nothing, where each operand has its axes in the result's order.
  ///
  /// Two vectors are an outer product.
  ///
  /// - Parameter always: also where neither operand has all axes of the result.
  mutating func elementwiseProduct(_ contraction: Contraction, _ id: NodeID, always: Bool = false) -> NodeID? {
    let (left, right, result) = (contraction.left, contraction.right, contraction.result)
    guard contraction.summed.isEmpty, left.count > 1 || right.count > 1 || left == right,
      left == left.sorted(by: order),
      right == right.sorted(by: order)
    else { return nil }
    func order(_ a: Int, _ b: Int) -> Bool {
      (result.firstIndex(of: a) ?? 0) < (result.firstIndex(of: b) ?? 0)
    }
    // One of them has all axes, else it is an outer product of its kind.
    guard always || left.count == result.count || right.count == result.count else { return nil }
    let operands = zip(graph.operands(of: id), [left, right]).map { operand, labels in
      spread(operand, labels, result)
    }
    return make(.multiply, operands)
  }

  /// An array with one element along the axes that it lacks; those in front come by themselves.
  private mutating func spread(_ id: NodeID, _ labels: [Int], _ result: [Int]) -> NodeID {
    guard let first = result.firstIndex(where: { labels.contains($0) }) else { return id }
    var type = graph.type(of: id)
    var rest = type.shape.dimensions[...]
    let dimensions = result[first...].map { labels.contains($0) ? rest.popFirst() ?? 1 : Dimension(1) }
    if dimensions == type.shape.dimensions { return id }
    type.shape.dimensions = dimensions
    return make(.reshape, [id], type: type)
  }

  // MARK: Symmetric sums

  /// `(x + x.T).T` as `x + x.T`, and `(x - x.T).T` as its negative.
  mutating func symmetricSum(_ id: NodeID, _ permutation: [Int]) -> Scaled? {
    guard isSum(id), let form = linearForm(of: id, limit: 8), form.constants.isEmpty else { return nil }
    for sign in [Rational.one, .minusOne] where sign.isOne || form.constant.isZero {
      let isSame = form.terms.allSatisfy { term in
        form.terms.contains { $0.coefficient == term.coefficient * sign && isTurned($0.node, term.node, permutation) }
      }
      if isSame { return Scaled(sign, id) }
    }
    return nil
  }

  private func isTurned(_ a: NodeID, _ b: NodeID, _ permutation: [Int]) -> Bool {
    if graph.type(of: a).isScalar { return a == b }
    for (outer, inner) in [(a, b), (b, a)] {
      guard graph.elementwise(outer) == nil, case .transpose(let own) = graph.operation(of: outer),
        graph.operand(0, of: outer) == inner, own == permutation,
        own.indices.allSatisfy({ own[own[$0]] == $0 })
      else { continue }
      return true
    }
    return false
  }

  // MARK: Sums of products of matrices

  /// `x @ A + x @ A.T` as `x @ (A + A.T)`.
  mutating func joinProducts(_ terms: inout [SignedTerm]) {
    var index = 0
    while index < terms.count {
      var other = index + 1
      while other < terms.count {
        if let joined = joinedProduct(terms[index], terms[other]) {
          terms[index].node = joined
          terms.remove(at: other)
        } else {
          other += 1
        }
      }
      index += 1
    }
  }

  private mutating func joinedProduct(_ a: SignedTerm, _ b: SignedTerm) -> NodeID? {
    guard a.node != b.node, isOnce(a.node), isOnce(b.node), graph.elementwise(a.node) == nil,
      graph.elementwise(b.node) == nil, case .contract(let first) = graph.operation(of: a.node),
      case .contract(let second) = graph.operation(of: b.node), !first.result.isEmpty
    else { return nil }
    let (x, y) = (graph.operands(of: a.node), graph.operands(of: b.node))
    for (shared, rest) in [(0, 1), (1, 0)] where isSmall(x[shared]) {
      for (own, other) in [(0, 1), (1, 0)] where y[own] == x[shared] {
        let (fixed, free) = (sides(first, shared), sides(first, rest))
        let (fixed2, free2) = (sides(second, own), sides(second, other))
        // The labels of the second in the words of the first, by the operand that they share and by the result.
        var words: [Int: Int] = [:]
        for (label, word) in zip(fixed2 + second.result, fixed + first.result) {
          if let known = words[label], known != word { return nil }
          words[label] = word
        }
        let labels = free2.compactMap { words[$0] }
        guard labels.count == free2.count, Set(labels) == Set(free), isSmall(x[rest]), isSmall(y[other]) else {
          continue
        }
        var turned = y[other]
        if labels != free {
          let order = free.compactMap { labels.firstIndex(of: $0) }
          turned = make(.transpose(order), [turned], type: graph.type(of: turned))
          if case .transpose(let inner) = graph.operation(of: y[other]),
            inner.map({ order[$0] }) == Array(order.indices)
          {
            turned = graph.operand(0, of: y[other])
          }
        }
        guard graph.type(of: turned) == graph.type(of: x[rest]) else { continue }
        let sum = make(a.isNegative == b.isNegative ? .add : .subtract, x[rest], turned)
        var operands = x
        operands[rest] = sum
        return make(.contract(first), operands, type: graph.type(of: a.node))
      }
    }
    return nil
  }

  private func sides(_ contraction: Contraction, _ side: Int) -> [Int] {
    side == 0 ? contraction.left : contraction.right
  }

  private func isSmall(_ id: NodeID) -> Bool { summary(of: id).size <= 8 }

  // MARK: Parts side by side

  /// Arrays with zeros around them that lie side by side and fill the whole as `concatenate(a, b, c)`.
  mutating func joinPads(_ terms: inout [SignedTerm], like id: NodeID) {
    let shape = graph.type(of: id).shape
    guard terms.count > 1, shape.rank > 0 else { return }
    for axis in shape.dimensions.indices {
      var parts: [(term: Int, start: Dimension, node: NodeID, factor: Rational)] = []
      for (index, term) in terms.enumerated() {
        let value = peeled(term.node)
        guard graph.elementwise(value.node) == nil, case .pad(let padding) = graph.operation(of: value.node),
          graph.type(of: value.node).shape == shape,
          padding.indices.allSatisfy({ $0 == axis || padding[$0].low == 0 && padding[$0].high == 0 }),
          padding.allSatisfy({ $0.interior == 0 })
        else { continue }
        let factor = term.isNegative ? -value.scale : value.scale
        parts.append((index, padding[axis].low, graph.operand(0, of: value.node), factor))
      }
      if parts.count < 2 { continue }
      var ordered: [(term: Int, start: Dimension, node: NodeID, factor: Rational)] = []
      var end: Dimension = 0
      while let next = parts.firstIndex(where: { part in part.start == end && !ordered.contains { $0.term == part.term }
      }) {
        let extent = graph.type(of: parts[next].node).shape.dimensions[axis]
        if extent == 0 { return }
        ordered.append(parts[next])
        end = end + extent
      }
      guard end == shape.dimensions[axis], ordered.count > 1 else { continue }
      let operands = ordered.map { part in fitted(materialise(Scaled(part.factor, part.node)), like: part.node) }
      let whole = make(.concatenate(axis: axis), operands, type: graph.type(of: id))
      let gone = Set(ordered.map(\.term))
      terms =
        [SignedTerm(node: whole, isNegative: false)] + terms.indices.filter { !gone.contains($0) }.map { terms[$0] }
      return
    }
  }
}
