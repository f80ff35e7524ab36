extension Elementwise {
  /// The type of the result: operands broadcast, element types equal (a cast says otherwise).
  public func resultType(_ operands: [TensorType]) throws(TypeError) -> TensorType {
    guard operands.count == arity else { throw .operandCount(expected: arity, found: operands.count) }
    var shape = operands[0].shape
    for operand in operands.dropFirst() { shape = try shape.broadcast(with: operand.shape) }
    return TensorType(try resultElement(operands.map(\.element)), shape)
  }

  private func resultElement(_ elements: [ElementType]) throws(TypeError) -> ElementType {
    let values = typing == .selection ? elements.dropFirst() : elements[...]
    guard let element = values.first, values.allSatisfy({ $0 == element }) else { throw .elementTypes(elements) }
    switch typing {
    case .numeric:
      if element == .bool { throw .unsupported(element) }
      return element
    case .real:
      if !element.isFloat { throw .unsupported(element) }
      return element
    case .comparison:
      return .bool
    case .logical:
      if element != .bool { throw .unsupported(element) }
      return .bool
    case .selection:
      if elements[0] != .bool { throw .unsupported(elements[0]) }
      return element
    }
  }
}

extension Operation {
  /// The type of a node with this operation, from its operands' types.
  ///
  /// - Parameter stated: the type that the node claims; used as it is where the operation does not determine it, and
  ///   checked for possibility (`broadcast`, `reshape`). Known extents are never negative.
  /// - Throws: ``TypeError`` with both shapes and the axis. ``call(_:)`` and ``result(_:)`` are typed by the graph,
  ///   which knows the function table.
  public func resultType(_ operands: [TensorType], stated: TensorType) throws(TypeError) -> TensorType {
    let type: TensorType
    switch self {
    case .elementwise(let f):
      // Extents of operands are right already.
      return try f.resultType(operands)
    case .constant(let value):
      try expectCount(0, operands)
      guard stated.isScalar, value.isValue(of: stated.element) else {
        throw .attribute("a scalar type that has the value \(value), not \(stated)")
      }
      return stated
    case .parameter:
      try expectCount(0, operands)
      type = stated
    case .concatenate(let axis):
      type = try Operation.concatenated(operands, axis)
    case .contract(let contraction):
      try expectCount(2, operands)
      return try contraction.resultType(operands[0], operands[1])
    case .convolve(let convolution):
      try expectCount(2, operands)
      type = try convolution.resultType(operands[0], operands[1])
    case .iota:
      try expectCount(0, operands)
      guard stated.shape.rank == 1, stated.element.isInteger else {
        throw .attribute("integers along one axis, not \(stated)")
      }
      type = stated
    case .gather(let gather):
      guard let array = operands.first else { throw .operandCount(expected: 2, found: 0) }
      type = TensorType(array.element, try gather.shape(of: array.shape, by: Array(operands.dropFirst())))
    case .scatter(let gather):
      guard let updates = operands.first else { throw .operandCount(expected: 2, found: 0) }
      guard updates.element != .bool else { throw .unsupported(.bool) }
      let shape = try gather.shape(of: stated.shape, by: Array(operands.dropFirst()))
      guard updates.shape == shape else { throw .attribute("updates of the shape \(shape), not \(updates.shape)") }
      type = TensorType(updates.element, stated.shape)
    case .call, .result, .scan:
      return stated
    default:
      try expectCount(1, operands)
      type = try resultType(of: operands[0], stated: stated)
    }
    for extent in type.shape.dimensions where extent.isUndefined || extent.constant.map({ $0 < 0 }) ?? false {
      throw .attribute("extents that are not negative, not \(type.shape)")
    }
    return type
  }

  private func expectCount(_ count: Int, _ operands: [TensorType]) throws(TypeError) {
    guard operands.count == count else { throw .operandCount(expected: count, found: operands.count) }
  }

