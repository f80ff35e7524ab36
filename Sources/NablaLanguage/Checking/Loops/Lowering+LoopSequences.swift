import NablaGraph

/// What a loop walks, beyond what its header says.
extension Lowering {
  /// A sequence that a scan walks.
  struct Walked {
    /// The input that stands for an element.
    var input: NodeID
    var sequence: NodeID
  }

  /// The sequences of a loop's header.
  ///
  /// - Returns: also whether all of them are turned round, so that the scan walks them backwards.
  mutating func sequences(of loop: LoopState) -> (walked: [Walked], isReversed: Bool) {
    let turned = loop.elements.map { element in element.sequence.flatMap { graph.unreversed($0) } }
    if !turned.isEmpty, turned.allSatisfy({ $0 != nil }) {
      return (
        zip(loop.elements, turned).compactMap { element, whole in
          whole.map { Walked(input: element.input, sequence: $0) }
        }, true
      )
    }
    return (
      loop.elements.map { element in
        Walked(
          input: element.input,
          sequence: element.sequence ?? graph.append(.iota, [], type: TensorType(.i64, Shape([loop.length]))))
      }, false
    )
  }

  /// What a step reads at a number of its range from something that no step changes is a sequence of its own: its
  /// gradient is stacked then, not scattered.
  mutating func walkReads(of loop: LoopState, in roots: inout [NodeID]) -> [Walked] {
    let ranges = Set(loop.elements.filter { $0.sequence == nil }.map(\.input))
    let others = Set(
      loop.carried.map(\.input) + loop.elements.filter { $0.sequence != nil }.map(\.input) + loop.states.map(\.input))
    guard let first = ranges.union(others).min(), !ranges.isEmpty else { return [] }
    var range: [NodeID: NodeID] = [:]
    var varies = others
    var reads: [(node: NodeID, index: NodeID)] = []
    for id in graph.cone(of: roots, from: first.index) {
      if ranges.contains(id) {
        range[id] = id
        continue
      }
      for operand in graph.operands(of: id) {
        if varies.contains(operand) { varies.insert(id) }
        guard let index = range[operand] else { continue }
        // Two names of the header at once are not one walk.
        if range[id] != nil, range[id] != index { varies.insert(id) }
        range[id] = index
      }
      guard graph.elementwise(id) == nil, case .gather = graph.operation(of: id), !varies.contains(id),
        let index = range[id]
      else { continue }
      reads.append((id, index))
    }
    var walked: [Walked] = []
    var replacements: [NodeID: NodeID] = [:]
    for (node, index) in reads {
      guard let sequence = try? graph.vectorised([node], over: [(index, loop.length)]).first else { continue }
      let array = graph.operand(0, of: node)
      let base = graph.parameterIndex(array).map { graph.parameters[$0].name } ?? graph.origin(of: array).name
      let counter = graph.parameterIndex(index).map { graph.parameters[$0].name } ?? ""
      let input = graph.parameter(base.map { "\($0)_\(counter)" } ?? "", graph.type(of: node))
      replacements[node] = input
      walked.append(Walked(input: input, sequence: sequence))
    }
    if !walked.isEmpty { roots = graph.substituting(replacements, in: roots) }
    return walked
  }
}

extension Graph {
  /// The array that a node is with its first axis turned round; `nil` for any other node.
  func unreversed(_ id: NodeID) -> NodeID? {
    guard elementwise(id) == nil, case .slice(let slices) = operation(of: id) else { return nil }
    let source = operand(0, of: id)
    let extents = type(of: source).shape.dimensions
    for (axis, (slice, extent)) in zip(slices, extents).enumerated() {
      let whole = axis == 0 ? Operation.Slice.reversing(extent) : Operation.Slice(start: 0, count: extent)
      if slice != whole { return nil }
    }
    return source
  }

  /// The array with its first axis turned round.
  mutating func reversed(_ id: NodeID) -> NodeID {
    let slices = type(of: id).shape.dimensions.enumerated().map { axis, extent in
      axis == 0 ? Operation.Slice.reversing(extent) : Operation.Slice(start: 0, count: extent)
    }
    return append(.slice(slices), [id], type: type(of: id))
  }
}

extension Operation.Slice {
  /// All elements of an axis from the last to the first.
  fileprivate static func reversing(_ extent: Dimension) -> Operation.Slice {
    Operation.Slice(start: extent - 1, step: -1, count: extent)
  }
}
