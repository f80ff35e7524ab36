import NablaGraph

extension InstructionBuilder {
  /// Emits what one node does.
  mutating func compile(_ id: NodeID) throws(LoweringError) {
    let graph = program.graph
    let operation = graph.operation(of: id)
    // What a scan gives is in place since the scan.
    if case .result = operation { return }
    let operands = graph.operands(of: id)
    for operand in operands { try load(operand) }
    let element = graph.type(of: id).element
    switch operation {
    case .elementwise(let f):
      try compile(f, id, operands)
    case .cast:
      try releaseOperands(of: id)
      let source = place(of: operands[0])
      emit(
        .cast, from: graph.type(of: operands[0]).element, to: element, result: try define(id), [source],
        elements: try elements(of: id))
    case .broadcast:
      try move(operands[0], to: try define(id), try broadcast(from: operands[0], to: id))
      try releaseOperands(of: id)
    case .transpose(let permutation):
      let strides = Movement.strides(of: try extents(of: operands[0]))
      try move(operands[0], to: try define(id), try walk(over: id, source: permutation.map { strides[$0] }))
      try releaseOperands(of: id)
    case .slice(let slices):
      try move(operands[0], to: try define(id), try slice(slices, of: operands[0], to: id))
      try releaseOperands(of: id)
    case .pad(let padding):
      let result = try define(id)
      emit(.clear, result: result, [], elements: try elements(of: id))
      try move(operands[0], to: result, try pad(padding, operands[0], to: id))
      try releaseOperands(of: id)
    case .concatenate(let axis):
      let result = try define(id)
      let strides = Movement.strides(of: try extents(of: id))
      var offset = 0
      for operand in operands {
        var movement = try walk(over: operand, result: strides)
        movement.result = offset * strides[axis]
        try move(operand, to: result, movement)
        offset += try extents(of: operand)[axis]
      }
      try releaseOperands(of: id)
    case .reduce(let reduction, let axes):
      try reduce(reduction, axes, operands[0], id)
      try releaseOperands(of: id)
    case .contract(let contraction):
      try contract(contraction, operands, id)
      try releaseOperands(of: id)
    case .convolve(let convolution):
      try convolve(convolution, operands, id)
      try releaseOperands(of: id)
    case .iota:
      emit(.iota, result: try define(id), [], elements: try elements(of: id))
    case .gather(let gather):
      try compile(gather, .gather, array: operands[0], operands, id)
      try releaseOperands(of: id)
    case .scatter(let gather):
      try compile(gather, .scatter, array: id, operands, id)
      try releaseOperands(of: id)
    case .view(let view):
      try move(operands[0], to: try define(id), try self.view(view, of: operands[0], as: id))
      try releaseOperands(of: id)
    case .accumulate(let view):
      let transposed = try self.view(view, of: id, as: operands[0]).transposed
      emit(
        .accumulate, to: element, index: intern(transposed), result: try define(id), [place(of: operands[0])],
        elements: try elements(of: id))
      try releaseOperands(of: id)
    case .argReduce(let extremum, let axis):
      try along(axis, .findExtremum, extremum == .min ? .min : .max, operands[0], id)
      try releaseOperands(of: id)
    case .cumulative(let cumulation, let axis, let isReversed):
      try along(axis, isReversed: isReversed, .cumulate, cumulation == .sum ? .add : .multiply, operands[0], id)
      try releaseOperands(of: id)
    case .argsort(let axis):
      try along(axis, .argsort, .identity, operands[0], id)
      try releaseOperands(of: id)
    case .random(let site):
      let keys = try elements(of: operands[0])
      list.draws.append(Draw(site: Int64(site), count: try elements(of: id) / max(keys, 1)))
      emit(
        .draw, to: element, index: list.draws.count - 1, result: try define(id), [place(of: operands[0])],
        elements: try elements(of: id))
      try releaseOperands(of: id)
    case .scan(let scan):
      try compile(scan, id, operands)
    case .constant, .parameter, .stop, .reshape, .call, .result:
      preconditionFailure("\(operation.name) computes nothing")
    }
  }

  func place(of id: NodeID) -> UInt32 { register[Int(owner[id.index])] }

  private mutating func compile(_ f: Elementwise, _ id: NodeID, _ operands: [NodeID]) throws(LoweringError) {
    let graph = program.graph
    let extents = try extents(of: id)
    let elements = try elements(of: id)
    var places: [UInt32] = []
    var stretched: [UInt32] = []
    for operand in operands {
      if try self.extents(of: operand) == extents || elements == 1 {
        places.append(place(of: operand))
      } else {
        let copy = try registers.allocate(elements)
        try move(operand, to: copy, try broadcast(from: operand, to: id))
        places.append(copy)
        stretched.append(copy)
      }
    }
    // A result may overwrite its operands lane by lane, unless they are shorter than it.
    let inPlace = stretched.isEmpty
    if inPlace { try releaseOperands(of: id) }
    let result = try define(id)
    let operand = graph.type(of: operands[0]).element
    let action = action(f, operand: operand, result: graph.type(of: id).element)
    emit(action, f, result: result, places, elements: elements)
    if !inPlace { try releaseOperands(of: id) }
    for copy in stretched { registers.release(copy, elements) }
  }

