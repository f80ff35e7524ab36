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
    let product = make(.multiply, operands[0] < operands[1] ? operands : operands.reversed())
    return operands.contains { graph.elementwise($0) == .divide } ? withOneNumber(product) ?? product : product
  }

  /// An array with one element along the axes that it lacks; those in front come by themselves.
  private mutating func spread(_ id: NodeID, _ labels: [Int], _ result: [Int]) -> NodeID {
    guard let first = result.firstIndex(where: { labels.contains($0) }) else { return id }
    let type = graph.type(of: id)
    var rest = type.shape.dimensions[...]
    let dimensions = result[first...].map { labels.contains($0) ? rest.popFirst() ?? 1 : Dimension(1) }
    if dimensions == type.shape.dimensions { return id }
    return withAxes(dimensions, id, depth: 0)
  }

  /// A reshape that adds axes of one element, done to what an array is computed from: `norm(x, axis: 1, keepdims: true)`.
  private mutating func withAxes(_ dimensions: [Dimension], _ id: NodeID, depth: Int) -> NodeID {
    let own = graph.type(of: id)
    var type = own
    type.shape.dimensions = dimensions
    guard let f = graph.elementwise(id), f != .select, isOnce(id), depth < 4,
      graph.operands(of: id).allSatisfy({ operand in
        let shape = graph.type(of: operand).shape
        return shape.rank == 0 || shape == own.shape && isKeeping(operand, depth: depth + 1)
      })
    else { return make(.reshape, [id], type: type) }
    let operands = graph.operands(of: id).map { operand in
      graph.type(of: operand).isScalar ? operand : withAxes(dimensions, operand, depth: depth + 1)
    }
    return make(f, operands)
  }

  /// Whether a value is made of what loses axes, and can keep them.
  private func isKeeping(_ id: NodeID, depth: Int) -> Bool {
    if graph.elementwise(id) != nil {
      return depth < 4 && isOnce(id)
        && graph.operands(of: id).allSatisfy { graph.type(of: $0).isScalar || isKeeping($0, depth: depth + 1) }
    }
    switch graph.operation(of: id) {
    case .reduce: return true
    case .result(0):
      guard case .call(let callee) = graph.operation(of: graph.operand(0, of: id)) else { return false }
      return LibraryForm.keepsAxes(graph.functions[callee.index].name)
    default: return false
    }
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
        if let joined = joinedProduct(terms[index], terms[other]) ?? joinedMultiples(terms[index], terms[other]) {
          terms[index].node = joined
          terms.remove(at: other)
        } else {
          other += 1
        }
      }
      index += 1
    }
  }

  /// `l*(x @ A) + l*(x @ A.T)` as `l*(x @ (A + A.T))`.
  private mutating func joinedMultiples(_ a: SignedTerm, _ b: SignedTerm) -> NodeID? {
    guard let first = multiple(a.node), let second = multiple(b.node), first.factors == second.factors,
      let joined = joinedProduct(
        SignedTerm(node: first.product, isNegative: a.isNegative),
        SignedTerm(node: second.product, isNegative: b.isNegative))
    else { return nil }
    return first.factors.reduce(joined) { make(.multiply, $1, $0) }
  }

  /// A product of numbers with a product of matrices, taken apart.
  private func multiple(_ id: NodeID) -> (factors: [NodeID], product: NodeID)? {
    var factors: [NodeID] = []
    var node = id
    while graph.elementwise(node) == .multiply, isOnce(node), factors.count < 8 {
      let (a, b) = (graph.operand(0, of: node), graph.operand(1, of: node))
      guard graph.type(of: a).isScalar != graph.type(of: b).isScalar else { return nil }
      factors.append(graph.type(of: a).isScalar ? a : b)
      node = graph.type(of: a).isScalar ? b : a
    }
    return factors.isEmpty ? nil : (factors, node)
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
        return make(.contract(unturned(first, rest, by: sum)), operands, type: graph.type(of: a.node))
      }
    }
    return nil
  }

  /// A contraction with a symmetric matrix, which need not be transposed.
  private mutating func unturned(_ contraction: Contraction, _ side: Int, by sum: NodeID) -> Contraction {
    let own = sides(contraction, side)
    guard own.count == 2, symmetricSum(sum, [1, 0])?.scale.isOne ?? false,
      let inner = own.first(where: { !contraction.result.contains($0) }), contraction.result.count <= 2,
      case let isLeft = contraction.result.count == 2 ? own.contains(contraction.result[0]) : side == 0,
      inner != (isLeft ? own[1] : own[0])
    else { return contraction }
    let turned = Array(own.reversed())
    return side == 0
      ? Contraction(turned, contraction.right, to: contraction.result)
      : Contraction(contraction.left, turned, to: contraction.result)
  }

  /// `B.T @ X` for `(X.T @ B).T`, and `x @ (B @ A.T)` for `x @ (A @ B.T).T`: a product of matrices that stands transposed,
  /// and needs fewer signs when its factors change places.
  ///
  /// - Returns: the product transposed.
  private mutating func turnedProduct(_ id: NodeID) -> NodeID? {
    guard isOnce(id), graph.elementwise(id) == nil, case .contract(let inner) = graph.operation(of: id),
      inner.left.count == 2, inner.right.count == 2, inner.result.count == 2, inner.summed.count == 1
    else { return nil }
    let summed = inner.summed[0]
    // The factor with the first axis of the result stands on the left.
    let isSwapped = !inner.left.contains(inner.result[0])
    let (first, second) = isSwapped ? (inner.right, inner.left) : (inner.left, inner.right)
    guard first.last != summed || second.first != summed else { return nil }
    var type = graph.type(of: id)
    type.shape.dimensions.reverse()
    return make(
      .contract(Contraction(inner.left, inner.right, to: inner.result.reversed())), graph.operands(of: id), type: type)
  }

  /// The transpose of a product of matrices.
  mutating func transposedProduct(_ permutation: [Int], _ id: NodeID) -> NodeID? {
    permutation == [1, 0] ? turnedProduct(graph.operand(0, of: id)) : nil
  }

  /// A product with a product of matrices that would stand transposed.
  mutating func productOfTurned(_ contraction: Contraction, _ id: NodeID) -> NodeID? {
    guard contraction.left.count > 1, contraction.right.count > 1, contraction.summed.count == 1,
      let column = contraction.result.last
    else { return nil }
    var labels = [contraction.left, contraction.right]
    var operands = graph.operands(of: id)
    for side in 0..<2 where labels[side].count == 2 {
      let isRight = labels[side].contains(column)
      let isTurned = (isRight ? labels[side].first : labels[side].last) != contraction.summed[0]
      guard isTurned, let turned = turnedProduct(operands[side]) else { continue }
      operands[side] = turned
      labels[side].reverse()
    }
    if operands == graph.operands(of: id) { return nil }
    return make(
      .contract(Contraction(labels[0], labels[1], to: contraction.result)), operands, type: graph.type(of: id))
  }

  /// `sum(x*y, axis: 1)` for a contraction of arrays with the same axes, some of which stay.
  mutating func sumOfProducts(_ contraction: Contraction, _ id: NodeID) -> NodeID? {
    let labels = contraction.left
    guard contraction.right == labels, Set(labels).count == labels.count, !contraction.summed.isEmpty,
      !contraction.result.isEmpty, contraction.result == labels.filter({ contraction.result.contains($0) })
    else { return nil }
    let operands = graph.operands(of: id)
    let axes = labels.indices.filter { !contraction.result.contains(labels[$0]) }
    let terms =
      operands[0] == operands[1]
      ? make(.power, operands[0], constant(.rational(2), element(of: id))) : make(.multiply, operands)
    return make(.reduce(.sum, axes: axes), [terms], type: graph.type(of: operands[0]))
  }

  /// A repeated vector that is transposed: `v[:, newaxis]`.
  mutating func turnedRepetition(_ permutation: [Int], _ id: NodeID) -> NodeID? {
    let repeated = graph.operand(0, of: id)
    guard graph.elementwise(repeated) == nil, graph.operation(of: repeated) == .broadcast,
      case let vector = graph.operand(0, of: repeated), case var type = graph.type(of: vector),
      type.shape.dimensions.filter({ !$0.isOne }).count == 1
    else { return nil }
    let extents =
      Array(repeating: Dimension(1), count: permutation.count - type.shape.rank) + type.shape.dimensions
    let turned = permutation.map { extents[$0] }
    let first = turned.firstIndex { !$0.isOne } ?? 0
    type.shape.dimensions = Array(turned[first...])
    return make(.broadcast, [reshaped(vector, to: type)], type: graph.type(of: id))
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
