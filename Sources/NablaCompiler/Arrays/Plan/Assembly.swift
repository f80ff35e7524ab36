import NablaGraph
import NablaRuntime

/// An array that is put together of parts: a sum of arrays within zeros, no two of which have elements at one place.
///
/// The derivative by an array that was split into parts is of this form. No zeros are written nor added: every part is
/// computed where it belongs.
struct Assembly {
  /// An array, and what is done to each of its elements.
  struct Part {
    let node: NodeID
    /// Where it begins along each axis of the sum.
    let lows: [Int]
    /// Negations, and multiplications with constants, the first one first.
    let steps: [NodeID]
  }

  let parts: [Part]
  /// The axis of the sum that each axis of the array is.
  var axes: [Int]
  /// Whether the parts have all places.
  let isWhole: Bool

  /// Nodes that one sum has at most.
  private static let nodeLimit = 64
  /// Elements of parts that are written together.
  fileprivate static let jointCount = 1 << 14

  /// - Returns: `nil` if the node is no such sum.
  init?(_ id: NodeID, _ graph: Graph, _ literals: [NodeID: Literal], _ extents: (NodeID) -> [Int]) {
    guard graph.elementwise(id) == .add || graph.elementwise(id) == .subtract, graph.element(of: id).isFloat else {
      return nil
    }
    let space = extents(id)
    var parts: [Part] = []
    var pending: [(node: NodeID, steps: [NodeID])] = [(id, [])]
    var visited = 0
    while let (node, steps) = pending.popLast() {
      visited += 1
      guard visited <= Assembly.nodeLimit, literals[node] == nil, extents(node) == space else { return nil }
      guard let f = graph.elementwise(node) else {
        guard case .pad(let padding) = graph.operation(of: node), let lows = Assembly.lows(padding) else { return nil }
        let operand = graph.operand(0, of: node)
        if !extents(operand).contains(0) {
          parts.append(Part(node: operand, lows: lows, steps: steps.reversed()))
        }
        continue
      }
      let operands = Array(graph.operands(of: node))
      switch f {
      case .add: pending += [(operands[1], steps), (operands[0], steps)]
      // The node itself stands for the sign of its second operand.
      case .subtract: pending += [(operands[1], steps + [node]), (operands[0], steps)]
      case .negate: pending.append((operands[0], steps + [node]))
      case .multiply:
        let factors = operands.filter { literals[$0] != nil }
        guard factors.count == 1, let factor = literals[factors[0]], factor.isFinite else { return nil }
        pending.append((operands[0] == factors[0] ? operands[1] : operands[0], steps + [node]))
      default: return nil
      }
    }
    let boxes = parts.map { part in zip(part.lows, extents(part.node)).map { $0..<$0 + $1 } }
    for (number, box) in boxes.enumerated() {
      for other in boxes[..<number] where !zip(box, other).contains(where: { !$0.overlaps($1) }) { return nil }
    }
    if parts.count < 2 { return nil }
    self.parts = parts
    axes = Array(space.indices)
    isWhole = parts.reduce(0) { $0 + extents($1.node).elementCount } == space.elementCount
  }

  /// Where the elements begin; `nil` if some are cut off or there are zeros between them.
  private static func lows(_ padding: [Operation.Padding]) -> [Int]? {
    var lows: [Int] = []
    for axis in padding {
      guard axis.interior == 0, let low = axis.low.constant, let high = axis.high.constant, low >= 0, high >= 0 else {
        return nil
      }
      lows.append(low)
    }
    return lows
  }
}

extension ArrayFacts {
  /// The sums of arrays within zeros. Where a sum is turned before it is read in its order, its parts are turned.
  static func assemblies(
    _ graph: Graph, _ live: [Bool], _ literals: [NodeID: Literal], _ extents: (NodeID) -> [Int]
  ) -> [NodeID: Assembly] {
    var found: [NodeID: Assembly] = [:]
    for id in graph.ids where live[id.index] && literals[id] == nil {
      if let sum = Assembly(id, graph, literals, extents) { found[id] = sum }
    }
    if found.isEmpty { return found }
    var users: [NodeID: Int] = [:]
    var turned: [NodeID: NodeID] = [:]
    for id in graph.ids where live[id.index] {
      graph.forEachOperand(of: id) { users[$0, default: 0] += 1 }
      guard graph.elementwise(id) == nil, case .reshape = graph.operation(of: id) else { continue }
      let operand = graph.operand(0, of: id)
      if graph.elementwise(operand) == nil, case .transpose = graph.operation(of: operand) {
        turned[operand] = graph.operand(0, of: operand)
      }
    }
    for (id, sum) in turned {
      guard var assembly = found[sum], users[sum] == 1, case .transpose(let permutation) = graph.operation(of: id)
      else { continue }
      assembly.axes = permutation.map { assembly.axes[$0] }
      found[id] = assembly
      found[sum] = nil
    }
    return found
  }
}

extension ArrayPlanBuilder {
  /// Writes every part where it belongs. Small parts that are computed, and not read, go together; large ones had
  /// better follow what each is made of.
  mutating func addAssembly(_ assembly: Assembly, _ id: NodeID) throws(CompilerError) {
    let extents = facts.extents(of: id)
    let buffer = addBuffer(for: id)
    if !assembly.isWhole { fill(buffer, with: Literal(0.0, facts.graph.element(of: id))) }
    var groups: [[Assembly.Part]] = []
    for part in assembly.parts {
      func fits(_ group: [Assembly.Part]) -> Bool {
        facts.extents(of: group[0].node) == facts.extents(of: part.node) && self.buffer(of: group[0].node) == nil
      }
      let count = facts.extents(of: part.node).elementCount
      if count <= Assembly.jointCount, self.buffer(of: part.node) == nil, let known = groups.firstIndex(where: fits) {
        groups[known].append(part)
      } else {
        groups.append([part])
      }
    }
    for group in groups {
      let space = facts.extents(of: group[0].node)
      var loop = LoopBuilder(order: steps.count, extents: space)
      for part in group {
        var value = try loop.value(of: part.node, at: loop.identity, self)
        for step in part.steps { value = try scaled(value, by: step, &loop) }
        var place = loop.identity
        for axis in place.indices { place[axis].offset += part.lows[axis] }
        loop.add(
          value, to: buffer,
          address(assembly.axes.map { place[$0] }, in: extents, of: buffer, rank: space.count))
      }
      appendOpen(loop)
    }
  }

  /// What a step between a part and the sum does to the part.
  private func scaled(
    _ value: KernelPlan.Operand, by step: NodeID, _ loop: inout LoopBuilder
  ) throws(CompilerError) -> KernelPlan.Operand {
    let element = facts.graph.element(of: step)
    guard facts.graph.elementwise(step) == .multiply else { return try loop.apply(.negate, [value], element) }
    let literal = facts.graph.operands(of: step).compactMap { facts.literals[$0] }.first
    guard let literal else { preconditionFailure("a part is multiplied with a constant") }
    return try loop.apply(.multiply, [loop.literal(literal), value], element)
  }
}