  /// The rules of the operations with one operand.
  private func resultType(of operand: TensorType, stated: TensorType) throws(TypeError) -> TensorType {
    let shape = operand.shape
    switch self {
    case .constant, .parameter, .elementwise, .concatenate, .contract, .convolve, .iota, .gather, .scatter, .call,
      .scan, .result, .stop:
      return operand
    case .view(let view):
      try view.verify(array: shape, view: stated.shape)
      return TensorType(operand.element, stated.shape)
    case .accumulate(let view):
      guard operand.element != .bool else { throw .unsupported(.bool) }
      try view.verify(array: stated.shape, view: shape)
      return TensorType(operand.element, stated.shape)
    case .argReduce(_, let axis):
      try expectAxis(axis, of: shape)
      var rest = shape
      rest.dimensions.remove(at: axis)
      return TensorType(.i64, rest)
    case .cumulative(_, let axis, _):
      try expectAxis(axis, of: shape)
      guard operand.element != .bool else { throw .unsupported(.bool) }
      return operand
    case .argsort(let axis):
      try expectAxis(axis, of: shape)
      return TensorType(.i64, shape)
    case .random:
      guard operand.element == .i64, stated.shape.dimensions.starts(with: shape.dimensions) else {
        throw .attribute("an i64 as the key, or one for each of the first axes, not \(operand)")
      }
      guard stated.element != .bool else { throw .unsupported(.bool) }
      return stated
    case .cast:
      return TensorType(stated.element, shape)
    case .broadcast:
      let common = try shape.broadcast(with: stated.shape)
      guard common == stated.shape else {
        let axis = zip(common.dimensions, stated.shape.dimensions).enumerated().first { $1.0 != $1.1 }?.offset
        throw .broadcast(shape, stated.shape, axis: axis ?? 0)
      }
      return TensorType(operand.element, stated.shape)
    case .reshape:
      // What cannot be decided yet is checked when sizes are numbers.
      guard shape.count.mayEqual(stated.shape.count), !shape.count.isUndefined else {
        throw .reshape(from: shape, to: stated.shape)
      }
      return TensorType(operand.element, stated.shape)
    case .transpose(let permutation):
      guard permutation.sorted() == Array(0..<shape.rank) else {
        throw .attribute("a permutation of \(shape.rank) axes, not \(permutation)")
      }
      return TensorType(operand.element, Shape(permutation.map { shape.dimensions[$0] }))
    case .slice(let slices):
      guard slices.count == shape.rank, zip(slices, shape.dimensions).allSatisfy({ $0.isWithin($1) }) else {
        throw .attribute("one slice with a step within each axis of \(shape)")
      }
      return TensorType(operand.element, Shape(slices.map(\.count)))
    case .pad(let padding):
      guard padding.count == shape.rank, padding.allSatisfy(\.isPossible) else {
        throw .attribute("one padding with an interior that is not negative for each axis of \(shape)")
      }
      return TensorType(operand.element, Shape(zip(padding, shape.dimensions).map { $0.padded($1) }))
    case .reduce(let reduction, let axes):
      return try Operation.reduced(operand, reduction, axes)
    }
  }

  private func expectAxis(_ axis: Int, of shape: Shape) throws(TypeError) {
    guard shape.dimensions.indices.contains(axis) else { throw .axisOutOfRange(axis: axis, rank: shape.rank) }
  }

  private static func reduced(
    _ operand: TensorType, _ reduction: Reduction, _ axes: [Int]
  ) throws(TypeError) -> TensorType {
    let dimensions = operand.shape.dimensions
    for axis in axes where !dimensions.indices.contains(axis) {
      throw .axisOutOfRange(axis: axis, rank: dimensions.count)
    }
    guard zip(axes, axes.dropFirst()).allSatisfy(<) else { throw .attribute("axes in ascending order, not \(axes)") }
    if reduction.isLogical != (operand.element == .bool) { throw .unsupported(operand.element) }
    let collapsed = Set(axes)
    let kept = dimensions.indices.filter { !collapsed.contains($0) }
    return TensorType(operand.element, Shape(kept.map { dimensions[$0] }))
  }

  private static func concatenated(_ operands: [TensorType], _ axis: Int) throws(TypeError) -> TensorType {
    guard var result = operands.first else { throw .operandCount(expected: 1, found: 0) }
    guard result.shape.dimensions.indices.contains(axis) else {
      throw .axisOutOfRange(axis: axis, rank: result.shape.rank)
    }
    var extent = result.shape.dimensions[axis]
    for operand in operands.dropFirst() {
      guard operand.element == result.element else { throw .elementTypes(operands.map(\.element)) }
      var rest = operand.shape
      guard rest.rank == result.shape.rank else { throw .broadcast(result.shape, operand.shape, axis: axis) }
      rest.dimensions[axis] = result.shape.dimensions[axis]
      if let other = rest.dimensions.indices.first(where: { rest.dimensions[$0] != result.shape.dimensions[$0] }) {
        throw .broadcast(result.shape, operand.shape, axis: other)
      }
      extent = extent + operand.shape.dimensions[axis]
    }
    result.shape.dimensions[axis] = extent
    return result
  }
}

extension Operation.Slice {
  /// Whether it may be a part of an axis; what cannot be known yet may.
  fileprivate func isWithin(_ extent: Dimension) -> Bool {
    // The least integer has no opposite step.
    if step == 0 || step == .min || start.isUndefined || count.isUndefined { return false }
    if let count = count.constant, count <= 0 { return count == 0 }
    let last = start + Dimension(step) * (count - 1)
    return [start, last].allSatisfy { index in
      let isNegative = index.constant.map { $0 < 0 } ?? false
      let isBeyond = (extent - 1 - index).constant.map { $0 < 0 } ?? false
      return !isNegative && !isBeyond && !index.isUndefined
    }
  }
}

extension Operation.Padding {
  fileprivate var isPossible: Bool {
    interior >= 0 && !low.isUndefined && !high.isUndefined
  }

  /// The extent with the padding; nothing is between the elements of an empty axis.
  fileprivate func padded(_ extent: Dimension) -> Dimension {
    let gaps = extent == 0 || interior == 0 ? 0 : Dimension(interior) * (extent - 1)
    return low + extent + gaps + high
  }
}

extension Operation.Reduction {
  fileprivate var isLogical: Bool { self == .any || self == .all }
}
