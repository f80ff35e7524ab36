extension Graph {
  /// What a rewriter has left: roots of which it found that nothing is to be done for them.
  struct Settled: Sendable {
    let roots: [NodeID]
    /// Nodes of the arena at that time: whoever appends may have made something of which this says nothing.
    let count: Int
  }

  /// Notes that the rules of equal and of stable forms find nothing to do in what `roots` need.
  ///
  /// The note is about these roots and this arena. It is void as soon as a node is appended or other roots are asked for;
  /// ``Program/compacted()`` hands it on.
  public mutating func noteSettled(_ roots: [NodeID]) { settled = Settled(roots: roots, count: count) }

  /// Whether ``noteSettled(_:)`` was told so.
  public func isSettled(_ roots: [NodeID]) -> Bool { settled.map { $0.count == count && $0.roots == roots } ?? false }
}
