/// Positions in the table of nodes by content, laid out so that what is made together is found together.
///
/// A node is nearly always looked for soon after its last operand was made. So its home is a line of eight slots (64
/// bytes) chosen by that operand, and a pass through a large arena walks through the index instead of jumping about in
/// it. What finds its line full, because many nodes have one last operand, is in a table by hash. Nothing is removed.
struct NodeIndex: Sendable {
  /// Lines of ``width`` slots: 0 where empty, else half of the hash in the upper and the position + 1 in the lower half.
  private var slots: [UInt64] = []
  private var overflow = HashIndex()
  /// How many more positions there are before the lines become too full.
  private var room = 0

  private static let width = 8
  /// Positions for each line before there are twice as many lines.
  private static let load = 5

  /// Whether the index must ``grow(for:)`` before it takes one more.
  @inline(__always)
  var isFull: Bool { room == 0 }

  /// The first slot of the line of a place.
  @inline(__always)
  private func line(_ place: UInt32) -> Int { (Int(place >> 1) * NodeIndex.width) & (slots.count - 1) }

  /// The position that was inserted with this place and hash, and passes the test.
  @inline(__always)
  func find(_ place: UInt32, _ hash: UInt64, where isEqual: (Int) -> Bool) -> Int? {
    if slots.isEmpty { return nil }
    let tag = hash >> 32
    let line = line(place)
    for slot in line..<line + NodeIndex.width {
      let entry = slots[slot]
      if entry == 0 { return nil }
      if entry >> 32 == tag {
        let position = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
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
    let line = line(place)
    for slot in line..<line + NodeIndex.width where slots[slot] == 0 {
      slots[slot] = (hash >> 32) << 32 | UInt64(position + 1)
      return
    }
    overflow.insert(position, hash: hash)
  }

  /// An empty index with room for `count` positions and more, to which all known ones are to be added again.
  static func empty(for count: Int) -> NodeIndex {
    var index = NodeIndex()
    let lines = 1 << (Int.bitWidth - max(1, count / load).leadingZeroBitCount)
    index.slots = Array(repeating: 0, count: lines * width)
    index.room = lines * load
    return index
  }
}