  /// How an operation is executed on operands of an element type.
  private func action(_ f: Elementwise, operand: ElementType, result: ElementType) -> Instruction.Action {
    if f.definition.typing == .selection { return .select }
    if operand.isInteger {
      if result == .bool { return .integerTest }
      return result == .i64 ? .integers : .narrowIntegers
    }
    return result == .f32 ? .singles : .floats
  }

  // MARK: Movements

  private mutating func move(_ operand: NodeID, to result: UInt32, _ movement: Movement) throws(LoweringError) {
    emit(
      .move, index: intern(movement), result: result, [place(of: operand)], elements: try elements(of: operand))
  }

  mutating func intern(_ movement: Movement) -> Int {
    list.movements.append(movement)
    return list.movements.count - 1
  }

  /// A walk over the elements of a node; strides not given are those of its row-major order.
  mutating func walk(
    over id: NodeID, source: [Int]? = nil, result: [Int]? = nil
  ) throws(LoweringError) -> Movement {
    let extents = try extents(of: id)
    let own = Movement.strides(of: extents)
    let (from, to) = (source ?? own, result ?? own)
    return Movement(
      axes: extents.indices.map { Movement.Axis(extent: extents[$0], source: from[$0], result: to[$0]) })
  }

  private mutating func broadcast(from operand: NodeID, to id: NodeID) throws(LoweringError) -> Movement {
    let extents = try extents(of: operand)
    let strides = Movement.strides(of: extents)
    let rank = try self.extents(of: id).count
    var source = Array(repeating: 0, count: rank)
    for (axis, extent) in extents.enumerated() where extent != 1 { source[rank - extents.count + axis] = strides[axis] }
    return try walk(over: id, source: source)
  }

  private mutating func slice(
    _ slices: [Operation.Slice], of operand: NodeID, to id: NodeID
  ) throws(LoweringError) -> Movement {
    let extents = try extents(of: operand)
    let strides = Movement.strides(of: extents)
    var movement = try walk(over: id, source: zip(slices, strides).map { $0.step * $1 })
    for (axis, slice) in slices.enumerated() {
      let count = movement.axes[axis].extent
      guard let start = slice.start.constant else { throw .unknownExtent(program.graph.type(of: id)) }
      let (reach, overflow) = slice.step.multipliedReportingOverflow(by: max(count - 1, 0))
      let (last, beyond) = start.addingReportingOverflow(reach)
      guard
        count == 0
          || (!overflow && !beyond && (0..<extents[axis]).contains(start) && (0..<extents[axis]).contains(last))
      else { throw .sliceOutOfRange(start: start, step: slice.step, count: count, extent: extents[axis]) }
      if count > 0 { movement.source += start * strides[axis] }
    }
    return movement
  }

  /// Elements that negative padding cuts off are left out of the walk.
  private mutating func pad(
    _ padding: [Operation.Padding], _ operand: NodeID, to id: NodeID
  ) throws(LoweringError) -> Movement {
    let extents = try extents(of: id)
    let strides = Movement.strides(of: extents)
    var movement = try walk(over: operand, result: zip(padding, strides).map { ($0.interior + 1) * $1 })
    for (axis, padding) in padding.enumerated() {
      guard let low = padding.low.constant else { throw .unknownExtent(program.graph.type(of: id)) }
      let gap = padding.interior + 1
      let first = low >= 0 ? 0 : (-low + gap - 1) / gap
      let end = min(movement.axes[axis].extent, (extents[axis] - low + gap - 1) / gap)
      movement.axes[axis].extent = max(0, end - first)
      movement.source += first * movement.axes[axis].source
      movement.result += (low + first * gap) * strides[axis]
    }
    return movement
  }

  private mutating func contract(
    _ contraction: Contraction, _ operands: [NodeID], _ id: NodeID
  ) throws(LoweringError) {
    list.contractions.append(
      ContractionWalk(contraction, left: try extents(of: operands[0]), right: try extents(of: operands[1])))
    emit(
      .contract, to: program.graph.type(of: id).element, index: list.contractions.count - 1, result: try define(id),
      operands.map(place(of:)), elements: try elements(of: id))
  }

  private mutating func reduce(
    _ reduction: Operation.Reduction, _ axes: [Int], _ operand: NodeID, _ id: NodeID
  ) throws(LoweringError) {
    let extents = try extents(of: operand)
    let kept = Movement.strides(of: try self.extents(of: id))
    var result: [Int] = []
    var next = 0
    for axis in extents.indices {
      result.append(axes.contains(axis) ? 0 : kept[next])
      if !axes.contains(axis) { next += 1 }
    }
    let element = program.graph.type(of: id).element
    var movement = try walk(over: operand, result: result)
    movement.start = intern(Literal(reduction.start, element))
    emit(
      .reduce, reduction.combination, to: element, index: intern(movement), result: try define(id),
      [place(of: operand)], elements: try elements(of: id))
  }
}

extension Operation.Reduction {
  /// The elementwise operation that takes one more element in.
  public var combination: Elementwise {
    switch self {
    case .sum: .add
    case .product: .multiply
    case .min, .firstMin: .min
    case .max, .firstMax: .max
    case .any: .or
    case .all: .and
    }
  }

  /// What an empty reduction gives; for integers the nearest end of the range.
  public var start: Double {
    switch self {
    case .sum, .any: 0
    case .product, .all: 1
    case .min, .firstMin: .infinity
    case .max, .firstMax: -.infinity
    }
  }
}
