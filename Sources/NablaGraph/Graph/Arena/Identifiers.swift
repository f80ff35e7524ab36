/// A typed index into a ``Graph``; meaningless in any other graph.
///
/// Operands always precede their users, so the order of ids is a topological order.
public struct NodeID: Hashable, Comparable, BitwiseCopyable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ index: Int) { raw = UInt32(index) }

  @inlinable init(raw: UInt32) { self.raw = raw }

  @inlinable public var index: Int { Int(raw) }

  @inlinable public static func < (a: NodeID, b: NodeID) -> Bool { a.raw < b.raw }
}

extension NodeID: Strideable {
  @inlinable public func distance(to other: NodeID) -> Int { other.index - index }
  @inlinable public func advanced(by distance: Int) -> NodeID { NodeID(index + distance) }
}

/// An interned ``TensorType`` of a graph. Equal types have equal ids.
public struct TypeID: Hashable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ index: Int) { raw = UInt32(index) }

  @inlinable public var index: Int { Int(raw) }
}

/// A closed function body in a graph's function table.
public struct FunctionID: Hashable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ index: Int) { raw = UInt32(index) }

  @inlinable public var index: Int { Int(raw) }
}
