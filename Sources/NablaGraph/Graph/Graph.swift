/// The one intermediate representation: a hash-consed, append-only arena of typed nodes.
///
/// Equal subexpressions are one node, so common subexpressions vanish by construction. Operands precede users, so a
/// pass walks ids in order and never recurses. A node takes 24 bytes and its intern slot about 6; attributes and types
/// are interned tables; the layout is this file's secret, and everything goes through accessors.
///
/// Pass a graph `inout`: a stray copy turns the next append into a copy of the arena.
public struct Graph: Sendable {
  /// An input of the graph.
  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let type: TensorType
  }

  /// Constant and parameter nodes, and every operation with an attribute, keep the operation in a table; elementwise
  /// nodes, which are nearly all, are known by the raw value alone.
  private struct Node: Sendable {
    /// An ``Elementwise`` raw value, or an index into `operations` offset by `firstAttribute`.
    var opcode: UInt32
    var type: TypeID
    var operandCount: UInt32
    /// Up to three operands inline; more are a slice of `operandPool` that begins at the first.
    var operands: (UInt32, UInt32, UInt32)
  }

  private static let firstAttribute: UInt32 = 256

  private var nodes: [Node] = []
  private var operandPool: [UInt32] = []
  private var operations = InternTable<Operation>()
  private var types = InternTable<TensorType>()
  private var slots: [UInt32] = []
  private var origins = InternTable<Origin>()
  private var originColumn: [OriginID] = []
  /// Answers of the typing rule for elementwise nodes with operands of one type, by opcode and type.
  private var uniformTypes: [UInt64: TypeID] = [:]

  public private(set) var parameters: [Parameter] = []
  public private(set) var functions: [Function] = []
  private var functionsByText: [String: FunctionID] = [:]

  /// The origin that appended nodes get; passes set it to the origin of the node that they are rewriting.
  public var currentOrigin = OriginID.none

  public init() {
    _ = origins.intern(Origin())
    slots = Array(repeating: Graph.emptySlot, count: 64)
  }

  /// The number of nodes.
  public var count: Int { nodes.count }

  /// All nodes, operands before users.
  public var ids: some RandomAccessCollection<NodeID> & Sendable { (0..<nodes.count).lazy.map { NodeID($0) } }

  public mutating func reserveCapacity(_ count: Int) {
    nodes.reserveCapacity(count)
    originColumn.reserveCapacity(count)
    var capacity = slots.count
    while capacity * 5 < count * 8 { capacity *= 2 }
    if capacity != slots.count { rehash(capacity) }
  }

  // MARK: Reading

  public func operation(of id: NodeID) -> Operation {
    let opcode = nodes[id.index].opcode
    if opcode >= Graph.firstAttribute { return operations[Int(opcode - Graph.firstAttribute)] }
    guard let f = Elementwise(rawValue: UInt8(opcode)) else { preconditionFailure("an opcode of no operation") }
    return .elementwise(f)
  }

  /// The elementwise operation of a node, without touching the attribute table.
  public func elementwise(_ id: NodeID) -> Elementwise? {
    let opcode = nodes[id.index].opcode
    return opcode < Graph.firstAttribute ? Elementwise(rawValue: UInt8(opcode)) : nil
  }

  /// The value of a constant node.
  public func constant(_ id: NodeID) -> Constant? {
    let opcode = nodes[id.index].opcode
    if opcode < Graph.firstAttribute { return nil }
    if case .constant(let value) = operations[Int(opcode - Graph.firstAttribute)] { return value }
    return nil
  }

  /// The position in ``parameters`` of a parameter node.
  public func parameterIndex(_ id: NodeID) -> Int? {
    if case .parameter(let index) = operation(of: id) { return index }
    return nil
  }

  public func typeID(of id: NodeID) -> TypeID { nodes[id.index].type }
  public func type(of id: NodeID) -> TensorType { types[nodes[id.index].type.index] }
  public func type(_ id: TypeID) -> TensorType { types[id.index] }

  public func operandCount(of id: NodeID) -> Int { Int(nodes[id.index].operandCount) }

  /// Operand `index` of a node, without building an array.
  public func operand(_ index: Int, of id: NodeID) -> NodeID {
    let node = nodes[id.index]
    precondition(index < Int(node.operandCount), "an operand that the node does not have")
    if node.operandCount > 3 { return NodeID(Int(operandPool[Int(node.operands.0) + index])) }
    switch index {
    case 0: return NodeID(Int(node.operands.0))
    case 1: return NodeID(Int(node.operands.1))
    default: return NodeID(Int(node.operands.2))
    }
  }

  public func operands(of id: NodeID) -> [NodeID] { (0..<operandCount(of: id)).map { operand($0, of: id) } }

  public func origin(of id: NodeID) -> Origin { origins[originColumn[id.index].index] }
  public func originID(of id: NodeID) -> OriginID { originColumn[id.index] }
  public func origin(_ id: OriginID) -> Origin { origins[id.index] }

  // MARK: Writing

  /// Adds an input. Two calls make two inputs, also with one name.
  public mutating func parameter(_ name: String, _ type: TensorType = TensorType()) -> NodeID {
    parameters.append(Parameter(name: name, type: type))
    return append(.parameter(parameters.count - 1), [], type: type)
  }

  /// Adds a node, or finds the equal one.
  ///
  /// - Precondition: the operands are of this graph and the type rule accepts them; text of unknown worth goes through
  ///   ``Operation/resultType(_:stated:)`` first.
  public mutating func append(_ operation: Operation, _ operands: [NodeID], type stated: TensorType) -> NodeID {
    let type: TensorType
    do {
      type = try operation.resultType(operands.map { self.type(of: $0) }, stated: stated)
    } catch {
      preconditionFailure("\(operation.name) of \(operands.map { self.type(of: $0) }): \(error)")
    }
    let opcode: UInt32
    if case .elementwise(let f) = operation {
      opcode = UInt32(f.rawValue)
    } else {
      opcode = UInt32(operations.intern(operation)) + Graph.firstAttribute
    }
    var node = Node(
      opcode: opcode, type: TypeID(types.intern(type)), operandCount: UInt32(operands.count), operands: (0, 0, 0))
    if operands.count > 3 { return append(node, pooled: operands) }
    if operands.count > 0 { node.operands.0 = operands[0].raw }
    if operands.count > 1 { node.operands.1 = operands[1].raw }
    if operands.count > 2 { node.operands.2 = operands[2].raw }
    return append(node)
  }

  public mutating func apply(_ f: Elementwise, _ x: NodeID) -> NodeID {
    append(f, 1, (x.raw, 0, 0)) { [$0.type(of: x)] }
  }

  public mutating func apply(_ f: Elementwise, _ x: NodeID, _ y: NodeID) -> NodeID {
    append(f, 2, (x.raw, y.raw, 0)) { [$0.type(of: x), $0.type(of: y)] }
  }

  public mutating func apply(_ f: Elementwise, _ x: NodeID, _ y: NodeID, _ z: NodeID) -> NodeID {
    append(f, 3, (x.raw, y.raw, z.raw)) { [$0.type(of: x), $0.type(of: y), $0.type(of: z)] }
  }

  /// The same with operands in an array.
  ///
  /// - Precondition: as many operands as the operation's arity.
  public mutating func apply(_ f: Elementwise, _ operands: [NodeID]) -> NodeID {
    append(.elementwise(f), operands, type: TensorType())
  }

  public mutating func constant(_ value: Constant, _ element: ElementType = .f64) -> NodeID {
    append(.constant(value), [], type: TensorType(element))
  }

  /// Unites an origin with what the node already has.
  public mutating func addOrigin(_ origin: Origin, to id: NodeID) {
    let known = originColumn[id.index]
    let united = known == .none ? origin : origins[known.index].union(origin)
    originColumn[id.index] = OriginID(origins.intern(united))
  }

  /// An origin to set ``currentOrigin`` to.
  public mutating func intern(_ origin: Origin) -> OriginID { OriginID(origins.intern(origin)) }

  /// Interns a closed function by content: equal bodies are one function.
  public mutating func intern(_ function: Function) -> FunctionID {
    let key = function.contentKey
    if let known = functionsByText[key] { return known }
    let id = FunctionID(functions.count)
    functions.append(function)
    functionsByText[key] = id
    return id
  }

  // MARK: Interning

  private static let emptySlot = UInt32.max

  /// Elementwise nodes skip the typing rule when all operands have one type and the rule has answered before.
  private mutating func append(
    _ f: Elementwise, _ arity: Int, _ operands: (UInt32, UInt32, UInt32), _ types: (Graph) -> [TensorType]
  ) -> NodeID {
    let first = nodes[Int(operands.0)].type
    let uniform =
      (arity < 2 || nodes[Int(operands.1)].type == first) && (arity < 3 || nodes[Int(operands.2)].type == first)
    let key = UInt64(f.rawValue) << 32 | UInt64(first.raw)
    let type: TypeID
    if uniform, let known = uniformTypes[key] {
      type = known
    } else {
      do {
        type = TypeID(self.types.intern(try f.resultType(types(self))))
      } catch {
        preconditionFailure("\(f.name) of \(types(self)): \(error)")
      }
      if uniform { uniformTypes[key] = type }
    }
    return append(Node(opcode: UInt32(f.rawValue), type: type, operandCount: UInt32(arity), operands: operands))
  }

  /// More than three operands go to the pool; they leave it again if an equal node is there.
  private mutating func append(_ node: Node, pooled operands: [NodeID]) -> NodeID {
    let start = operandPool.count
    operandPool.append(contentsOf: operands.lazy.map(\.raw))
    var node = node
    node.operands.0 = UInt32(start)
    let before = nodes.count
    let id = append(node)
    if nodes.count == before { operandPool.removeLast(operands.count) }
    return id
  }

  private mutating func append(_ node: Node) -> NodeID {
    if (nodes.count + 1) * 8 > slots.count * 5 { rehash(slots.count * 2) }
    var slot = Int(truncatingIfNeeded: hash(node)) & (slots.count - 1)
    while slots[slot] != Graph.emptySlot {
      let known = Int(slots[slot])
      if equal(nodes[known], node) {
        if currentOrigin != .none, originColumn[known] != currentOrigin {
          addOrigin(origins[currentOrigin.index], to: NodeID(known))
        }
        return NodeID(known)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    precondition(nodes.count < Int(Graph.emptySlot), "a graph holds at most 2³² - 1 nodes")
    slots[slot] = UInt32(nodes.count)
    nodes.append(node)
    originColumn.append(currentOrigin)
    return NodeID(nodes.count - 1)
  }

  private mutating func rehash(_ capacity: Int) {
    slots = Array(repeating: Graph.emptySlot, count: capacity)
    for (index, node) in nodes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash(node)) & (capacity - 1)
      while slots[slot] != Graph.emptySlot { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = UInt32(index)
    }
  }

  private func hash(_ node: Node) -> UInt64 {
    var state = UInt64(node.opcode) << 32 | UInt64(node.type.raw)
    func mix(_ word: UInt64) {
      state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 29
    }
    if node.operandCount > 3 {
      let start = Int(node.operands.0)
      for index in start..<start + Int(node.operandCount) { mix(UInt64(operandPool[index])) }
    } else {
      mix(UInt64(node.operands.0) << 32 | UInt64(node.operands.1))
      mix(UInt64(node.operands.2) << 8 | UInt64(node.operandCount))
    }
    return state
  }

  private func equal(_ a: Node, _ b: Node) -> Bool {
    guard a.opcode == b.opcode, a.type == b.type, a.operandCount == b.operandCount else { return false }
    if a.operandCount <= 3 { return a.operands == b.operands }
    let (x, y, count) = (Int(a.operands.0), Int(b.operands.0), Int(a.operandCount))
    return operandPool[x..<x + count] == operandPool[y..<y + count]
  }
}
