import NablaGraph

/// Operations that choose elements by place, and those along one axis.
extension InstructionBuilder {
  /// The walk over the elements of a view of an array, which lie at the results' own places.
  ///
  /// - Throws: ``LoweringError/viewOutOfRange(axis:first:last:extent:)`` where the view leaves the array.
  mutating func view(_ view: View, of array: NodeID, as id: NodeID) throws(LoweringError) -> Movement {
    let extents = try extents(of: array)
    let strides = Movement.strides(of: extents)
    let shape = try self.extents(of: id)
    var source = Array(repeating: 0, count: shape.count)
    var start = 0
    let isEmpty = shape.contains(0)
    for (number, axis) in view.axes.enumerated() where !isEmpty {
      guard let first = axis.start.constant else { throw .unknownExtent(program.graph.type(of: id)) }
      var (least, greatest) = (first, first)
      for (position, dimension) in axis.steps.enumerated() {
        guard let step = dimension.constant else { throw .unknownExtent(program.graph.type(of: id)) }
        let (reach, overflow) = step.multipliedReportingOverflow(by: shape[position] - 1)
        let (end, beyond) = (step < 0 ? least : greatest).addingReportingOverflow(reach)
        guard !overflow, !beyond else {
          throw .viewOutOfRange(axis: number, first: first, last: step < 0 ? .min : .max, extent: extents[number])
        }
        if step < 0 { least = end } else { greatest = end }
        // A step along an axis of one place is never taken.
        if shape[position] > 1 { source[position] += step * strides[number] }
      }
      guard least >= 0, greatest < extents[number] else {
        throw .viewOutOfRange(axis: number, first: least, last: greatest, extent: extents[number])
      }
      start += first * strides[number]
    }
    var movement = try walk(over: id, source: source)
    movement.source = start
    return movement
  }

  /// - Parameter array: what the indices choose from: the first operand of a gather, the result of a scatter.
  mutating func compile(
    _ gather: Gather, _ action: Instruction.Action, array: NodeID, _ operands: [NodeID], _ id: NodeID
  ) throws(LoweringError) {
    let indices = (extents: try extents(of: operands[1]), registers: operands.dropFirst().map(place(of:)))
    list.gathers.append(
      GatherWalk(
        gather, array: try extents(of: array), indices: indices, ranges: program.graph.origin(of: id).ranges))
    emit(
      action, to: program.graph.type(of: id).element, index: list.gathers.count - 1, result: try define(id),
      [place(of: operands[0])], elements: try elements(of: id))
  }

  mutating func along(
    _ axis: Int, isReversed: Bool = false, _ action: Instruction.Action, _ function: Elementwise, _ operand: NodeID,
    _ id: NodeID
  ) throws(LoweringError) {
    list.axes.append(AxisWalk(try extents(of: operand), axis: axis, isReversed: isReversed))
    emit(
      action, function, from: program.graph.type(of: operand).element, to: program.graph.type(of: id).element,
      index: list.axes.count - 1, result: try define(id), [place(of: operand)], elements: try elements(of: id))
  }

  mutating func convolve(
    _ convolution: Convolution, _ operands: [NodeID], _ id: NodeID
  ) throws(LoweringError) {
    var low: [Int] = []
    for window in convolution.windows {
      guard let zeros = window.low.constant else { throw .unknownExtent(program.graph.type(of: id)) }
      low.append(zeros)
    }
    list.convolutions.append(
      ConvolutionWalk(
        convolution, input: try extents(of: operands[0]), window: try extents(of: operands[1]),
        result: try extents(of: id), low: low))
    emit(
      .convolve, to: program.graph.type(of: id).element, index: list.convolutions.count - 1, result: try define(id),
      operands.map(place(of:)), elements: try elements(of: id))
  }
}
