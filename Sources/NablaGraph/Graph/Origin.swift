import NablaDiagnostics

/// Where a node comes from: never part of its identity.
///
/// An error found late points at the user's line through it, and a picture names a node by it.
public struct Origin: Hashable, Sendable {
  /// A node that several places of the source share keeps the first few of them.
  public static let rangeLimit = 4

  // In source order, without gaps: an array would be made and freed for every node that is met again.
  private var first: SourceRange?
  private var second: SourceRange?
  private var third: SourceRange?
  private var fourth: SourceRange?
  /// The name that the text gives the value, such as `u` in `u = b*c`.
  public var name: String?

  public init(_ range: SourceRange? = nil, name: String? = nil) {
    first = range
    self.name = name
  }

  /// Ranges in source order, without gaps.
  init(_ first: SourceRange?, _ second: SourceRange?, _ third: SourceRange?, _ fourth: SourceRange?, name: String?) {
    (self.first, self.second, self.third, self.fourth) = (first, second, third, fourth)
    self.name = name
  }

  /// Calls `body` with each range in source order.
  func forEachRange(_ body: (SourceRange) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    if let third { body(third) }
    if let fourth { body(fourth) }
  }

  /// The range, where there is just one.
  var onlyRange: SourceRange? { second == nil ? first : nil }

  /// In source order.
  public var ranges: [SourceRange] { [first, second, third, fourth].compactMap { $0 } }

  /// What two equal nodes know together. The first name stays.
  public func union(_ other: Origin) -> Origin {
    if covers(other) { return self }
    var result = self
    if name == nil { result.name = other.name }
    if let range = other.first { result.insert(range) }
    if let range = other.second { result.insert(range) }
    if let range = other.third { result.insert(range) }
    if let range = other.fourth { result.insert(range) }
    return result
  }

  /// Adds a range in its place, if it is new and there is room.
  private mutating func insert(_ range: SourceRange) {
    if fourth != nil || contains(range) { return }
    var rest = Optional(range)
    Origin.sort(&first, &rest)
    Origin.sort(&second, &rest)
    Origin.sort(&third, &rest)
    Origin.sort(&fourth, &rest)
  }

  /// Puts the lesser of two ranges first, and none last.
  private static func sort(_ a: inout SourceRange?, _ b: inout SourceRange?) {
    guard let right = b else { return }
    if let left = a, left < right { return }
    swap(&a, &b)
  }

  /// Whether uniting with the other adds nothing.
  func covers(_ other: Origin) -> Bool {
    if name == nil, other.name != nil { return false }
    guard let range = other.first else { return true }
    if fourth != nil { return true }
    return contains(range) && contains(other.second) && contains(other.third) && contains(other.fourth)
  }

  /// Whether the range is there; none always is.
  private func contains(_ range: SourceRange?) -> Bool {
    range == nil || first == range || second == range || third == range || fourth == range
  }

  /// Equal for equal ranges.
  var placesHash: UInt64 {
    func word(_ range: SourceRange?) -> UInt64 { range.map { UInt64($0.lower) << 32 | UInt64($0.upper) } ?? .max }
    var hash = word(first) &* 0x9E37_79B9_7F4A_7C15 ^ word(second)
    hash = hash &* 0xD1B5_4A32_D192_ED03 ^ word(third)
    return hash &* 0x9E37_79B9_7F4A_7C15 ^ word(fourth)
  }
}

/// An interned ``Origin`` of a graph.
public struct OriginID: Hashable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ index: Int) { raw = UInt32(index) }

  @inlinable public var index: Int { Int(raw) }

  /// The origin of nodes that come from nowhere in the text.
  @inlinable public static var none: OriginID { OriginID(0) }
}
