import NablaGraph
import NablaRuntime

/// Convolutions as sums of products: a window that slides is an axis of its own, along which the input is read in steps
/// that overlap with those along the result. So nothing is copied but an input with zeros around it.
extension ArrayPlanBuilder {
  /// Elements of a window with zeros around it for each of several places.
  private static let wideWindow = 1 << 15

  mutating func addConvolution(_ convolution: Convolution, _ id: NodeID) throws(CompilerError) {
    let operands = facts.graph.operands(of: id)
    let (input, window) = (facts.extents(of: operands[0]), facts.extents(of: operands[1]))
    let extents = facts.extents(of: id)
    let buffer = addBuffer(for: id)
    if extents.contains(0) { return }
    let zero = Literal(0.0, facts.graph.element(of: id))
    if input.contains(0) || window.contains(0) { return fill(buffer, with: zero) }
    var walks: [WindowWalk] = []
    for (axis, part) in convolution.windows.enumerated() {
      let low = try facts.constant(part.low, of: id)
      walks.append(WindowWalk(part, low: low, (input[axis + 1], window[axis], extents[axis + 1])))
    }
    if !walks.allSatisfy(\.isWhole) { fill(buffer, with: zero) }
    let isTurned = layout.isBatchLast(id) || operands.contains { layout.isBatchLast(stored($0)) }
    let clipped = layout.isBatchLast(id) ? self.clipped(walks, input, window, extents, operands.map(stored)) : nil
    walks = clipped ?? walks
    let spatial = clipped == nil ? walks.map(\.extent) : Array(input[1...walks.count])
    let place = try padded(
      operands[0], lows: [0] + walks.map(\.low) + [0, 0], [input[0]] + spatial + input.suffix(2), isTurned: isTurned)
    var choices: [[WindowWalk.Phase]] = [[]]
    for walk in walks { choices = choices.flatMap { choice in walk.phases.map { choice + [$0] } } }
    for phases in choices {
      let wide = isTurned ? nil : try widened(phases, window: operands[1], id)
      try addWindows(
        wide?.phases ?? phases, input: place, window: (operands[1], wide?.window), to: buffer, id,
        clips: clipped != nil)
    }
  }

  /// Windows that are clipped at the edges, rather than that zeros lie around the input; `nil` where there is nothing to
  /// clip, or the convolution is no product of matrices.
  private func clipped(
    _ walks: [WindowWalk], _ input: [Int], _ window: [Int], _ extents: [Int], _ operands: [NodeID]
  ) -> [WindowWalk]? {
    let clipped = walks.compactMap(\.clipped)
    guard clipped.count == walks.count, walks.map(\.extent) != Array(input[1...walks.count]),
      operands.allSatisfy({ facts.literals[$0] == nil }),
      isMatrixProduct(
        places: extents.dropLast(2).reduce(1, *), outputs: window[window.count - 1],
        sums: window.dropLast(3).reduce(1, *) * window[window.count - 2], groups: window[window.count - 3], true)
    else { return nil }
    return clipped
  }

  /// Whether a convolution is computed in tiles. Places that are computed together fill vectors where outputs alone do
  /// not.
  private func isMatrixProduct(places: Int, outputs: Int, sums: Int, groups: Int, _ isFloat: Bool) -> Bool {
    facts.isMatrixProduct(
      rows: places, isFloat && outputs > 1 ? max(outputs, 4) : outputs, sums: sums,
      of: places * outputs * sums * groups)
  }

  /// The stored node that views and aliases lead to.
  private func stored(_ id: NodeID) -> NodeID {
    var id = id
    while buffer(of: id) == nil, facts.literals[id] == nil, facts.form(of: id).isTransparent {
      id = facts.graph.operand(0, of: id)
    }
    return id
  }

