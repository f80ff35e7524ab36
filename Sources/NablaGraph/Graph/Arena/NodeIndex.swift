/// Positions in the table of nodes by content, laid out so that what is made together is found together.
///
/// A node is nearly always looked for soon after its last operand was made. So its home is a line of 64 bytes chosen by
/// that operand, and a pass through a large arena walks through the index instead of jumping about in it. What finds its
/// line full, because many nodes have one last operand, is in a table by hash. Nothing is removed.
struct NodeIndex: Sendable {
  private var lines: NodeIndexLines?
  private var overflow = HashIndex()
  /// How many more positions there are before the lines become too full.
  private var room = 0

  /// Positions for two lines before there are twice as many.
  private static let load = 18

  /// Whether nothing is in it: it is new, or was given back.
  var isReleased: Bool { lines == nil }

  /// Whether the index must be made anew before it takes one more.
  @inline(__always)
  var isFull: Bool { room == 0 }

  /// The position that was inserted with this place and hash, and passes the test.
  @inline(__always)
  func find(_ place: UInt32, _ hash: UInt64, where isEqual: (Int) -> Bool) -> Int? {
    guard let lines else { return nil }
    let tag = NodeIndex.tag(hash)
    let line = lines[place]
    for slot in 0..<NodeIndexLines.Line.width {
      let known = line.tag(slot)
      if known == 0 { return nil }
      if known == tag {
        let position = line.position(slot)
        if isEqual(position) { return position }
      }
    }
    return overflow.find(hash, where: isEqual)
  }

  /// Adds a position that ``find(_:_:where:)`` does not find.
  ///
  /// - Precondition: the index is not full.
  @inline(__always)
  mutating func insert(_ position: Int, _ place: UInt32, _ hash: UInt64) {
    precondition(position < HashIndex.limit, "a graph holds fewer than 2³² nodes")
    room -= 1
    if !isKnownUniquelyReferenced(&lines) { lines = lines?.copy() }
    guard let line = lines?[place] else { preconditionFailure("an index without lines is full") }
    for slot in 0..<NodeIndexLines.Line.width where line.tag(slot) == 0 {
      line.set(slot, NodeIndex.tag(hash), position)
      return
    }
    overflow.insert(position, hash: hash)
  }

  /// What a line keeps of a hash: not 0, which is an empty slot.
  @inline(__always)
  private static func tag(_ hash: UInt64) -> UInt8 { max(1, UInt8(truncatingIfNeeded: hash >> 24)) }

  /// An empty index with room for `count` positions and more, to which all known ones are to be added again.
  static func empty(for count: Int) -> NodeIndex {
    var index = NodeIndex()
    let pairs = 1 << (Int.bitWidth - max(1, count / load).leadingZeroBitCount)
    index.lines = NodeIndexLines(count: 2 * pairs)
    index.room = pairs * load
    return index
  }
}
