import NablaGraph

/// Arrays that are zero but on a diagonal or in a part: factors go in where they meet it, and nobody multiplies by what is
/// known to be zero. So `exp(x)*(diag(1/s) - …)` shows the quotient that has a name.
extension Workspace {
  // MARK: Diagonals

  /// For each axis of an array that is zero but on diagonals, the axis of its elements that it walks along.
  private func diagonalAxes(_ id: NodeID) -> [Int]? {
    guard graph.elementwise(id) == nil, case .accumulate(let view) = graph.operation(of: id) else { return nil }
    var axes: [Int] = []
    for axis in view.axes {
      let walks = axis.steps.indices.filter { axis.steps[$0] != 0 }
      guard axis.start == 0, walks.count == 1, axis.steps[walks[0]] == 1 else { return nil }
      axes.append(walks[0])
    }
    let rank = graph.type(of: graph.operand(0, of: id)).shape.rank
    return Set(axes).count == rank && rank < axes.count ? axes : nil
  }

  private func isZeroElsewhere(_ id: NodeID) -> Bool {
    switch graph.elementwise(id) {
    case .add, .subtract: isZeroElsewhere(graph.operand(0, of: id)) || isZeroElsewhere(graph.operand(1, of: id))
    case .negate: isZeroElsewhere(graph.operand(0, of: id))
    case nil: diagonalAxes(id) != nil
    default: false
    }
  }

  /// `v` for the sums of the rows of `diag(v)`.
  mutating func sumOfDiagonal(_ axes: [Int], _ id: NodeID) -> NodeID? {
    let operand = graph.operand(0, of: id)
    guard let walked = diagonalAxes(operand) else { return nil }
    let rest = walked.indices.filter { !axes.contains($0) }.map { walked[$0] }
    let elements = graph.operand(0, of: operand)
    guard rest == Array(graph.type(of: elements).shape.dimensions.indices),
      graph.type(of: elements).shape == graph.type(of: id).shape
    else { return nil }
    return elements
  }

  /// A product or a quotient with an array of diagonals in its numerator: the other factor is needed on them alone.
  mutating func productOnDiagonals(_ f: Elementwise, _ id: NodeID) -> NodeID? {
    let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
    let result: NodeID
    if isZeroElsewhere(a) {
      result = onDiagonals(a, f, b, depth: 0)
    } else if f == .multiply, isZeroElsewhere(b) {
      result = onDiagonals(b, f, a, depth: 0)
    } else {
      return nil
    }
    return graph.type(of: result) == graph.type(of: id) ? result : nil
  }

  private mutating func onDiagonals(_ id: NodeID, _ f: Elementwise, _ factor: NodeID, depth: Int) -> NodeID {
    if depth < 8, let inner = graph.elementwise(id), inner == .add || inner == .subtract || inner == .negate,
      isZeroElsewhere(id)
    {
      let operands = graph.operands(of: id).map { onDiagonals($0, f, factor, depth: depth + 1) }
      return make(inner, operands)
    }
    guard let axes = diagonalAxes(id) else { return make(f, id, factor) }
    let elements = graph.operand(0, of: id)
    let array = labelled(factor, Array(axes.indices))
    let labels = array.labels.map { axes[$0] }
    guard Set(labels).count == labels.count, graph.type(of: factor).shape.rank <= axes.count else {
      return make(f, id, factor)
    }
    let rank = graph.type(of: elements).shape.rank
    let own = aligned(LabelledArray(node: array.node, labels: labels), to: Array(0..<rank))
    let product = make(f, elements, own)
    return make(graph.operation(of: id), [fitted(product, like: elements)], type: graph.type(of: id))
  }