  /// An input with zeros around it. Convolutions of one array, turned this way or that, share the copy.
  ///
  /// - Parameter isTurned: whether the other arrays of the convolution have the examples side by side, so that the
  ///   input had better have them so too.
  private mutating func padded(
    _ node: NodeID, lows: [Int], _ extents: [Int], isTurned: Bool
  ) throws(CompilerError) -> PaddedInput {
    var input = PaddedInput(node: node, axes: Array(extents.indices))
    let isWhole = extents == facts.extents(of: node)
    if isWhole, !isTurned || layout.isBatchLast(stored(node)) { return input }
    var source = node
    while buffer(of: source) == nil, case .transpose(let permutation) = facts.graph.operation(of: source) {
      input.axes = input.axes.map { permutation[$0] }
      source = facts.graph.operand(0, of: source)
    }
    var (own, space) = (lows, extents)
    for (axis, number) in input.axes.enumerated() { (own[number], space[number]) = (lows[axis], extents[axis]) }
    // What has been computed in row-major order is left so.
    let isCopyTurned = isTurned && space.first == layout.batch
    if isWhole && !isCopyTurned { return input }
    let key = PaddedKey(node: source, lows: own, extents: space, isBatchLast: isCopyTurned)
    if let copy = paddedCopies[key] {
      input.padded = copy
      return input
    }
    let copy = addBuffer(facts.graph.element(of: node), space)
    buffers[copy].isBatchLast = isCopyTurned
    paddedCopies[key] = copy
    try fill(copy, around: source, lows: own, gaps: space.map { _ in 1 })
    input.padded = copy
    return input
  }

  /// Where outputs fill little of a vector, some neighbouring places are computed together: of a window that is as much
  /// longer, which has the elements for each of the places and zeros around them.
  private mutating func widened(
    _ phases: [WindowWalk.Phase], window: NodeID, _ id: NodeID
  ) throws(CompilerError) -> (phases: [WindowWalk.Phase], window: Int)? {
    let element = facts.graph.element(of: id)
    let kernel = Array(facts.extents(of: window).suffix(3))
    let (lanes, outputs) = (unit.lanes(of: element), kernel[2])
    guard element.isFloat, kernel[0] == 1, outputs > 1, outputs < lanes, let last = phases.last, last.step == 1,
      phases.allSatisfy({ $0.run == 1 }), last.inputStep % last.inputWindowStep == 0,
      phases.dropLast().allSatisfy({ $0.windowFirst == 0 && $0.windowStep == 1 })
    else { return nil }
    let reach = last.inputStep / last.inputWindowStep
    /// The part of the products that are wanted.
    func yield(_ together: Int) -> Double {
      let width = together * outputs
      return Double(width * last.windowCount)
        / Double((width + lanes - 1) / lanes * lanes * (last.windowCount + reach * (together - 1)))
    }
    let choices = (1...8).filter { last.count % $0 == 0 }
    guard let together = choices.max(by: { yield($0) < yield($1) }), yield(together) > 1.25 * yield(1) else {
      return nil
    }
    let long = last.windowCount + reach * (together - 1)
    let extents = phases.dropLast().map(\.windowCount) + [long, kernel[1], together, outputs]
    // A window as large as an array is no kernel of a layer but takes part in the derivative by one.
    guard extents.elementCount <= ArrayPlanBuilder.wideWindow else { return nil }
    let copy = addBuffer(element, extents)
    fill(copy, with: Literal(0.0, element))
    for number in 0..<together {
      let space = phases.map(\.windowCount) + kernel.dropFirst()
      var loop = LoopBuilder(order: steps.count, extents: space)
      let place = loop.identity
      var from = phases.enumerated().map { LinearIndex.sum($1.windowFirst, [(place[$0], $1.windowStep)]) }
      from.append(LinearIndex(constant: 0, rank: space.count))
      from += place.suffix(2)
      var to = place
      to[phases.count - 1].offset += reach * number
      to.insert(LinearIndex(constant: number, rank: space.count), at: phases.count + 1)
      let value = try loop.value(of: window, at: from, self)
      loop.add(value, to: copy, .address(to, in: buffers[copy].extents, rank: space.count))
      append(loop)
    }
    var wide = phases
    wide[phases.count - 1] = WindowWalk.Phase(
      first: last.first, step: together, count: last.count / together, run: together, runStep: 1, windowFirst: 0,
      windowStep: 1, windowCount: long, input: last.input, inputStep: last.inputStep * together,
      inputWindowStep: last.inputWindowStep)
    return (wide, copy)
  }

