extension Elementwise {
  /// The type of the result: operands broadcast, element types equal (a cast says otherwise).
  public func resultType(_ operands: [TensorType]) throws(TypeError) -> TensorType {
    guard operands.count == arity else { throw .operandCount(expected: arity, found: operands.count) }
    var shape = operands[0].shape
    for operand in operands.dropFirst() { shape = try shape.broadcast(with: operand.shape) }
    return TensorType(try resultElement(operands.map(\.element)), shape)
  }

  private func resultElement(_ elements: [ElementType]) throws(TypeError) -> ElementType {
    let values = definition.typing == .selection ? elements.dropFirst() : elements[...]
    guard let element = values.first, values.allSatisfy({ $0 == element }) else { throw .elementTypes(elements) }
    switch definition.typing {
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
  ///   checked for possibility (`broadcast`, `reshape`).
  /// - Throws: ``TypeError`` with both shapes and the axis. ``call(_:)`` and ``result(_:)`` are typed by the graph,
  ///   which knows the function table.
  public func resultType(_ operands: [TensorType], stated: TensorType) throws(TypeError) -> TensorType {
    func one() throws(TypeError) -> TensorType {
      guard operands.count == 1 else { throw .operandCount(expected: 1, found: operands.count) }
      return operands[0]
    }
    switch self {
    case .constant, .parameter:
      guard operands.isEmpty else { throw .operandCount(expected: 0, found: operands.count) }
      return stated
    case .elementwise(let f):
      return try f.resultType(operands)
    case .cast:
      return TensorType(stated.element, try one().shape)
    case .stop:
      return try one()
    case .broadcast:
      let operand = try one()
      guard try operand.shape.broadcast(with: stated.shape) == stated.shape else {
        throw .broadcast(operand.shape, stated.shape, axis: 0)
      }
      return TensorType(operand.element, stated.shape)
    case .reshape:
      let operand = try one()
      guard operand.shape.count == stated.shape.count else { throw .reshape(from: operand.shape, to: stated.shape) }
      return TensorType(operand.element, stated.shape)
    case .transpose(let permutation):
      let operand = try one()
      guard permutation.sorted() == Array(0..<operand.shape.rank) else {
        throw .attribute("a permutation of \(operand.shape.rank) axes, not \(permutation)")
      }
      return TensorType(operand.element, Shape(permutation.map { operand.shape.dimensions[$0] }))
    case .slice(let slices):
      let operand = try one()
      guard slices.count == operand.shape.rank, slices.allSatisfy({ $0.step != 0 }) else {
        throw .attribute("one slice with a step an axis of \(operand.shape)")
      }
      return TensorType(operand.element, Shape(slices.map(\.count)))
    case .pad(let padding):
      let operand = try one()
      guard padding.count == operand.shape.rank else { throw .attribute("one padding an axis of \(operand.shape)") }
      let dimensions = zip(operand.shape.dimensions, padding).map { extent, pad in
        pad.low + extent + pad.high + Dimension(pad.interior) * (extent - 1)
      }
      return TensorType(operand.element, Shape(dimensions))
    case .concatenate(let axis):
      guard var result = operands.first else { throw .operandCount(expected: 1, found: 0) }
      guard result.shape.dimensions.indices.contains(axis) else {
        throw .axisOutOfRange(axis: axis, rank: result.shape.rank)
      }
      for operand in operands.dropFirst() {
        guard operand.element == result.element else { throw .elementTypes(operands.map(\.element)) }
        var rest = operand.shape
        guard rest.rank == result.shape.rank else { throw .broadcast(result.shape, rest, axis: axis) }
        let extent = rest.dimensions[axis]
        rest.dimensions[axis] = result.shape.dimensions[axis]
        guard rest == result.shape else { throw .broadcast(result.shape, operand.shape, axis: axis) }
        result.shape.dimensions[axis] = result.shape.dimensions[axis] + extent
      }
      return result
    case .reduce(let reduction, let axes):
      let operand = try one()
      for axis in axes where !operand.shape.dimensions.indices.contains(axis) {
        throw .axisOutOfRange(axis: axis, rank: operand.shape.rank)
      }
      let logical = reduction == .any || reduction == .all
      if logical != (operand.element == .bool) { throw .unsupported(operand.element) }
      let kept = operand.shape.dimensions.indices.filter { !axes.contains($0) }
      return TensorType(operand.element, Shape(kept.map { operand.shape.dimensions[$0] }))
    case .call, .result:
      return stated
    }
  }
}
