import NablaDiagnostics

/// Where a node comes from: never part of its identity.
///
/// An error found late points at the user's line through it, and a picture names a node by it.
public struct Origin: Hashable, Sendable {
  /// A node that several places of the source share keeps the first few of them.
  public static let rangeLimit = 4

  /// In source order.
  public private(set) var ranges: [SourceRange]
  /// The name that the text gives the value, such as `u` in `u = b*c`.
  public var name: String?

  public init(_ range: SourceRange? = nil, name: String? = nil) {
    ranges = range.map { [$0] } ?? []
    self.name = name
  }

  /// What two equal nodes know together. The first name stays.
  public func union(_ other: Origin) -> Origin {
    var result = self
    for range in other.ranges where !ranges.contains(range) && result.ranges.count < Origin.rangeLimit {
      result.ranges.append(range)
    }
    result.ranges.sort()
    result.name = name ?? other.name
    return result
  }
}

/// An interned ``Origin`` of a graph.
public struct OriginID: Hashable, Sendable {
  public let raw: UInt32

  public init(_ index: Int) { raw = UInt32(index) }

  public var index: Int { Int(raw) }

  /// The origin of nodes that come from nowhere in the text.
  public static let none = OriginID(0)
}
