/// A half-open range of UTF-8 offsets into one source text.
///
/// Offsets are 32 bits wide: a source is refused beyond 4 GiB, and the graph keeps one range per origin.
public struct SourceRange: Hashable, Sendable, Comparable {
  public let lower: UInt32
  public let upper: UInt32

  public init(_ lower: Int, _ upper: Int) {
    self.lower = UInt32(clamping: lower)
    self.upper = UInt32(clamping: max(lower, upper))
  }

  /// A range from stored offsets; `upper` is not below `lower`.
  public init(lower: UInt32, upper: UInt32) {
    self.lower = lower
    self.upper = max(lower, upper)
  }

  public init(_ range: Range<Int>) { self.init(range.lowerBound, range.upperBound) }

  public var start: Int { Int(lower) }
  public var end: Int { Int(upper) }
  public var isEmpty: Bool { lower == upper }

  /// The smallest range that covers both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(start, other.start), max(end, other.end))
  }

  public static func < (a: SourceRange, b: SourceRange) -> Bool {
    (a.lower, a.upper) < (b.lower, b.upper)
  }
}
