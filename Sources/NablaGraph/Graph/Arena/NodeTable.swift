/// The nodes of a graph as columns of numbers, each distinct node once.
///
/// What the numbers mean (operations, types) is the graph's business; how they lie in memory is this file's secret. A
/// node takes 24 bytes, and 7 to 14 in the index, which is there from the first node that is added to the last one.
@usableFromInline
struct NodeTable: Sendable {
  /// An elementwise operation's raw value, or a position in the graph's operation table plus ``firstAttribute``.
  @usableFromInline typealias Opcode = UInt32

  @inlinable static var firstAttribute: Opcode { 256 }

  /// One node: what hash-consing compares.
  @usableFromInline
  struct Node: Sendable {
    @usableFromInline let opcode: Opcode
    @usableFromInline let type: TypeID
    @usableFromInline let operandCount: UInt32
    /// Up to three operands; more are a slice of the pool that begins at the first.
    @usableFromInline var operands: (UInt32, UInt32, UInt32)
  }

  @usableFromInline private(set) var nodes: [Node] = []
  /// The operands of nodes that have more than three.
  @usableFromInline private(set) var pool: [UInt32] = []
  private var index = NodeIndex()

  @inlinable var count: Int { nodes.count }

  mutating func reserveCapacity(_ count: Int) {
    nodes.reserveCapacity(count)
    rebuildIndex(for: count)
  }

  /// Makes room for `count` nodes in all, but in the index, which is made anew as it grows.
  mutating func reserveNodes(_ count: Int) { nodes.reserveCapacity(count) }

  /// Gives the memory of the index back, where nothing is appended for now. The next node that is makes it anew.
  mutating func releaseIndex() { index = NodeIndex() }

  // MARK: Reading

  @inlinable func opcode(_ id: NodeID) -> Opcode { nodes[id.index].opcode }
  @inlinable func type(_ id: NodeID) -> TypeID { nodes[id.index].type }
  @inlinable func operandCount(_ id: NodeID) -> Int { Int(nodes[id.index].operandCount) }

  @inlinable func operand(_ position: Int, of id: NodeID) -> NodeID {
    let count = Int(nodes[id.index].operandCount)
    precondition(position >= 0 && position < count, "an operand that the node does not have")
    if count > 3 { return NodeID(raw: pool[Int(nodes[id.index].operands.0) + position]) }
    switch position {
    case 0: return NodeID(raw: nodes[id.index].operands.0)
    case 1: return NodeID(raw: nodes[id.index].operands.1)
    default: return NodeID(raw: nodes[id.index].operands.2)
    }
  }

  /// Where a node equal to this one is found: at itself, if the table is right.
  func find(_ id: NodeID) -> NodeID? {
    if index.isReleased { return id }
    let node = nodes[id.index]
    return index.find(place(node), hash(node), where: { equal(nodes[$0], node) }).map { NodeID($0) }
  }

  // MARK: Writing

  /// Adds a node with at most three operands, or finds it; unused operands are zero.
  @inline(__always)
  mutating func intern(
    _ opcode: Opcode, _ type: TypeID, _ count: Int, _ x: UInt32, _ y: UInt32, _ z: UInt32
  ) -> (id: NodeID, isNew: Bool) {
    intern(Node(opcode: opcode, type: type, operandCount: UInt32(truncatingIfNeeded: count), operands: (x, y, z)))
  }

  /// Adds a node with any number of operands, or finds it.
  mutating func intern(_ opcode: Opcode, _ type: TypeID, _ operands: [NodeID]) -> (id: NodeID, isNew: Bool) {
    func raw(_ position: Int) -> UInt32 { position < operands.count ? operands[position].raw : 0 }
    if operands.count <= 3 { return intern(opcode, type, operands.count, raw(0), raw(1), raw(2)) }
    let start = pool.count
    precondition(start <= UInt32.max, "the operand pool of a graph is full")
    pool.append(contentsOf: operands.lazy.map(\.raw))
    let node = Node(
      opcode: opcode, type: type, operandCount: UInt32(operands.count), operands: (UInt32(start), 0, 0))
    let result = intern(node)
    if !result.isNew { pool.removeLast(operands.count) }
    return result
  }

  @inline(__always)
  private mutating func intern(_ node: Node) -> (id: NodeID, isNew: Bool) {
    let (place, hash) = (place(node), hash(node))
    if let found = index.find(place, hash, where: { equal(nodes[$0], node) }) { return (NodeID(found), false) }
    if index.isFull {
      let isUnknown = index.isReleased && !nodes.isEmpty
      rebuildIndex(for: nodes.count)
      if isUnknown, let found = index.find(place, hash, where: { equal(nodes[$0], node) }) {
        return (NodeID(found), false)
      }
    }
    index.insert(nodes.count, place, hash)
    nodes.append(node)
    return (NodeID(nodes.count - 1), true)
  }

  /// Adds a node that is not there, by what each of its operands is here, without looking for it.
  mutating func appendDistinct(_ opcode: Opcode, _ type: TypeID, _ count: Int, _ operand: (Int) -> UInt32) -> NodeID {
    if !index.isReleased { releaseIndex() }
    var operands: (UInt32, UInt32, UInt32) = (0, 0, 0)
    if count > 3 {
      precondition(pool.count <= UInt32.max, "the operand pool of a graph is full")
      operands.0 = UInt32(pool.count)
      for position in 0..<count { pool.append(operand(position)) }
    } else {
      if count > 0 { operands.0 = operand(0) }
      if count > 1 { operands.1 = operand(1) }
      if count > 2 { operands.2 = operand(2) }
    }
    precondition(nodes.count < HashIndex.limit, "a graph holds fewer than 2³² nodes")
    nodes.append(Node(opcode: opcode, type: type, operandCount: UInt32(count), operands: operands))
    return NodeID(nodes.count - 1)
  }

  /// Makes the index anew with room for `count` nodes and some more. The nodes are read in their order.
  @inline(never)
  private mutating func rebuildIndex(for count: Int) {
    index = NodeIndex()
    index = NodeIndex.empty(for: count)
    for position in nodes.indices { index.insert(position, place(nodes[position]), hash(nodes[position])) }
  }

  // MARK: Identity

  /// Where the index keeps the node: equal nodes have equal places, and nodes with recent operands near ones.
  @inline(__always)
  private func place(_ node: Node) -> UInt32 {
    if node.operandCount == 0 { return node.opcode }
    if node.operandCount > 3 { return pool[Int(node.operands.0) + Int(node.operandCount) - 1] }
    return max(node.operands.0, node.operands.1, node.operands.2)
  }

  @inline(__always)
  private func hash(_ node: Node) -> UInt64 {
    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xD1B5_4A32_D192_ED03)
      return product.high ^ product.low
    }
    let head = mix(UInt64(node.opcode) << 32 | UInt64(node.type.raw), UInt64(node.operandCount))
    if node.operandCount <= 3 {
      return mix(mix(head, UInt64(node.operands.0) << 32 | UInt64(node.operands.1)), UInt64(node.operands.2))
    }
    let start = Int(node.operands.0)
    return pool[start..<start + Int(node.operandCount)].reduce(head) { mix($0, UInt64($1)) }
  }

  @inline(__always)
  private func equal(_ a: Node, _ b: Node) -> Bool {
    guard a.opcode == b.opcode, a.type == b.type, a.operandCount == b.operandCount else { return false }
    if a.operandCount <= 3 { return a.operands == b.operands }
    let (x, y, count) = (Int(a.operands.0), Int(b.operands.0), Int(a.operandCount))
    return pool[x..<x + count] == pool[y..<y + count]
  }
}
