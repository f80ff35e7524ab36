import NablaGraph
import NablaRuntime

/// Arrays that lie within zeros.
extension ArrayPlanBuilder {
  /// Zeros, then the operand's elements into their places. Elements that negative padding cuts off are left out.
  mutating func addPadding(_ padding: [Operation.Padding], _ id: NodeID) throws(CompilerError) {
    var (lows, gaps): ([Int], [Int]) = ([], [])
    for (axis, padding) in padding.enumerated() {
      let extent = facts.extents(of: facts.graph.operand(0, of: id))[axis]
      lows.append(try facts.constant(padding.low, of: id))
      gaps.append(extent > 1 ? padding.interior + 1 : 1)
    }
    let buffer = addBuffer(for: id)
    try fill(buffer, around: facts.graph.operand(0, of: id), lows: lows, gaps: gaps)
  }

  /// Writes a node's elements into an array, from the place `lows` on, with distances `gaps`; the rest is zeros.
  mutating func fill(_ buffer: Int, around node: NodeID, lows: [Int], gaps: [Int]) throws(CompilerError) {
    let extents = buffers[buffer].extents
    var space = facts.extents(of: node)
    var first = Array(repeating: 0, count: space.count)
    for axis in space.indices {
      first[axis] = lows[axis] >= 0 ? 0 : (-lows[axis] + gaps[axis] - 1) / gaps[axis]
      let end = min(space[axis], (extents[axis] - lows[axis] + gaps[axis] - 1) / gaps[axis])
      space[axis] = max(0, end - first[axis])
    }
    let zero = Literal(0.0, buffers[buffer].element)
    if space.elementCount == 0 || gaps.contains(where: { $0 > 1 }) {
      if space.elementCount < extents.elementCount { fill(buffer, with: zero) }
    } else {
      // What lies before and after the elements along one axis, within those along the axes before it.
      var box = extents.map { 0..<$0 }
      for axis in space.indices {
        let inside = lows[axis] + first[axis]..<lows[axis] + first[axis] + space[axis]
        for part in [0..<inside.lowerBound, inside.upperBound..<extents[axis]] where !part.isEmpty {
          box[axis] = part
          fill(buffer, with: zero, within: box)
        }
        box[axis] = inside
      }
    }
    if space.elementCount == 0 { return }
    var loop = LoopBuilder(order: steps.count, extents: space)
    var index = loop.identity
    var place = index
    for axis in space.indices {
      index[axis].offset += first[axis]
      place[axis] = LinearIndex(constant: lows[axis], rank: space.count)
      place[axis].add(index[axis], times: gaps[axis])
    }
    let value = try loop.value(of: node, at: index, self)
    loop.add(value, to: buffer, address(place, in: extents, of: buffer, rank: space.count))
    append(loop)
  }

  /// Writes a number to the places of a part of an array.
  private mutating func fill(_ buffer: Int, with literal: Literal, within box: [Range<Int>]) {
    var loop = LoopBuilder(order: steps.count, extents: box.map(\.count))
    var place = loop.identity
    for axis in box.indices { place[axis].offset += box[axis].lowerBound }
    loop.add(
      loop.literal(literal), to: buffer, address(place, in: buffers[buffer].extents, of: buffer, rank: box.count))
    append(loop)
  }
}