  /// The part of a convolution that some phases are.
  ///
  /// The axes are those of the result, with two for each spatial axis: the places that meet different input, and runs of
  /// those that meet the same. Then come the elements of the window, and the channels.
  private mutating func addWindows(
    _ phases: [WindowWalk.Phase], input: PaddedInput, window: (node: NodeID, wide: Int?), to buffer: Int,
    _ id: NodeID, clips: Bool
  ) throws(CompilerError) {
    let extents = facts.extents(of: id)
    let (batch, kernel) = (extents[0], facts.extents(of: window.node))
    let (groups, channels, outputs) = (kernel[phases.count], kernel[phases.count + 1], kernel[phases.count + 2])
    let space =
      [batch] + phases.flatMap { [$0.count, $0.run] } + [groups, outputs] + phases.map(\.windowCount) + [channels]
    let summed = Array(space.count - phases.count - 1..<space.count)
    var loop = LoopBuilder(order: steps.count, extents: space)
    let place = loop.identity
    let group = 1 + 2 * phases.count
    var from = [place[0]]
    var (to, through) = (from, [LinearIndex]())
    var windows: [ClippedWindow] = []
    for (axis, phase) in phases.enumerated() {
      if clips {
        windows.append(
          ClippedWindow(
            sum: group + 2 + axis, place: 1 + 2 * axis, sumExtent: phase.windowCount, placeExtent: phase.count,
            step: phase.inputStep, low: -phase.input, extent: facts.extents(of: input.node)[axis + 1]))
      }
      let (walk, run, step) = (place[1 + 2 * axis], place[2 + 2 * axis], place[group + 2 + axis])
      from.append(.sum(phase.input, [(walk, phase.inputStep), (step, phase.inputWindowStep)]))
      to.append(.sum(phase.first, [(walk, phase.step), (run, phase.runStep)]))
      through.append(.sum(phase.windowFirst, [(step, phase.windowStep), (run, phase.windowRunStep)]))
    }
    from += [place[group], place[space.count - 1]]
    to += [place[group], place[group + 1]]
    through += window.wide == nil ? [place[group]] : []
    through += [place[space.count - 1], place[group + 1]]
    if window.wide != nil { through.insert(place[2 * phases.count], at: through.count - 1) }
    let result = address(to, in: extents, of: buffer, rank: space.count)
    let element = facts.graph.element(of: id)
    let (rows, sums) = (Array(space[..<group]).elementCount, Array(space[(group + 2)...]).elementCount)
    let wide = window.wide.map { ($0, LinearIndex.address(through, in: buffers[$0].extents, rank: space.count)) }
    if isMatrixProduct(places: rows, outputs: outputs, sums: sums, groups: groups, element.isFloat) {
      if let left = try loop.place(of: input, at: from, self),
        let right = try wide == nil ? loop.element(of: window.node, at: through, self) : wide
      {
        append(
          product: ContractionKernel(
            over: space, summed: summed, left: left, right: right, result: (buffer, result), element: element,
            unit: unit, rowParts: rowParts, isDirect: buffers[left.buffer].isBatchLast, windows: windows))
        return
      }
    }
    var factors: [KernelPlan.Operand] = []
    if let wide {
      factors.append(loop.read(wide.0, wide.1, self))
    } else {
      factors.append(try loop.value(of: window.node, at: through, self))
    }
    if let padded = try loop.place(of: input, at: from, self) {
      factors.insert(loop.read(padded.buffer, padded.address, self), at: 0)
    } else {
      factors.insert(try loop.value(of: input.node, at: from, self), at: 0)
    }
    let product = try loop.apply(.multiply, factors, element)
    try loop.add(product, reducing: summed, by: .add, from: Literal(0.0, element), to: buffer, result)
    append(loop)
  }
}

extension LoopBuilder {
  /// Where the element of a convolution's input lies; `nil` if it is computed.
  fileprivate mutating func place(
    of input: PaddedInput, at index: [LinearIndex], _ plan: ArrayPlanBuilder
  ) throws(CompilerError) -> ContractionKernel.Place? {
    guard let padded = input.padded else { return try element(of: input.node, at: index, plan) }
    var own = index
    for (axis, source) in input.axes.enumerated() { own[source] = index[axis] }
    return (padded, plan.address(own, in: plan.buffers[padded].extents, of: padded, rank: rank))
  }
}

/// What a copy within zeros is made of.
struct PaddedKey: Hashable {
  let node: NodeID
  let lows: [Int]
  let extents: [Int]
  let isBatchLast: Bool
}

/// The input of a convolution, and a copy within zeros if there is one: of the array that it is a transpose of.
struct PaddedInput: Hashable {
  let node: NodeID
  /// The copy's axis that each axis of the input is.
  var axes: [Int] = []
  var padded: Int?
}

extension LinearIndex {
  /// A sum of multiples of other indices, of which there is at least one.
  fileprivate static func sum(_ offset: Int, _ terms: [(index: LinearIndex, factor: Int)]) -> LinearIndex {
    var sum = LinearIndex(constant: offset, rank: terms[0].index.steps.count)
    for term in terms { sum.add(term.index, times: term.factor) }
    return sum
  }
}
