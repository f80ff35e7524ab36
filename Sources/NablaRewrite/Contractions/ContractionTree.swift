import NablaGraph

/// Contractions, sums and transposes that only serve each other, as one sum of products of several arrays: the order in
/// which the arrays meet is free.
struct ContractionTree {
  /// An array that meets the others, and a label for each of its axes.
  struct Factor {
    let node: NodeID
    let labels: [Int]
  }

  private(set) var factors: [Factor] = []
  /// The labels of the result's axes; all others are summed over.
  private(set) var result: [Int] = []
  /// The extent of each label.
  private(set) var extents: [Dimension] = []
  /// The same as numbers, as if every name were a hundred.
  private(set) var sizes: [Double] = []
  /// Multiplications and additions as they are written.
  private(set) var cost = 0.0

  /// More arrays than this are not looked at together.
  static let factorLimit = 10

  /// - Parameter isInner: which nodes are part of their user's tree.
  init(_ root: NodeID, in graph: Graph, isInner: [Bool]) {
    for extent in graph.type(of: root).shape.dimensions { result.append(label(extent)) }
    var stack = [(node: root, labels: result)]
    while let (node, labels) = stack.popLast() {
      if node != root, !isInner[node.index] {
        factors.append(Factor(node: node, labels: labels))
        continue
      }
      switch graph.operation(of: node) {
      case .transpose(let permutation):
        var turned = labels
        for (axis, origin) in permutation.enumerated() { turned[origin] = labels[axis] }
        stack.append((graph.operand(0, of: node), turned))
      case .reduce(_, let axes):
        let operand = graph.operand(0, of: node)
        var own = labels
        for axis in axes { own.insert(label(graph.type(of: operand).shape.dimensions[axis]), at: axis) }
        cost += own.reduce(1) { $0 * sizes[$1] }
        stack.append((operand, own))
      case .contract(let contraction):
        var names: [Int?] = Array(repeating: nil, count: contraction.labelCount)
        for (axis, name) in contraction.result.enumerated() { names[name] = labels[axis] }
        for position in [1, 0] {
          let operand = graph.operand(position, of: node)
          let axes = position == 0 ? contraction.left : contraction.right
          let own = zip(axes, graph.type(of: operand).shape.dimensions).map { name, extent in
            let known = names[name] ?? label(extent)
            names[name] = known
            return known
          }
          stack.append((operand, own))
        }
        cost += names.reduce(1) { $0 * ($1.map { sizes[$0] } ?? 1) }
      default: factors.append(Factor(node: node, labels: labels))
      }
    }
  }

  /// Takes what has become of the arrays.
  mutating func replaceFactors(_ image: [NodeID: NodeID]) {
    factors = factors.map { Factor(node: image[$0.node] ?? $0.node, labels: $0.labels) }
  }

  private mutating func label(_ extent: Dimension) -> Int {
    extents.append(extent)
    sizes.append(max(1, extent.guessed))
    return extents.count - 1
  }
}

/// The cheapest order in which the arrays of a tree meet in pairs, by dynamic programming over their subsets.
struct ContractionPlan {
  private struct Step {
    var cost = Double.infinity
    /// The labels of what the subset becomes.
    var labels: UInt64 = 0
    /// One of the two parts; 0 for a single array.
    var left = 0
  }

  private let tree: ContractionTree
  private var steps: [Step]

  /// - Precondition: at most 64 labels.
  init(_ tree: ContractionTree) {
    self.tree = tree
    let count = tree.factors.count
    let own = tree.factors.map { Self.set($0.labels) }
    steps = Array(repeating: Step(), count: 1 << count)
    let kept = Self.set(tree.result)
    for subset in 1..<steps.count {
      var inside: UInt64 = 0
      var outside = kept
      for index in 0..<count {
        if subset >> index & 1 == 1 { inside |= own[index] } else { outside |= own[index] }
      }
      let labels = inside & outside
      if subset & (subset - 1) == 0 {
        // What no other array has is summed beforehand.
        steps[subset] = Step(cost: labels == inside ? 0 : size(inside), labels: labels)
        continue
      }
      var best = Step(labels: labels)
      // Each split once: the part with the first array is the left one.
      let first = subset & -subset
      var part = (subset - 1) & subset
      while part > 0 {
        if part & first != 0 {
          let (a, b) = (steps[part], steps[subset ^ part])
          let cost = a.cost + b.cost + size(a.labels | b.labels)
          if cost < best.cost { best = Step(cost: cost, labels: labels, left: part) }
        }
        part = (part - 1) & subset
      }
      steps[subset] = best
    }
  }

  var cost: Double { steps[steps.count - 1].cost }

  private func size(_ labels: UInt64) -> Double {
    var (rest, size) = (labels, 1.0)
    while rest != 0 {
      size *= tree.sizes[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return size
  }

  private static func set(_ labels: [Int]) -> UInt64 { labels.reduce(0) { $0 | 1 << UInt64($1) } }

  /// Adds the contractions in this order.
  ///
  /// - Parameter factors: the arrays, or what has become of them.
  func append(to graph: inout Graph, factors: [ContractionTree.Factor]) -> NodeID {
    let (node, labels) = built(steps.count - 1, of: factors, in: &graph)
    let order = tree.result.compactMap { labels.firstIndex(of: $0) }
    if order == Array(labels.indices) { return node }
    return graph.append(.transpose(order), [node], type: graph.type(of: node))
  }

  /// The depth is that of a tree of a few arrays.
  private func built(_ subset: Int, of factors: [ContractionTree.Factor], in graph: inout Graph) -> (
    node: NodeID, labels: [Int]
  ) {
    let step = steps[subset]
    func isKept(_ label: Int) -> Bool { step.labels >> UInt64(label) & 1 == 1 }
    if step.left == 0 {
      let factor = factors[subset.trailingZeroBitCount]
      let axes = factor.labels.indices.filter { !isKept(factor.labels[$0]) }
      if axes.isEmpty { return (factor.node, factor.labels) }
      let sum = graph.append(.reduce(.sum, axes: axes), [factor.node], type: graph.type(of: factor.node))
      return (sum, factor.labels.filter(isKept))
    }
    let (a, left) = built(step.left, of: factors, in: &graph)
    let (b, right) = built(subset ^ step.left, of: factors, in: &graph)
    let both = left.filter { right.contains($0) && isKept($0) }
    let rest = left.filter { !right.contains($0) && isKept($0) } + right.filter { !left.contains($0) && isKept($0) }
    var labels = both + rest
    // The axes of the result stand as they are wanted, if that is all there is.
    if subset == steps.count - 1 { labels = tree.result }
    if left.isEmpty && right == labels || right.isEmpty && left == labels || left == right && left == labels {
      return (graph.apply(.multiply, a, b), labels)
    }
    let type = TensorType(graph.element(of: a), Shape(labels.map { tree.extents[$0] }))
    return (graph.append(.contract(Contraction(left, right, to: labels)), [a, b], type: type), labels)
  }
}
