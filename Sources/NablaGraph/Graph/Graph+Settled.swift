extension Graph {
  /// Notes that the rules of equal and of stable forms find nothing to do in what `roots` need.
  ///
  /// The note is about these roots and this arena. It is void as soon as a node is appended or other roots are asked for;
  /// ``Program/compacted()`` hands it on.
  public mutating func noteSettled(_ roots: [NodeID]) { settledMark = settledMark(of: roots) }

  /// Whether ``noteSettled(_:)`` was told so.
  public func isSettled(_ roots: [NodeID]) -> Bool { settledMark != 0 && settledMark == settledMark(of: roots) }

  /// The roots and the number of nodes in a word, which fits where a graph has room; never 0. Equal words of different
  /// roots would cost what going on from there saves, and never a value.
  private func settledMark(of roots: [NodeID]) -> UInt32 {
    var hash = UInt64(count)
    for root in roots {
      hash = (hash ^ UInt64(root.raw)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
    }
    return UInt32(truncatingIfNeeded: hash) | 1
  }
}
