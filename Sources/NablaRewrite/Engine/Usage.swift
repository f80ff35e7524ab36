import NablaGraph

/// How the roots use one old node. All zeros where they do not.
struct Usage {
  /// What the only user of a node is, where it could take the node in.
  enum Context: UInt8 {
    case none
    /// A sum: `add`, `subtract`, or a negation inside one.
    case sum
    /// A product: `multiply`, `divide`, an integer power, or a negation inside one.
    case product
    /// A function that is odd or even.
    case parity
  }

  /// Operand positions and roots.
  var positions: UInt32 = 0
  /// All else in one word: there are two columns of these, and a large program has many nodes.
  private var word: UInt32 = 0

  /// Distinct nodes, and roots. More than anybody has are as many as there is room for.
  var users: UInt32 {
    get { word & Usage.mostUsers }
    set { word = word & ~Usage.mostUsers | min(newValue, Usage.mostUsers) }
  }

  var context: Context {
    get { Context(rawValue: UInt8(truncatingIfNeeded: word >> 26 & 3)) ?? .none }
    set { word = word & ~(3 << 26) | UInt32(newValue.rawValue) << 26 }
  }

  /// Made of constants alone.
  var isConstant: Bool {
    get { self[flag: 28] }
    set { self[flag: 28] = newValue }
  }

  /// Everything that the node's image is made from is as it was in the round before, and so is its image.
  var isUnchanged: Bool {
    get { self[flag: 29] }
    set { self[flag: 29] = newValue }
  }

  /// The image is that of an operand, or a multiple of it.
  var handsOn: Bool {
    get { self[flag: 30] }
    set { self[flag: 30] = newValue }
  }

  private static let mostUsers: UInt32 = 1 << 26 - 1

  @inline(__always)
  private subscript(flag bit: UInt32) -> Bool {
    get { word >> bit & 1 != 0 }
    set { word = word & ~(1 << bit) | (newValue ? 1 << bit : 0) }
  }

  /// Whether the roots use the node as they used it in another round.
  func isUsed(as other: Usage) -> Bool {
    positions == other.positions && users == other.users && context == other.context
  }

  var isLive: Bool { positions > 0 }
  var isExclusive: Bool { users == 1 }
}

extension Workspace {
  /// Counts the uses of everything that the roots need, and finds which nodes their only user can take in.
  ///
  /// Linear, without recursion: users come after operands, so walking down meets every user of a node before the node.
  mutating func countUses(of roots: [NodeID]) {
    let end = (roots.max()?.index ?? -1) + 1
    usage.reset(count: end)
    for root in roots {
      usage[root.index].positions += 1
      usage[root.index].users += 1
    }
    for index in stride(from: end - 1, through: 0, by: -1) where usage[index].isLive {
      if usage[index].positions > 1 { usage[index].context = .none }
      let id = NodeID(index)
      let count = graph.operandCount(of: id)
      if count == 0 { continue }
      let context = context(of: id)
      let first = graph.operand(0, of: id)
      use(first, context.first)
      for position in 1..<max(1, count) {
        let operand = graph.operand(position, of: id)
        let isRepeated = operand == first || (1..<position).contains { graph.operand($0, of: id) == operand }
        use(operand, isRepeated: isRepeated, context.others)
      }
    }
  }

  @inline(__always)
  private mutating func use(_ id: NodeID, isRepeated: Bool = false, _ context: Usage.Context) {
    usage[id.index].positions += 1
    if !isRepeated { usage[id.index].users += 1 }
    usage[id.index].context = context
  }

  /// How a node takes in its first operand, and the others.
  private func context(of id: NodeID) -> (first: Usage.Context, others: Usage.Context) {
    guard let f = graph.elementwise(id), isReal(id) else { return (.none, .none) }
    switch f {
    case .add, .subtract: return (.sum, .sum)
    case .multiply, .divide: return (.product, .product)
    case .negate: return (usage[id.index].context, .none)
    case .power:
      return (literal(graph.operand(1, of: id))?.isInteger ?? false ? .product : .none, .none)
    default:
      return (f.arity == 1 && !f.facts.isDisjoint(with: [.odd, .even]) ? .parity : .none, .none)
    }
  }

  /// Whether the node's user takes it in, so that it is not rewritten by itself.
  func isDeferred(_ id: NodeID) -> Bool {
    guard let f = graph.elementwise(id) else { return false }
    switch (usage[id.index].context, f) {
    case (.sum, .add), (.sum, .subtract), (.sum, .negate): return true
    case (.product, .multiply), (.product, .divide), (.product, .negate): return true
    case (.product, .power): return literal(graph.operand(1, of: id))?.isInteger ?? false
    default: return false
    }
  }

  /// Whether sums and products of the node are those of the real numbers.
  func isReal(_ id: NodeID) -> Bool { element(of: id).isFloat }
}
