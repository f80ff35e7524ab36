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

  var nodes = NodeTable()
  /// What nodes do that are not elementwise.
  var operations = InternTable<Operation>()
  var types = InternTable<TensorType>()
  var typing = TypingCache()
  var origins = InternTable<Origin>()
  var originColumn: [OriginID] = []
  var functionsByContent: [String: FunctionID] = [:]

  public internal(set) var parameters: [Parameter] = []
  public internal(set) var functions: [Function] = []

  /// The origin that appended nodes get; passes set it to the origin of the node that they are rewriting.
  public var currentOrigin = OriginID.none

  public init() { _ = origins.intern(Origin()) }

  /// The number of nodes.
  public var count: Int { nodes.count }

  /// All nodes, operands before users.
  public var ids: Range<NodeID> { NodeID(0)..<NodeID(nodes.count) }

  /// Makes room for `count` nodes in all, which makes building a large graph up to twice as fast.
  public mutating func reserveCapacity(_ count: Int) {
    // Growing by little again and again must not copy the arena again and again.
    let capacity = max(count, 2 * self.count)
    if originColumn.capacity >= count { return }
    nodes.reserveCapacity(capacity)
    originColumn.reserveCapacity(capacity)
  }
}

// MARK: - Reading

extension Graph {
  public func operation(of id: NodeID) -> Operation {
    let opcode = nodes.opcode(id)
    if opcode >= NodeTable.firstAttribute { return operations[Int(opcode - NodeTable.firstAttribute)] }
    guard let f = Elementwise(rawValue: UInt8(opcode)) else { preconditionFailure("an opcode of no operation") }
    return .elementwise(f)
  }

  /// The elementwise operation of a node, without touching the attribute table.
  public func elementwise(_ id: NodeID) -> Elementwise? {
    let opcode = nodes.opcode(id)
    return opcode < NodeTable.firstAttribute ? Elementwise(rawValue: UInt8(opcode)) : nil
  }

  /// The value of a constant node.
  public func constant(_ id: NodeID) -> Constant? {
    let opcode = nodes.opcode(id)
    if opcode < NodeTable.firstAttribute { return nil }
    if case .constant(let value) = operations[Int(opcode - NodeTable.firstAttribute)] { return value }
    return nil
  }

  /// The position in ``parameters`` of a parameter node.
  public func parameterIndex(_ id: NodeID) -> Int? {
    let opcode = nodes.opcode(id)
    if opcode < NodeTable.firstAttribute { return nil }
    if case .parameter(let index) = operations[Int(opcode - NodeTable.firstAttribute)] { return index }
    return nil
  }

  public func typeID(of id: NodeID) -> TypeID { nodes.type(id) }
  public func type(of id: NodeID) -> TensorType { types[nodes.type(id).index] }
  public func type(_ id: TypeID) -> TensorType { types[id.index] }

  public func operandCount(of id: NodeID) -> Int { nodes.operandCount(id) }

  /// Operand `index` of a node, without building an array.
  public func operand(_ index: Int, of id: NodeID) -> NodeID { nodes.operand(index, of: id) }

  /// The operands as an array; ``forEachOperand(of:_:)`` and ``operand(_:of:)`` do not allocate.
  public func operands(of id: NodeID) -> [NodeID] {
    (0..<nodes.operandCount(id)).map { nodes.operand($0, of: id) }
  }

  /// Calls `body` with each operand in order; one that stands twice comes twice.
  @inline(__always)
  public func forEachOperand(of id: NodeID, _ body: (NodeID) throws -> Void) rethrows {
    for position in 0..<nodes.operandCount(id) { try body(nodes.operand(position, of: id)) }
  }

  public func origin(of id: NodeID) -> Origin { origins[originColumn[id.index].index] }
  public func originID(of id: NodeID) -> OriginID { originColumn[id.index] }
  public func origin(_ id: OriginID) -> Origin { origins[id.index] }
}
