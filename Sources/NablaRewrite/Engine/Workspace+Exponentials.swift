import NablaGraph

/// Sums of exponentials along axes, in any spelling: logarithms and quotients of them survive arguments of any size.
///
/// With `m` the largest element along the axes, `Σ exp(u)` is `exp(m) · Σ exp(u - m)`, where no term overflows and one
/// term is 1. The factor `exp(m)` leaves a logarithm as a summand (`logsumexp`) and cancels in a quotient (`softmax`), so
/// that its value never matters: no derivative flows through it, and for reading it is taken for 0 again. Where `m` is
/// infinite it is replaced by 0: what is left is right for -∞ everywhere and for +∞.
///
/// All of it is `algebraic`: the same real number wherever the original is finite.
extension Workspace {
  // MARK: Recognition

  /// The operation that a chain of moves begins at: repeating and reshaping are looked through.
  func unmoved(_ id: NodeID) -> NodeID {
    var node = id
    while graph.elementwise(node) == nil {
      switch graph.operation(of: node) {
      case .reshape, .broadcast, .transpose: node = graph.operand(0, of: node)
      default: return node
      }
    }
    return node
  }

  /// Whether an exponent is a difference to a largest element already, as it is written here or by somebody else.
  ///
  /// `u - m - log(Σ …)` is not: it may be as far below zero as it likes.
  func isShifted(_ exponent: NodeID) -> Bool {
    var stack = [(exponent, false)]
    var isFound = false
    var steps = 0
    while let (id, isNegative) = stack.popLast() {
      steps += 1
      if steps > 64 { return isFound }
      switch graph.elementwise(id) {
      case .add:
        stack.append((graph.operand(0, of: id), isNegative))
        stack.append((graph.operand(1, of: id), isNegative))
      case .subtract:
        stack.append((graph.operand(0, of: id), isNegative))
        stack.append((graph.operand(1, of: id), !isNegative))
      case .negate: stack.append((graph.operand(0, of: id), !isNegative))
      case .min: stack.append((graph.operand(0, of: id), isNegative))
      default:
        let node = unmoved(id)
        if !isNegative { continue }
        if graph.elementwise(node) == .log { return false }
        switch graph.elementwise(node) == nil ? graph.operation(of: node) : nil {
        case .stop, .reduce(.max, _), .reduce(.firstMax, _): isFound = true
        default: break
        }
      }
    }
    return isFound
  }

  /// A sum along axes of products with one exponential.
  struct ExponentialSum {
    /// What is summed, as a product.
    var product: Factorisation
    /// Which factor is the exponential.
    let place: Int
    let axes: [Int]
    /// The sum itself, and what moves it to where it is used.
    let sum: NodeID
    let moves: [NodeID]
  }

  /// What a node is a sum of, if it is such a sum, perhaps moved, and may still overflow.
  ///
  /// - Parameter evenShifted: also one whose exponents are differences to a largest element.
  func exponentialSum(_ id: NodeID, evenShifted: Bool = false) -> ExponentialSum? {
    let sum = unmoved(id)
    guard graph.elementwise(sum) == nil, case .reduce(.sum, let axes) = graph.operation(of: sum), !axes.isEmpty
    else { return nil }
    let terms = graph.operand(0, of: sum)
    guard isReal(terms), let product = factorisation(of: terms, reaching: .everything),
      let place = product.factors.firstIndex(where: {
        graph.elementwise($0.base) == .exp && $0.exponent.isOne
          && graph.type(of: $0.base).shape == graph.type(of: terms).shape
      }), evenShifted || !isShifted(graph.operand(0, of: product.factors[place].base))
    else { return nil }
    var moves: [NodeID] = []
    var node = id
    while node != sum {
      moves.append(node)
      node = graph.operand(0, of: node)
    }
    return ExponentialSum(product: product, place: place, axes: axes, sum: sum, moves: moves.reversed())
  }

  // MARK: The shift

  /// The largest element of an exponent along axes, 0 where it is infinite; and the same as it is subtracted.
  mutating func shift(of exponent: NodeID, _ axes: [Int]) -> (reduced: NodeID, kept: NodeID) {
    let type = graph.type(of: exponent)
    let largest = make(.reduce(.max, axes: axes), [exponent], type: type)
    let isInfinite = make(.lessEqual, constant(.infinity, type.element), make(.abs, largest))
    let bounded = make(.select, [isInfinite, constant(.zero, type.element), largest])
    let reduced = make(.stop, [bounded], type: graph.type(of: bounded))
    if axes == Array(0..<axes.count) { return (reduced, reduced) }
    var kept = type
    for axis in axes { kept.shape.dimensions[axis] = 1 }
    return (reduced, make(.reshape, [reduced], type: kept))
  }

