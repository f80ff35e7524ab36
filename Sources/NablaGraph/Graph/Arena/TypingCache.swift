/// Recent answers of the elementwise typing rule, so that appending a node seldom asks it again.
struct TypingCache: Sendable {
  /// The operation, the number of operands and their types; an operand that is missing has the first one's.
  struct Key: Equatable, Sendable {
    let head: UInt64
    let tail: UInt64

    @inline(__always)
    init(_ f: Elementwise, _ arity: Int, _ x: TypeID, _ y: TypeID, _ z: TypeID) {
      head = UInt64(f.rawValue) << 40 | UInt64(arity) << 32 | UInt64(x.raw)
      tail = UInt64(y.raw) << 32 | UInt64(z.raw)
    }
  }

  private struct Entry: Sendable {
    var key: Key
    var type: TypeID
  }

  private static let size = 64
  private var entries: [Entry?] = []

  @inline(__always)
  subscript(key: Key) -> TypeID? {
    if entries.isEmpty { return nil }
    guard let entry = entries[slot(key)], entry.key == key else { return nil }
    return entry.type
  }

  mutating func insert(_ type: TypeID, for key: Key) {
    if entries.isEmpty { entries = Array(repeating: nil, count: TypingCache.size) }
    entries[slot(key)] = Entry(key: key, type: type)
  }

  @inline(__always)
  private func slot(_ key: Key) -> Int {
    let mixed = (key.head &* 0x9E37_79B9_7F4A_7C15) ^ (key.tail &* 0xD1B5_4A32_D192_ED03)
    return Int(truncatingIfNeeded: mixed >> 58) & (TypingCache.size - 1)
  }
}
