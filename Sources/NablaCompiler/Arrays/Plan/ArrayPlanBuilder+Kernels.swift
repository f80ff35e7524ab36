import NablaGraph
import NablaRuntime

/// Kernels that read their operands as arrays.
extension ArrayPlanBuilder {
  /// The buffer of an operand that is demanded as a whole.
  func whole(_ id: NodeID) -> Int {
    guard let buffer = contiguousBuffer(of: id) else { preconditionFailure("a demanded operand is stored") }
    return buffer
  }

  mutating func addScatter(_ gather: Gather, _ id: NodeID) {
    let (updates, indices) = facts.choice(by: gather, of: id)
    let buffer = addBuffer(for: id)
    append(
      .scatter(
        ScatterKernel(
          gather, array: (buffer, facts.extents(of: id)),
          updates: facts.literals[updates].map { .literal($0) } ?? .array(whole(updates)),
          indices: indices.map { whole(facts.uncast($0)) },
          places: facts.extents(of: indices[0]), origin: facts.graph.origin(of: id))))
  }

  /// A scatter of numbers along a short axis: at each of its places, the sum of what is added there and of zeros for the
  /// others. So it is a loop as others are, and is done in vectors beside them.
  mutating func addCompared(_ gather: Gather, _ id: NodeID) throws(CompilerError) {
    let (updates, indices) = facts.choice(by: gather, of: id)
    let (extents, places) = (facts.extents(of: id), facts.extents(of: indices[0]))
    let element = facts.graph.element(of: id)
    let axes = Array(gather.batch..<places.count)
    try addLoop(for: id, over: places + [extents[gather.batch]]) { (loop, buffer, plan) throws(CompilerError) in
      let (place, own) = (Array(loop.identity.dropLast()), loop.identity[places.count])
      let named = try loop.place(
        indices[0], at: place, along: gather.batch, extents[gather.batch], id, plan)
      let isNamed = try loop.apply(.equal, [loop.position(named), loop.position(own)], .bool)
      let update = try loop.value(of: updates, at: place, plan)
      let value = try loop.apply(.select, [isNamed, update, loop.literal(Literal(0.0, element))], element)
      let target = Array(place.prefix(gather.batch)) + [own]
      try loop.add(
        value, reducing: axes, by: .add, from: Literal(0.0, element), to: buffer,
        plan.address(target, in: extents, of: buffer, rank: loop.rank))
    }
  }

  mutating func addAlong(_ axis: Int, _ action: AxisKernel.Action, _ id: NodeID) {
    let operand = facts.graph.operand(0, of: id)
    let extents = facts.extents(of: operand)
    let source = whole(operand)
    let result = addBuffer(for: id)
    let scratch = action == .order ? addBuffer(.i64, [2, extents[axis]]) : nil
    append(
      .along(
        AxisKernel(
          action: action, source: source, result: result, scratch: scratch,
          outer: Array(extents[..<axis]).elementCount, extent: extents[axis],
          inner: Array(extents[(axis + 1)...]).elementCount)))
  }

  mutating func addRandom(_ site: Int, _ id: NodeID) {
    let operand = facts.graph.operand(0, of: id)
    let key = whole(operand)
    let result = addBuffer(for: id)
    let axes = facts.extents(of: operand)
    append(
      .random(
        RandomKernel(
          key: key, result: result, site: site, keys: axes.elementCount,
          count: Array(facts.extents(of: id)[axes.count...]).elementCount)))
  }
}
