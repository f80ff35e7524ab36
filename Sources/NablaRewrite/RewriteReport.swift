import NablaGraph

/// Which rules fired where.
public struct RewriteReport: Sendable {
  public struct Entry: Hashable, Sendable {
    /// The rule's name, or the name of a pass such as `collect sum`.
    public let rule: String
    public let phase: Phase
    /// The node that was replaced, and what replaced it; both are in the arena.
    public let before: NodeID
    public let after: NodeID
  }

  /// In the order of firing.
  public internal(set) var entries: [Entry] = []

  /// Phases that changed nothing because their result would have weighed more than ``Phase/limit(from:)``.
  public internal(set) var abandoned: [Phase] = []

  public init() {}
}
