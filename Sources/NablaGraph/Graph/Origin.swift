import NablaDiagnostics

/// Where a node comes from: never part of its identity.
///
/// An error found late points at the user's line through it, and a picture names a node by it.
public struct Origin: Hashable, Sendable {
  /// A node that several places of the source share keeps the first few of them.
  public static let rangeLimit = 4

  /// Nearly every origin has one range, which needs no array.
  private var first: SourceRange?
  private var others: [SourceRange] = []
  /// The name that the text gives the value, such as `u` in `u = b*c`.
  public var name: String?

  public init(_ range: SourceRange? = nil, name: String? = nil) {
    first = range
    self.name = name
  }

  /// The range, where there is just one.
  var onlyRange: SourceRange? { others.isEmpty ? first : nil }

  /// In source order.
  public var ranges: [SourceRange] { first.map { [$0] + others } ?? [] }

  /// What two equal nodes know together. The first name stays.
  public func union(_ other: Origin) -> Origin {
    if covers(other) { return self }
    let known = ranges
    let added = other.ranges.filter { !known.contains($0) }.prefix(max(0, Origin.rangeLimit - known.count))
    let all = (known + added).sorted()
    var result = Origin(all.first, name: name ?? other.name)
    result.others = Array(all.dropFirst())
    return result
  }

  /// Whether uniting with the other adds nothing.
  func covers(_ other: Origin) -> Bool {
    if name == nil, other.name != nil { return false }
    guard let range = other.first else { return true }
    if others.count == Origin.rangeLimit - 1 { return true }
    return contains(range) && other.others.allSatisfy(contains)
  }

  private func contains(_ range: SourceRange) -> Bool { first == range || others.contains(range) }
}

/// An interned ``Origin`` of a graph.
public struct OriginID: Hashable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ index: Int) { raw = UInt32(index) }

  @inlinable public var index: Int { Int(raw) }

  /// The origin of nodes that come from nowhere in the text.
  @inlinable public static var none: OriginID { OriginID(0) }
}
