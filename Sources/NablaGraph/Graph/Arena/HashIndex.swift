/// Positions in somebody's table by hash: open addressing with linear probing.
///
/// A slot holds half of the hash beside the position, so that a probe seldom looks at the table itself and growing never
/// does. Nothing is ever removed.
struct HashIndex: Sendable {
  /// 0 where empty, else the tag in the upper and the position + 1 in the lower half.
  private var slots: [UInt64] = []
  /// How many more positions there is room for.
  private var room = 0

  /// How many positions there can be: one number is the empty slot's.
  static let limit = Int(UInt32.max) - 1

  /// Makes room for `count` positions in all.
  mutating func reserveCapacity(_ count: Int) {
    let least = max(16, count + count / 3 + 1)
    let capacity = 1 << (Int.bitWidth - (least - 1).leadingZeroBitCount)
    if capacity > slots.count { grow(to: capacity) }
  }

  /// The position that was inserted with this hash and passes the test.
  @inline(__always)
  func find(_ hash: UInt64, where isEqual: (Int) -> Bool) -> Int? {
    if slots.isEmpty { return nil }
    let mask = slots.count - 1
    let tag = hash >> 32
    var slot = Int(truncatingIfNeeded: tag) & mask
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry >> 32 == tag {
        let position = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
        if isEqual(position) { return position }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a position that ``find(_:where:)`` does not find.
  @inline(__always)
  mutating func insert(_ position: Int, hash: UInt64) {
    precondition(position < HashIndex.limit, "a table of a graph holds fewer than 2³² entries")
    if room == 0 { grow(to: max(16, 2 * slots.count)) }
    room -= 1
    put((hash >> 32) << 32 | UInt64(position + 1))
  }

  @inline(__always)
  private mutating func put(_ entry: UInt64) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: entry >> 32) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = entry
  }

  @inline(never)
  private mutating func grow(to capacity: Int) {
    let old = slots
    slots = Array(repeating: 0, count: capacity)
    // At most three quarters are in use, so that a probe is short.
    room += (capacity - old.count) / 4 * 3
    for entry in old where entry != 0 { put(entry) }
  }
}
