/// Sums of products as contractions, so that no product is stored.
extension Graph {
  /// The sum along axes of a product of factors that do not all have the same axes; `nil` where it is none.
  ///
  /// `Σ_k A[i, k] · B[k, j]`, as broadcasting writes it, becomes the product of the matrices. Factors are contracted in
  /// pairs, the cheapest first.
  ///
  /// - Parameter joinsEqual: whether factors with the same axes are contracted, too: `Σ_i u[i] · v[i]`.
  public mutating func sumOfProducts(_ product: NodeID, over axes: [Int], joinsEqual: Bool = false) -> NodeID? {
    let type = type(of: product)
    guard type.element != .bool, elementwise(product) == .multiply, var factors = factors(of: product, type.shape)
    else {
      return nil
    }
    let summed = Set(axes)
    let kept = type.shape.dimensions.indices.filter { !summed.contains($0) && !type.shape.dimensions[$0].isOne }
    let present = Set(factors.flatMap(\.axes))
    guard axes.allSatisfy({ present.contains($0) || type.shape.dimensions[$0].isOne }),
      kept.allSatisfy(present.contains), present.count <= Contraction.labelLimit
    else { return nil }
    let scalars = factors.filter(\.axes.isEmpty).map(\.node)
    factors.removeAll(where: \.axes.isEmpty)
    guard factors.count > 1, joinsEqual || Set(factors.map { Set($0.axes) }).count > 1 else { return nil }
    let sizes = type.shape.dimensions.map(\.guessed)
    while factors.count > 1 {
      guard let product = contractedCheapest(&factors, kept, sizes) else { return nil }
      factors.append(product)
    }
    guard var node = finished(factors[0], summed, type.shape) else { return nil }
    for scalar in scalars { node = apply(.multiply, scalar, node) }
    return node
  }

  /// The contraction of two operands by labels of any kind; a product where nothing is summed and one is a scalar.
  public mutating func contracted<Label: Hashable>(
    _ a: NodeID, _ left: [Label], _ b: NodeID, _ right: [Label], to result: [Label]
  ) throws(TypeError) -> NodeID {
    if left.isEmpty, right == result, constant(a)?.isOne ?? false { return b }
    if right.isEmpty, left == result, constant(b)?.isOne ?? false { return a }
    if left.isEmpty && right == result || right.isEmpty && left == result || left == right && left == result {
      return apply(.multiply, a, b)
    }
    let contraction = Contraction(left, right, to: result)
    let type = try contraction.resultType(type(of: a), type(of: b))
    return append(.contract(contraction), [a, b], type: type)
  }

  // MARK: Factors

  /// A factor and, for each of its axes, the axis of the product.
  private struct Factor {
    var node: NodeID
    var axes: [Int]
  }

  private static let factorLimit = 16

  /// The factors of a product without the axes of extent 1 that broadcasting gave them; `nil` where they are too many.
  private mutating func factors(of product: NodeID, _ shape: Shape) -> [Factor]? {
    var work = [product]
    var nodes: [NodeID] = []
    while let id = work.popLast() {
      if elementwise(id) == .multiply {
        work += [operand(1, of: id), operand(0, of: id)]
      } else {
        nodes.append(id)
      }
      if work.count + nodes.count > Graph.factorLimit { return nil }
    }
    var factors: [Factor] = []
    for node in nodes {
      guard let factor = factor(node, shape) else { return nil }
      factors.append(factor)
    }
    return factors
  }

  private mutating func factor(_ id: NodeID, _ shape: Shape) -> Factor? {
    let lead = shape.rank - type(of: id).shape.rank
    var node = id
    var axes = type(of: id).shape.dimensions.indices.map { $0 + lead }
    // What is repeated needs no axis.
    while true {
      let own = type(of: node).shape
      switch operation(of: node) {
      case .broadcast:
        let source = type(of: operand(0, of: node)).shape
        let added = own.rank - source.rank
        node = operand(0, of: node)
        axes = Array(axes.dropFirst(added))
        continue
      case .reshape:
        guard let origins = own.unitAxesInserted(into: type(of: operand(0, of: node)).shape) else { break }
        node = operand(0, of: node)
        let source = type(of: node).shape
        // Axes of extent 1 carry no label.
        axes = source.dimensions.indices.map { axis in
          origins.firstIndex(of: axis).map { axes[$0] } ?? -1
        }
        continue
      default: break
      }
      break
    }
    let own = type(of: node).shape
    let present = own.dimensions.indices.filter { axes[$0] >= 0 && !own.dimensions[$0].isOne }
    guard let thin = try? reshaped(node, Shape(present.map { own.dimensions[$0] })) else { return nil }
    return Factor(node: thin, axes: present.map { axes[$0] })
  }

  /// Contracts the pair that takes the fewest multiplications, and takes both out.
  private mutating func contractedCheapest(_ factors: inout [Factor], _ kept: [Int], _ sizes: [Double]) -> Factor? {
    var best: (cost: Double, left: Int, right: Int)?
    for left in factors.indices {
      for right in factors.indices where right > left {
        let union = Set(factors[left].axes).union(factors[right].axes)
        let cost = union.reduce(1) { $0 * sizes[$1] }
        if cost < best?.cost ?? .infinity { best = (cost, left, right) }
      }
    }
    guard let (_, left, right) = best else { return nil }
    let b = factors.remove(at: right)
    let a = factors.remove(at: left)
    var needed = Set(kept)
    for factor in factors { needed.formUnion(factor.axes) }
    let result = Set(a.axes + b.axes).intersection(needed).sorted()
    guard let node = try? contracted(a.node, a.axes, b.node, b.axes, to: result) else { return nil }
    return Factor(node: node, axes: result)
  }

  /// The axes that are left in their order, with those of extent 1.
  private mutating func finished(_ factor: Factor, _ summed: Set<Int>, _ shape: Shape) -> NodeID? {
    let target = Shape(shape.dimensions.indices.filter { !summed.contains($0) }.map { shape.dimensions[$0] })
    let order = factor.axes.indices.sorted { factor.axes[$0] < factor.axes[$1] }
    guard let turned = try? transposed(factor.node, order) else { return nil }
    return try? reshaped(turned, target)
  }
}

extension Dimension {
  /// The extent as a number, as if every name were a hundred: what orders of operations are compared by.
  public var guessed: Double {
    Double(evaluate(Dictionary(uniqueKeysWithValues: symbols.map { ($0, 100) })) ?? 100)
  }
}
