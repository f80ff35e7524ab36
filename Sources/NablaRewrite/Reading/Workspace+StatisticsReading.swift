import NablaGraph

/// Sums over the number of their terms as `mean`, mean squares of distances from the mean as `var`, roots of sums of
/// squares as `norm` and `std`.
extension Workspace {
  /// A term of a sum with its sums as means, where it is divided by how many there are: `Σ x/n` as `mean(x)`.
  mutating func namedMeans(in term: NodeID) -> NodeID? {
    guard isReal(term), let form = factorisation(of: term, limit: 16, reaching: .open) else { return nil }
    var coefficient = form.coefficient
    var factors = merged(form.factors)
    var hasChanged = false
    for index in factors.indices where factors[index].exponent.isOne {
      guard let (sum, axes) = plainSum(factors[index].base) else { continue }
      let operand = graph.operand(0, of: sum)
      guard let (number, sizes) = divisors(axes.map { graph.type(of: operand).shape.dimensions[$0] }, in: factors),
        number.isOne || !coefficient.isInteger && (coefficient * number).bitWidth < coefficient.bitWidth
      else { continue }
      coefficient = coefficient * number
      for size in sizes { factors[size].exponent = factors[size].exponent + .one }
      let form = centred(operand, axes).map { (LibraryForm.variance(axes: axes), $0) } ?? (.mean(axes: axes), operand)
      factors[index].base = moved(
        named(form.0, form.1, to: element(of: operand)), by: moves(from: sum, to: factors[index].base))
      hasChanged = true
    }
    if !hasChanged { return nil }
    factors.removeAll { $0.exponent.isZero }
    return product(coefficient, factors, element(of: term)).map { materialise($0.result) }
  }

  /// A sum along axes, perhaps moved, of anything but ones.
  private func plainSum(_ id: NodeID) -> (sum: NodeID, axes: [Int])? {
    let sum = unmoved(id)
    guard graph.elementwise(sum) == nil, case .reduce(.sum, let axes) = graph.operation(of: sum), size(sum) == nil,
      isReal(sum)
    else { return nil }
    return (sum, axes)
  }

  /// What moves a node to where it is used.
  private func moves(from node: NodeID, to end: NodeID) -> [NodeID] {
    var moves: [NodeID] = []
    var current = end
    while current != node {
      moves.append(current)
      current = graph.operand(0, of: current)
    }
    return moves.reversed()
  }

  /// The extent that a sum of ones counts.
  private func size(_ id: NodeID) -> Dimension? {
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .reduce(.sum, axes: [0]),
      case let ones = graph.operand(0, of: id), graph.elementwise(ones) == nil, graph.operation(of: ones) == .broadcast,
      graph.constant(graph.operand(0, of: ones))?.isOne ?? false
    else { return nil }
    return graph.type(of: ones).shape.dimensions[0]
  }

  /// The number and the places of the factors that divide by extents; `nil` where one is not divided by.
  private func divisors(_ extents: [Dimension], in factors: [Factor]) -> (number: Rational, sizes: [Int])? {
    var number = Rational.one
    var sizes: [Int] = []
    for extent in extents {
      if let known = extent.constant {
        number = number * Rational(known)
      } else {
        guard
          let place = factors.indices.first(where: { place in
            size(factors[place].base) == extent
              && factors[place].exponent.integer.map { -$0 > sizes.count { $0 == place } } ?? false
          })
        else { return nil }
        sizes.append(place)
      }
    }
    return (number, sizes)
  }

  /// What `(x - mean(x))^2` is about, with the mean along the same axes.
  private func centred(_ id: NodeID, _ axes: [Int]) -> NodeID? {
    guard let distance = squared(id), graph.elementwise(distance) == .subtract else { return nil }
    let x = graph.operand(0, of: distance)
    let mean = unmoved(graph.operand(1, of: distance))
    guard graph.elementwise(mean) == nil, graph.operation(of: mean) == .result(0),
      case let call = graph.operand(0, of: mean), case .call(let callee) = graph.operation(of: call),
      case let function = graph.functions[callee.index], function.name == "mean", function.summedAxes == axes,
      graph.operand(0, of: call) == x
    else { return nil }
    return x
  }