  /// `diag(v) @ x` as `v[:, newaxis]*x`, and `eye(n) @ x` as `x`.
  mutating func contractionWithDiagonal(_ contraction: Contraction, _ id: NodeID) -> NodeID? {
    let operands = graph.operands(of: id)
    for side in 0..<2 {
      guard diagonalAxes(operands[side]) == [0, 0] else { continue }
      let own = side == 0 ? contraction.left : contraction.right
      let other = side == 0 ? contraction.right : contraction.left
      let kept = own.filter { contraction.result.contains($0) && !other.contains($0) }
      let gone = own.filter { !contraction.result.contains($0) && other.contains($0) }
      guard kept.count == 1, gone.count == 1, other.allSatisfy({ $0 == gone[0] || contraction.result.contains($0) })
      else { continue }
      let renamed = LabelledArray(
        node: operands[1 - side], labels: other.map { $0 == gone[0] ? kept[0] : $0 })
      let value = transposed(renamed, to: contraction.result).node
      let elements = graph.operand(0, of: operands[side])
      if literal(unmoved(elements))?.isOne ?? false { return value }
      let place = contraction.result.firstIndex(of: kept[0]) ?? 0
      let labels = Array(contraction.result[place...])
      return make(.multiply, aligned(LabelledArray(node: elements, labels: [kept[0]]), to: labels), value)
    }
    return nil
  }

  // MARK: Repetition

  /// A contraction with what is the same along a summed axis: the other operand is summed along it first.
  mutating func contractionOfRepeated(_ contraction: Contraction, _ id: NodeID) -> NodeID? {
    var operands = graph.operands(of: id)
    var labels = [contraction.left, contraction.right]
    for side in 0..<2 {
      guard graph.elementwise(operands[side]) == nil, graph.operation(of: operands[side]) == .broadcast,
        case let inner = graph.operand(0, of: operands[side]), !graph.type(of: inner).isScalar
      else { continue }
      let type = graph.type(of: operands[side])
      let gone = labels[side].indices.filter { axis in
        let label = labels[side][axis]
        return isConstant(inner, along: axis, rank: type.shape.rank) && !type.shape.dimensions[axis].isOne
          && !contraction.result.contains(label) && labels[1 - side].contains(label)
      }
      if gone.isEmpty { continue }
      let names = Set(gone.map { labels[side][$0] })
      let other = labels[1 - side].indices.filter { names.contains(labels[1 - side][$0]) }
      operands[1 - side] = make(
        .reduce(.sum, axes: other), [operands[1 - side]], type: graph.type(of: operands[1 - side]))
      labels[1 - side].removeAll { names.contains($0) }
      var rest = type
      rest.shape.dimensions = type.shape.dimensions.indices.filter { !gone.contains($0) }.map {
        type.shape.dimensions[$0]
      }
      let lead = type.shape.rank - graph.type(of: inner).shape.rank
      let own = gone.filter { $0 >= lead }.map { $0 - lead }
      let bare = own.reversed().reduce(inner) { withoutAxis($1, $0, depth: 0) }
      operands[side] = graph.type(of: bare) == rest ? bare : make(.broadcast, [bare], type: rest)
      labels[side].removeAll { names.contains($0) }
    }
    if operands == graph.operands(of: id) { return nil }
    return make(
      .contract(Contraction(labels[0], labels[1], to: contraction.result)), operands, type: graph.type(of: id))
  }

  // MARK: Parts

