import NablaGraph

extension Workspace {
  /// Divisions by one denominator share its reciprocal: `x/d` and `y/d` are `x*r` and `y*r` with `r = 1/d`. A
  /// denominator that is a product of others takes theirs: with `r = 1/d` and `s = 1/e`, `x/(2*d*e)` is `x*(0.5*r*s)`.
  mutating func shareReciprocals(_ roots: [NodeID]) -> [NodeID] {
    countUses(of: roots)
    let shared = sharedReciprocals()
    if !shared.contains(where: { $0 != .none }) { return roots }
    var nodes = NodeColumn<NodeID>()
    nodes.reset(count: usage.count)
    var reciprocals = NodeColumn<NodeID>()
    reciprocals.reset(count: usage.count)
    let saved = graph.currentOrigin
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      enter(id)
      let f = graph.elementwise(id)
      if f == .divide, shared[graph.operand(1, of: id).index] != .none {
        let operands = graph.elementwiseOperands(of: id).mapped { nodes[$0.index] }
        let reciprocal = reciprocals[graph.operand(1, of: id).index]
        let isReciprocal = graph.constant(operands[0])?.isOne ?? false
        nodes[index] = fitted(isReciprocal ? reciprocal : make(.multiply, operands[0], reciprocal), like: id)
        record("share a reciprocal", id, nodes[index])
      } else if let f {
        let old = graph.elementwiseOperands(of: id)
        let new = old.mapped { nodes[$0.index] }
        nodes[index] = new == old ? id : make(f, new)
      } else {
        let operands = graph.operands(of: id).map { nodes[$0.index] }
        nodes[index] =
          operands == graph.operands(of: id)
          ? id : make(graph.operation(of: id), operands, type: graph.type(of: id))
      }
      switch shared[index] {
      case .none: break
      case .quotient: reciprocals[index] = make(.divide, one(element(of: id)), nodes[index])
      case .secant: reciprocals[index] = make(.sech, graph.operand(0, of: nodes[index]))
      case .product:
        let factors = graph.operands(of: id).map { reciprocals[$0.index] }
        reciprocals[index] = make(.multiply, factors)
      }
      leave(id, as: nodes[index])
    }
    graph.currentOrigin = saved
    return roots.map { nodes[$0.index] }
  }

  /// How the reciprocal of a node is computed where several divisions have it in common.
  private enum SharedReciprocal {
    case none, quotient, product
    /// Of a hyperbolic cosine that nothing else uses. Its secant has most of its work in common with the tangent, which
    /// its slope brings along.
    case secant
  }

  /// Which nodes have a reciprocal that several divisions use. Products are followed down to denominators, as long as
  /// that takes less than the division it saves.
  private func sharedReciprocals() -> [SharedReciprocal] {
    var shared = Array(repeating: SharedReciprocal.none, count: usage.count)
    var divisions = NodeColumn<UInt32>()
    divisions.reset(count: usage.count)
    var isDivided = false
    for index in usage.indices where usage[index].isLive && graph.elementwise(NodeID(index)) == .divide {
      let denominator = graph.operand(1, of: NodeID(index))
      if isConstant(denominator) { continue }
      divisions[denominator.index] += 1
      isDivided = true
    }
    if !isDivided { return shared }
    // Multiplications from the reciprocals of denominators, below zero where there is no such way.
    var costs = [Int8](repeating: -1, count: usage.count)
    func cost(_ id: NodeID) -> Int8 { divisions[id.index] > 0 || isConstant(id) ? 0 : costs[id.index] }
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      if graph.elementwise(id) == .multiply {
        let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
        let (first, second) = (cost(a), cost(b))
        if first >= 0, second >= 0 {
          let cost = 1 + first + (a == b ? 0 : second)
          if cost < Elementwise.divide.cost { costs[index] = cost }
        }
      }
      guard divisions[index] > 1 else { continue }
      let isSecant = graph.elementwise(id) == .cosh && usage[index].positions == divisions[index]
      shared[index] = isSecant ? .secant : .quotient
    }
    for index in usage.indices.reversed() where usage[index].isLive {
      guard costs[index] >= 0, divisions[index] > 0 || shared[index] != .none else { continue }
      shared[index] = .product
      for factor in graph.operands(of: NodeID(index)) where shared[factor.index] == .none {
        shared[factor.index] = .quotient
      }
    }
    return shared
  }
}