  /// Whether a node is such a largest element, as it is written here or in the library: the form depends on it in no way,
  /// so that it reads as 0.
  func isShift(_ id: NodeID) -> Bool {
    guard graph.elementwise(id) == nil, case .stop = graph.operation(of: id) else { return false }
    let bounded = unmoved(graph.operand(0, of: id))
    guard graph.elementwise(bounded) == .select, case let condition = graph.operand(0, of: bounded),
      let test = graph.elementwise(condition), test == .less || test == .lessEqual
    else { return false }
    let sides = [graph.operand(0, of: condition), graph.operand(1, of: condition)]
    let branches = [graph.operand(1, of: bounded), graph.operand(2, of: bounded)]
    guard sides.contains(where: { graph.constant(unmoved($0)) == .infinity }),
      branches.contains(where: { literal(unmoved($0))?.isZero ?? false }),
      let magnitude = sides.map({ unmoved($0) }).first(where: { graph.elementwise($0) == .abs }),
      let largest = branches.map({ unmoved($0) }).first(where: { isLargest($0) })
    else { return false }
    return unmoved(graph.operand(0, of: magnitude)) == largest
  }

  func isLargest(_ id: NodeID) -> Bool {
    guard graph.elementwise(id) == nil, case .reduce(let reduction, _) = graph.operation(of: id) else { return false }
    return reduction == .max || reduction == .firstMax
  }

  /// `exp(u - m)`.
  mutating func shifted(_ exponential: NodeID, by kept: NodeID) -> NodeID {
    let difference = construct(.subtract, [peeled(graph.operand(0, of: exponential)), Scaled(kept)])
    return make(.exp, fitted(materialise(difference), like: exponential))
  }

  /// `Σ w · exp(u - m)`, moved as the sum is.
  mutating func replacing(_ sum: ExponentialSum, by exponential: NodeID) -> NodeID? {
    let terms = graph.operand(0, of: sum.sum)
    var factors = sum.product.factors
    factors[sum.place].base = exponential
    guard let product = product(sum.product.coefficient, factors, element(of: terms))?.result else { return nil }
    let node = fitted(materialise(product), like: terms)
    return moved(make(.reduce(.sum, axes: sum.axes), [node], type: graph.type(of: terms)), by: sum.moves)
  }

  /// Does with a node what the moves do with the sum.
  mutating func moved(_ node: NodeID, by moves: [NodeID]) -> NodeID {
    moves.reduce(node) { make(graph.operation(of: $1), [$0], type: graph.type(of: $1)) }
  }

  // MARK: Quotients

  /// `exp(u) / Σ exp(u)` as `exp(u - m) / Σ exp(u - m)`, and the same with `Σ w · exp(u)` in the numerator.
  mutating func shiftQuotients(_ factors: inout [Factor]) {
    if isNaming { return nameQuotients(&factors) }
    guard phase == .stabilise, depth < Workspace.depthLimit, factors.count > 1, factors.count <= 64 else { return }
    for place in factors.indices where factors[place].exponent == .minusOne {
      guard let sum = exponentialSum(factors[place].base) else { continue }
      let exponential = sum.product.factors[sum.place].base
      guard let other = factors.indices.first(where: { hasExponential(factors[$0], exponential, sum.axes) }) else {
        continue
      }
      depth += 1
      defer { depth -= 1 }
      let shift = shift(of: graph.operand(0, of: exponential), sum.axes)
      let small = shifted(exponential, by: shift.kept)
      let numerator: NodeID?
      if factors[other].base == exponential {
        numerator = small
      } else {
        numerator = exponentialSum(factors[other].base).flatMap { replacing($0, by: small) }
      }
      guard let numerator, let denominator = replacing(sum, by: small) else { return }
      record("quotient of sums of exponentials along axes", factors[place].base, denominator)
      factors[other].base = numerator
      factors[place].base = denominator
    }
    merge(&factors)
  }

  private func hasExponential(_ factor: Factor, _ exponential: NodeID, _ axes: [Int]) -> Bool {
    guard factor.exponent.isOne else { return false }
    if factor.base == exponential { return true }
    guard let sum = exponentialSum(factor.base), sum.axes == axes else { return false }
    return sum.product.factors[sum.place].base == exponential
  }
}
