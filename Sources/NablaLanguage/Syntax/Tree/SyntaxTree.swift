import NablaDiagnostics

/// A parsed source: an arena of nodes in which children precede their parents.
///
/// A recursive enum would overflow the stack when a deep tree is released or compared; here a pass walks
/// ``ids`` in order and finds the results of all children ready. A node costs 20 bytes, and 4 more as a child.
public struct SyntaxTree: Sendable {
  public let source: SourceText
  /// The spelling of each ``NameID``, as it first appears in the source (`π` and `∞` as `pi` and `inf`).
  public internal(set) var names: [String] = []

  var nodes: [Node] = []
  /// The children of all nodes, those of one node side by side.
  var pool: [SyntaxID] = []
  /// The operators of all chains of comparisons.
  var chainOperators: [UInt8] = []

  init(source: SourceText) { self.source = source }

  /// The number of nodes.
  public var count: Int { nodes.count }
  /// The program; the last node.
  public var root: SyntaxID { SyntaxID(max(nodes.count - 1, 0)) }
  /// All nodes, children before parents.
  public var ids: some RandomAccessCollection<SyntaxID> { (0..<nodes.count).lazy.map { SyntaxID($0) } }

  struct Node: Hashable, Sendable {
    var tag: Tag
    /// An operator, a role, or which of the optional children are there.
    var detail: UInt8 = 0
    var lower: UInt32
    var upper: UInt32
    /// The start of the children in `pool`. For names and binders the ``NameID``. The place before the operands of a
    /// chain holds its start in `chainOperators`.
    var first: UInt32 = 0
    var childCount: UInt32 = 0
  }

  /// The node kinds without their children.
  enum Tag: UInt8, Sendable {
    case error, number, superscript, string, name, call, argument, prime, index, slice, ellipsis, member, conditional
    case prefix, infix, chain, juxtaposition, pipe, tuple, list, comprehension, binding, loop, whereClause
    case program, block, value, layer, definition, assignment, destructuring, variable
    case binder, parameter, type
  }
}