  /// `Σ x*pad(u)` as the sum of the products that are not with zeros.
  mutating func sumOfPart(_ axes: [Int], _ id: NodeID) -> NodeID? {
    let terms = graph.operand(0, of: id)
    guard graph.elementwise(terms) == .multiply else { return nil }
    for side in 0..<2 {
      let (part, rest) = (graph.operand(side, of: terms), graph.operand(1 - side, of: terms))
      let type = graph.type(of: terms)
      guard graph.elementwise(part) == nil, case .pad(let padding) = graph.operation(of: part),
        graph.type(of: part) == type, graph.type(of: rest) == type,
        case let inner = graph.type(of: graph.operand(0, of: part)).shape.dimensions,
        padding.indices.allSatisfy({ axis in
          padding[axis].interior == 0 && padding[axis].low.isNotNegative
            && (padding[axis].high.isNotNegative || inner[axis].isOne)
        })
      else { continue }
      let isAlong = padding.indices.allSatisfy { axes.contains($0) || padding[$0].low == 0 && padding[$0].high == 0 }
      guard isAlong else { continue }
      let slices = zip(padding, inner).map { Operation.Slice(start: $0.low, count: $1) }
      let slice = make(.slice(slices), [rest], type: type)
      let isOne = literal(unmoved(graph.operand(0, of: part)))?.isOne ?? false
      let product = isOne ? slice : make(.multiply, slice, graph.operand(0, of: part))
      let isSingle = axes.allSatisfy { graph.type(of: product).shape.dimensions[$0].isOne }
      return isSingle
        ? make(.reshape, [product], type: graph.type(of: id))
        : make(graph.operation(of: id), [product], type: graph.type(of: product))
    }
    return nil
  }

  // MARK: Kinks

  /// `where(s == 0, 0, x/sqrt(s))` as `x/sqrt(s)`: that the derivative of a length is 0 at 0 is a convention, which a
  /// text book does not repeat.
  mutating func withoutKink(_ id: NodeID) -> NodeID? {
    let (condition, zero, value) = (graph.operand(0, of: id), graph.operand(1, of: id), graph.operand(2, of: id))
    guard graph.elementwise(condition) == .equal, literal(unmoved(zero))?.isZero ?? false,
      graph.typeID(of: value) == graph.typeID(of: id)
    else { return nil }
    let (a, b) = (graph.operand(0, of: condition), graph.operand(1, of: condition))
    let square = literal(unmoved(b))?.isZero ?? false ? a : b
    guard literal(unmoved(square == a ? b : a))?.isZero ?? false else { return nil }
    let core = unmoved(square)
    // Where the sum of squares is zero, the value is zero anyway, or not a number.
    return hasRootOrVector(value, of: core) ? value : nil
  }

  /// Whether a product has the root of a sum of squares as a factor, or the vector whose squares they are.
  private mutating func hasRootOrVector(_ value: NodeID, of core: NodeID) -> Bool {
    let vector = vectorOfSquares(core)
    var stack = [value]
    var steps = 0
    while let id = stack.popLast(), steps < 64 {
      steps += 1
      if let vector, id == vector || isSum(id) && isSum(vector) && isOpposite(id, vector) { return true }
      switch graph.elementwise(id) {
      case .multiply, .divide, .negate, .strongMultiply: stack += graph.operands(of: id)
      case .sqrt:
        if unmoved(graph.operand(0, of: id)) == core { return true }
        stack.append(graph.operand(0, of: id))
      case .power:
        let isHalf = literal(graph.operand(1, of: id))?.isHalfInteger ?? false
        if isHalf, unmoved(graph.operand(0, of: id)) == core { return true }
        stack.append(graph.operand(0, of: id))
      case nil where unmoved(id) != id: stack.append(unmoved(id))
      default: continue
      }
    }
    return false
  }

  private mutating func isOpposite(_ a: NodeID, _ b: NodeID) -> Bool {
    guard let first = linearForm(of: a, limit: 16), let second = linearForm(of: b, limit: 16),
      first.terms.count == second.terms.count, first.constants.isEmpty, second.constants.isEmpty,
      first.constant == -second.constant
    else { return false }
    return first.terms.allSatisfy { term in
      second.terms.contains { $0.node == term.node && $0.coefficient == -term.coefficient }
    }
  }

  /// What a node is the sum of the squares of, along all axes.
  private func vectorOfSquares(_ id: NodeID) -> NodeID? {
    guard graph.elementwise(id) == nil, case .reduce(.sum, let axes) = graph.operation(of: id),
      case let terms = graph.operand(0, of: id), axes.count == graph.type(of: terms).shape.rank
    else { return nil }
    return squared(terms)
  }
}
