import NablaGraph

/// How the roots use one old node.
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
  /// Distinct nodes, and roots.
  var users: UInt32 = 0
  var context = Context.none

  /// Made of constants alone.
  var isConstant = false

  var isLive: Bool { positions > 0 }
  var isExclusive: Bool { users == 1 }
}

extension Workspace {
  /// Counts the uses of everything that the roots need, and finds which nodes their only user can take in.
  ///
  /// Linear, without recursion: users come after operands, so walking down meets every user of a node before the node.
  mutating func countUses(of roots: [NodeID]) {
    let end = (roots.map(\.index).max() ?? -1) + 1
    usage = Array(repeating: Usage(), count: end)
    for root in roots {
      usage[root.index].positions += 1
      usage[root.index].users += 1
    }
    for index in stride(from: end - 1, through: 0, by: -1) where usage[index].isLive {
      if usage[index].positions > 1 { usage[index].context = .none }
      let id = NodeID(index)
      let count = graph.operandCount(of: id)
      for position in 0..<count {
        let operand = graph.operand(position, of: id)
        let isRepeated = (0..<position).contains { graph.operand($0, of: id) == operand }
        usage[operand.index].positions += 1
        if !isRepeated { usage[operand.index].users += 1 }
        usage[operand.index].context = context(of: id, position)
      }
    }
  }

  private func context(of id: NodeID, _ position: Int) -> Usage.Context {
    guard let f = graph.elementwise(id), isReal(id) else { return .none }
    switch f {
    case .add, .subtract: return .sum
    case .multiply, .divide: return .product
    case .negate: return usage[id.index].context
    case .power:
      let exponent = literal(graph.operand(1, of: id))
      return position == 0 && exponent?.isInteger ?? false ? .product : .none
    default:
      let facts = f.definition.facts
      return f.arity == 1 && !facts.isDisjoint(with: [.odd, .even]) ? .parity : .none
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