  /// What a node is the square of.
  func squared(_ id: NodeID) -> NodeID? {
    switch graph.elementwise(id) {
    case .power: literal(graph.operand(1, of: id)) == 2 ? graph.operand(0, of: id) : nil
    case .multiply: graph.operand(0, of: id) == graph.operand(1, of: id) ? graph.operand(0, of: id) : nil
    default: nil
    }
  }

  /// `norm(x)` for the root of a sum of squares, `std(x)` for that of a variance, and their powers.
  mutating func namedLength(_ id: NodeID) -> NodeID? {
    var exponent = Rational.half
    if graph.elementwise(id) == .power {
      guard let literal = literal(graph.operand(1, of: id)), literal.isHalfInteger else { return nil }
      exponent = literal
    }
    let base = graph.operand(0, of: id)
    guard let root = length(base) else { return nil }
    if exponent == .half { return root }
    return make(.power, root, constant(.rational(exponent * Rational(2)), element(of: id)))
  }

  private mutating func length(_ base: NodeID) -> NodeID? {
    if let (sum, axes) = plainSum(base), let x = squared(graph.operand(0, of: sum)) {
      return moved(named(.norm(axes: axes), x, to: element(of: base)), by: moves(from: sum, to: base))
    }
    let inner = unmoved(base)
    if graph.elementwise(inner) == nil, case .contract(let contraction) = graph.operation(of: inner),
      contraction.result.isEmpty, graph.operand(0, of: inner) == graph.operand(1, of: inner),
      contraction.left == contraction.right
    {
      let x = graph.operand(0, of: inner)
      let axes = Array(contraction.left.indices)
      return moved(named(.norm(axes: axes), x, to: element(of: base)), by: moves(from: inner, to: base))
    }
    guard let mean = namedMeans(in: base) else { return nil }
    let value = unmoved(mean)
    guard graph.elementwise(value) == nil, graph.operation(of: value) == .result(0),
      case let call = graph.operand(0, of: value), case .call(let callee) = graph.operation(of: call),
      case let function = graph.functions[callee.index], function.name == "var", let axes = function.summedAxes
    else { return nil }
    let root = named(.deviation(axes: axes), graph.operand(0, of: call), to: element(of: base))
    return moved(root, by: moves(from: value, to: mean))
  }

  // MARK: Distances from the mean

  /// What is summed along axes, without the terms whose elements cancel each other: `Σ (a + c*(x - mean(x)))` is `Σ a`.
  ///
  /// - Returns: `nil` where every term counts.
  mutating func withoutVanishingTerms(
    _ node: NodeID, _ axes: [Int], of operand: NodeID, like id: NodeID
  ) -> Scaled? {
    if vanishes(node, axes, of: operand, like: id) { return Scaled(.zero, one(element(of: node))) }
    guard isSum(node), var form = linearForm(of: node, limit: 8) else { return nil }
    let count = form.terms.count
    var kept: [Term] = []
    for term in form.terms where !vanishes(term.node, axes, of: operand, like: id) { kept.append(term) }
    if kept.count == count { return nil }
    form.terms = kept
    return sum(&form)
  }

  /// Whether a product is a multiple, constant along axes, of what cancels along them.
  private mutating func vanishes(_ node: NodeID, _ axes: [Int], of operand: NodeID, like id: NodeID) -> Bool {
    guard let form = factorisation(of: node, limit: 16, reaching: .everything) else { return false }
    let shape = graph.type(of: operand).shape
    let varying = form.factors.filter { factor in
      axes.contains { !isConstant(factor.base, along: $0, rank: shape.rank) }
    }
    guard varying.count == 1, varying[0].exponent.isOne, graph.type(of: varying[0].base).shape == shape else {
      return false
    }
    return cancels(varying[0].base, axes, of: operand, like: id)
  }
}

extension Rational {
  /// Whether this is `1/2`, `-3/2` and the like: the power of a root.
  var isHalfInteger: Bool { !isInteger && (self * 2).isInteger }
}
