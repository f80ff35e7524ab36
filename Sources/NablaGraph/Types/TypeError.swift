/// Why an operation does not apply to its operands. Carries values; text is made at the edge.
public enum TypeError: Error, Hashable, Sendable {
  /// The shapes do not broadcast; `axis` counts in the longer shape.
  case broadcast(Shape, Shape, axis: Int)
  /// Axes of one label have different extents; each axis counts in its shape.
  case contraction(Shape, Shape, left: Int, right: Int)
  /// The operands of one operation have different element types; a cast is missing.
  case elementTypes([ElementType])
  /// An element type that the operation does not take.
  case unsupported(ElementType)
  case operandCount(expected: Int, found: Int)
  case axisOutOfRange(axis: Int, rank: Int)
  case reshape(from: Shape, to: Shape)
  /// A description of what a structural operation demands, such as the permutation of a transpose.
  case attribute(String)
}
