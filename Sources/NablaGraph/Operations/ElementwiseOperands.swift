/// The operands of an elementwise operation: one to three, without the array that would be made for every node.
public struct ElementwiseOperands: RandomAccessCollection, MutableCollection, Hashable, Sendable {
  @usableFromInline var first: NodeID
  @usableFromInline var second: NodeID
  @usableFromInline var third: NodeID
  public let count: Int

  @inlinable
  public init(_ x: NodeID) { (first, second, third, count) = (x, x, x, 1) }

  @inlinable
  public init(_ x: NodeID, _ y: NodeID) { (first, second, third, count) = (x, y, y, 2) }

  @inlinable
  public init(_ x: NodeID, _ y: NodeID, _ z: NodeID) { (first, second, third, count) = (x, y, z, 3) }

  /// - Precondition: one to three operands.
  @inlinable
  public init(_ operands: [NodeID]) {
    precondition((1...3).contains(operands.count), "an elementwise operation has one to three operands")
    first = operands[0]
    second = operands.count > 1 ? operands[1] : first
    third = operands.count > 2 ? operands[2] : second
    count = operands.count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable
  public subscript(position: Int) -> NodeID {
    get {
      precondition(position >= 0 && position < count, "an operand that the operation does not have")
      return position == 0 ? first : position == 1 ? second : third
    }
    set {
      precondition(position >= 0 && position < count, "an operand that the operation does not have")
      switch position {
      case 0: first = newValue
      case 1: second = newValue
      default: third = newValue
      }
    }
  }

  /// Each operand as something else takes it.
  @inlinable
  public func mapped(_ image: (NodeID) -> NodeID) -> ElementwiseOperands {
    let x = image(first)
    if count == 1 { return ElementwiseOperands(x) }
    let y = image(second)
    return count == 2 ? ElementwiseOperands(x, y) : ElementwiseOperands(x, y, image(third))
  }
}

extension ElementwiseOperands: ExpressibleByArrayLiteral {
  @inlinable public init(arrayLiteral elements: NodeID...) { self.init(elements) }
}

extension Graph {
  /// The operands of an elementwise node.
  @inlinable
  public func elementwiseOperands(of id: NodeID) -> ElementwiseOperands {
    let x = nodes.operand(0, of: id)
    switch nodes.operandCount(id) {
    case 1: return ElementwiseOperands(x)
    case 2: return ElementwiseOperands(x, nodes.operand(1, of: id))
    default: return ElementwiseOperands(x, nodes.operand(1, of: id), nodes.operand(2, of: id))
    }
  }

  /// Adds an elementwise node, or finds the equal one.
  @inlinable
  public mutating func apply(_ f: Elementwise, _ operands: ElementwiseOperands) -> NodeID {
    switch operands.count {
    case 1: apply(f, operands[0])
    case 2: apply(f, operands[0], operands[1])
    default: apply(f, operands[0], operands[1], operands[2])
    }
  }
}
