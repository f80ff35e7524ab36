/// The one intermediate representation: a hash-consed, append-only arena of typed nodes.
///
/// Equal subexpressions are one node, so common subexpressions vanish by construction. Operands precede users, so a
/// pass walks ids in order and never recurses. Types and operations with attributes are interned; a node is a few
/// numbers (`NodeTable`), and everything goes through the accessors here.
///
/// Pass a graph `inout`: a stray copy turns the next append into a copy of the arena.
public struct Graph: Sendable {
  /// An input of the graph.
  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let type: TensorType
  }

  // What a pass reads of every node is inlined into it: a call would take a copy of this structure's fields along.
  @usableFromInline var nodes = NodeTable()
  /// What nodes do that are not elementwise.
  @usableFromInline var operations = InternTable<Operation>()
  @usableFromInline var types = InternTable<TensorType>()
  var typing = TypingCache()
  var origins = OriginTable()
  @usableFromInline var originColumn: [OriginID] = []
  var functionsByContent: [String: FunctionID] = [:]

  public internal(set) var parameters: [Parameter] = []
  public internal(set) var functions: [Function] = []

  /// The origin that appended nodes get; passes set it to the origin of the node that they are rewriting.
  public var currentOrigin = OriginID.none

  /// What ``noteSettled(_:)`` has noted; 0 for nothing.
  var settledMark: UInt32 = 0

  public init() {}

  /// An empty graph with another one's table of origins, which they share until one of them adds to it.
  init(originsOf other: Graph) { origins = other.origins }

  /// The number of nodes.
  @inlinable public var count: Int { nodes.count }

  /// All nodes, operands before users.
  @inlinable public var ids: Range<NodeID> { NodeID(0)..<NodeID(nodes.count) }

  /// Makes room for `count` nodes in all, which makes building a large graph up to twice as fast.
  public mutating func reserveCapacity(_ count: Int) {
    // Growing by little again and again must not copy the arena again and again.
    let capacity = max(count, 2 * self.count)
    if originColumn.capacity >= count { return }
    nodes.reserveCapacity(capacity)
    originColumn.reserveCapacity(capacity)
  }
}

extension Graph {
  /// Gives back what only appending needs; the next node that is appended makes it anew, in a pass.
  public mutating func releaseIndex() { nodes.releaseIndex() }

  /// Makes room for `count` nodes in all that would be there twice while they grow. Room that nobody uses is no memory
  /// yet.
  public mutating func reserveNodes(_ count: Int) {
    if originColumn.capacity >= count { return }
    nodes.reserveNodes(count)
    originColumn.reserveCapacity(count)
  }
}

// MARK: - Reading

extension Graph {
  @inlinable public func operation(of id: NodeID) -> Operation {
    let opcode = nodes.opcode(id)
    if opcode >= NodeTable.firstAttribute { return operations[Int(opcode - NodeTable.firstAttribute)] }
    return .elementwise(Elementwise(opcode: opcode))
  }

  /// The elementwise operation of a node, without touching the attribute table.
  @inlinable public func elementwise(_ id: NodeID) -> Elementwise? {
    let opcode = nodes.opcode(id)
    return opcode < NodeTable.firstAttribute ? Elementwise(opcode: opcode) : nil
  }

  /// The value of a constant node.
  @inlinable public func constant(_ id: NodeID) -> Constant? {
    let opcode = nodes.opcode(id)
    if opcode < NodeTable.firstAttribute { return nil }
    if case .constant(let value) = operations[Int(opcode - NodeTable.firstAttribute)] { return value }
    return nil
  }

  /// The position in ``parameters`` of a parameter node.
  @inlinable public func parameterIndex(_ id: NodeID) -> Int? {
    let opcode = nodes.opcode(id)
    if opcode < NodeTable.firstAttribute { return nil }
    if case .parameter(let index) = operations[Int(opcode - NodeTable.firstAttribute)] { return index }
    return nil
  }

  @inlinable public func typeID(of id: NodeID) -> TypeID { nodes.type(id) }
  @inlinable public func type(of id: NodeID) -> TensorType { types[nodes.type(id).index] }
  @inlinable public func element(of id: NodeID) -> ElementType { types.values[nodes.type(id).index].element }
  @inlinable public func type(_ id: TypeID) -> TensorType { types[id.index] }

  @inlinable public func operandCount(of id: NodeID) -> Int { nodes.operandCount(id) }

  /// Operand `index` of a node, without building an array.
  @inlinable public func operand(_ index: Int, of id: NodeID) -> NodeID { nodes.operand(index, of: id) }

  /// The operands as an array; ``forEachOperand(of:_:)`` and ``operand(_:of:)`` do not allocate.
  @inlinable public func operands(of id: NodeID) -> [NodeID] {
    (0..<nodes.operandCount(id)).map { nodes.operand($0, of: id) }
  }

  /// Calls `body` with each operand in order; one that stands twice comes twice.
  @inlinable @inline(__always)
  public func forEachOperand(of id: NodeID, _ body: (NodeID) throws -> Void) rethrows {
    for position in 0..<nodes.operandCount(id) { try body(nodes.operand(position, of: id)) }
  }

  public func origin(of id: NodeID) -> Origin { origins[originColumn[id.index]] }
  @inlinable public func originID(of id: NodeID) -> OriginID { originColumn[id.index] }
  public func origin(_ id: OriginID) -> Origin { origins[id] }
}

extension Elementwise {
  /// The operation of a node's opcode, which is its raw value.
  ///
  /// Raw values count from zero, so that they are the bits of the cases; looking each one up takes longer than all else
  /// that is read of a node.
  @inlinable
  init(opcode: NodeTable.Opcode) { self = unsafeBitCast(UInt8(truncatingIfNeeded: opcode), to: Elementwise.self) }
}
