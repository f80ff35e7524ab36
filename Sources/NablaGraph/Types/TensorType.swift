/// The type of a node: the element type and the shape. A scalar has rank 0.
public struct TensorType: Hashable, Sendable {
  public var element: ElementType
  public var shape: Shape

  public init(_ element: ElementType = .f64, _ shape: Shape = .scalar) {
    self.element = element
    self.shape = shape
  }

  public var isScalar: Bool { shape.rank == 0 }
}

extension TensorType: CustomStringConvertible {
  /// `f64` or `f32[m, 3]`.
  public var description: String { isScalar ? element.rawValue : "\(element.rawValue)\(shape)" }
}

/// The extents of a tensor's axes, outermost first.
public struct Shape: Hashable, Sendable {
  public var dimensions: [Dimension]

  public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  public static let scalar = Shape([])

  public var rank: Int { dimensions.count }

  /// The number of elements, as a dimension.
  public var count: Dimension { dimensions.reduce(1, *) }

  /// The number of elements, where every extent is a known number.
  public var knownCount: Int? { count.constant }

  /// NumPy's broadcasting on symbols: axes are aligned at the end, and only a literal `1` stretches.
  ///
  /// - Throws: ``TypeError/broadcast(_:_:axis:)`` with both shapes and the axis in the longer one.
  public func broadcast(with other: Shape) throws(TypeError) -> Shape {
    if self == other || other.rank == 0 { return self }
    if self.rank == 0 { return other }
    let rank = max(self.rank, other.rank)
    var result: [Dimension] = []
    for axis in 0..<rank {
      let a = axis - (rank - self.rank)
      let b = axis - (rank - other.rank)
      if a < 0 {
        result.append(other.dimensions[b])
      } else if b < 0 {
        result.append(dimensions[a])
      } else if dimensions[a] == other.dimensions[b] || other.dimensions[b].isOne {
        result.append(dimensions[a])
      } else if dimensions[a].isOne {
        result.append(other.dimensions[b])
      } else {
        throw .broadcast(self, other, axis: axis)
      }
    }
    return Shape(result)
  }

  /// The axes of `self` over which a value of shape `operand` was repeated when it was broadcast to `self`.
  public func axesStretched(from operand: Shape) -> [Int] {
    let lead = rank - operand.rank
    return (0..<rank).filter { axis in
      axis < lead || (operand.dimensions[axis - lead].isOne && !dimensions[axis].isOne)
    }
  }
}

extension Shape: CustomStringConvertible {
  public var description: String { "[" + dimensions.map(\.description).joined(separator: ", ") + "]" }
}
