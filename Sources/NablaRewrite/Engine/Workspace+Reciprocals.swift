import NablaGraph

extension Workspace {
  /// Divisions by one denominator share its reciprocal: `x/d` and `y/d` are `x*r` and `y*r` with `r = 1/d`.
  mutating func shareReciprocals(_ roots: [NodeID]) -> [NodeID] {
    countUses(of: roots)
    var divisions: [NodeID: Int] = [:]
    for index in usage.indices where usage[index].isLive && graph.elementwise(NodeID(index)) == .divide {
      divisions[graph.operand(1, of: NodeID(index)), default: 0] += 1
    }
    let shared = divisions.filter { $0.value > 1 && !isConstant($0.key) }
    if shared.isEmpty { return roots }
    var nodes = Array(repeating: NodeID(0), count: usage.count)
    let saved = graph.currentOrigin
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      enter(id)
      let operands = graph.operands(of: id).map { nodes[$0.index] }
      if graph.elementwise(id) == .divide, shared[graph.operand(1, of: id)] != nil {
        let one = self.one(element(of: id))
        let reciprocal = make(.divide, one, operands[1])
        let isReciprocal = graph.constant(operands[0])?.isOne ?? false
        nodes[index] = fitted(isReciprocal ? reciprocal : make(.multiply, operands[0], reciprocal), like: id)
        record("share a reciprocal", id, nodes[index])
      } else if operands == graph.operands(of: id) {
        nodes[index] = id
      } else if let f = graph.elementwise(id) {
        nodes[index] = make(f, operands)
      } else {
        nodes[index] = make(graph.operation(of: id), operands, type: graph.type(of: id))
      }
      leave(id, as: nodes[index])
    }
    graph.currentOrigin = saved
    return roots.map { nodes[$0.index] }
  }
}
