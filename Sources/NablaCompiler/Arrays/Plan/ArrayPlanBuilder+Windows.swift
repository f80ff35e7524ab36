import NablaGraph
import NablaRuntime

/// What pooling and its derivative are made of: places of extreme elements of windows, and sums over windows.
extension ArrayPlanBuilder {
  /// The place of the extreme one of few elements, which are compared in order: the first of several; NaN wins.
  mutating func addComparisons(_ extremum: Operation.Extremum, _ axis: Int, _ id: NodeID) throws(CompilerError) {
    let operand = facts.graph.operand(0, of: id)
    let extents = facts.extents(of: id)
    let count = facts.extents(of: operand)[axis]
    let element = facts.graph.element(of: operand)
    try addLoop(for: id, over: extents) { (loop, buffer, plan) throws(CompilerError) in
      var place = loop.literal(Literal(0.0, .i64))
      var best: KernelPlan.Operand?
      for number in 0..<count {
        var index = loop.identity
        index.insert(LinearIndex(constant: number, rank: loop.rank), at: axis)
        let value = try loop.value(of: operand, at: index, plan)
        guard let known = best else {
          best = value
          continue
        }
        var isBetter = try loop.apply(.less, extremum == .max ? [known, value] : [value, known], .bool)
        if element.isFloat {
          let isNew = try loop.apply(
            .and, [loop.apply(.notEqual, [value, value], .bool), loop.apply(.equal, [known, known], .bool)], .bool)
          isBetter = try loop.apply(.or, [isBetter, isNew], .bool)
        }
        best = try loop.apply(.select, [isBetter, value, known], element)
        place = try loop.apply(.select, [isBetter, loop.literal(Literal(Double(number), .i64)), place], .i64)
      }
      loop.add(place, to: buffer, plan.address(loop.identity, in: extents, of: buffer, rank: loop.rank))
    }
  }

  /// Zeros, to which the operand's elements are added at the places that a view has them. Where no two have the same
  /// place they are written there, and where every place has one there are no zeros.
  mutating func addAccumulation(_ view: View, _ id: NodeID) throws(CompilerError) {
    let operand = facts.graph.operand(0, of: id)
    let (extents, space) = (facts.extents(of: id), facts.extents(of: operand))
    let element = facts.graph.element(of: id)
    let places = LinearIndex.address(
      try viewed(LinearIndex.identity(over: space), by: view, operand, array: extents, rank: space.count), in: extents,
      rank: space.count, isBatchLast: layout.isBatchLast(id))
    let isInjective = places.isInjective(over: space)
    if isInjective, space.elementCount == extents.elementCount, element != .bool {
      return try addLoop(for: id, over: space) { (loop, buffer, plan) throws(CompilerError) in
        loop.add(try loop.value(of: operand, at: loop.identity, plan), to: buffer, places)
      }
    }
    let buffer = addBuffer(for: id)
    fill(buffer, with: Literal(0.0, element))
    var loop = LoopBuilder(order: steps.count, extents: space)
    var value = try loop.value(of: operand, at: loop.identity, self)
    if !isInjective { value = try loop.apply(.add, [loop.read(buffer, places, self), value], element) }
    loop.add(value, to: buffer, places)
    append(loop)
  }
}

extension LinearIndex {
  /// Whether no two positions have the same index, as far as the steps alone tell.
  func isInjective(over extents: [Int]) -> Bool {
    let axes = extents.indices.filter { extents[$0] > 1 }.sorted { abs(steps[$0]) < abs(steps[$1]) }
    var reach = 0
    for axis in axes {
      if abs(steps[axis]) <= reach { return false }
      reach += abs(steps[axis]) * (extents[axis] - 1)
    }
    return true
  }
}
