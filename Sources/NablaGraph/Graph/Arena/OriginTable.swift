import NablaDiagnostics

/// The origins of a graph by number.
///
/// Nearly every origin is one range, which takes eight bytes and is not looked for: nodes that come from one place are
/// made one after the other. The others are interned.
struct OriginTable: Sendable {
  /// A range, or a position in ``others``.
  private struct Entry: Equatable, Sendable {
    let lower: UInt32
    let upper: UInt32

    init(_ range: SourceRange) { (lower, upper) = (range.lower, range.upper) }

    /// No range begins here: sources are shorter.
    init(other place: Int) { (lower, upper) = (.max, UInt32(place)) }

    var isRange: Bool { lower != .max }
  }

  /// The first is that of nodes that come from nowhere.
  private var entries = [Entry(other: OriginTable.nowhere)]
  private var others = InternTable<Origin>()
  /// The number of each of them.
  private var numbers: [OriginID] = []

  private static let nowhere = Int(UInt32.max)

  subscript(id: OriginID) -> Origin {
    if id == .none { return Origin() }
    let entry = entries[id.index]
    return entry.isRange ? Origin(SourceRange(lower: entry.lower, upper: entry.upper)) : others[Int(entry.upper)]
  }

  /// Whether the origin is one range, without a name.
  func isRange(_ id: OriginID) -> Bool { entries[id.index].isRange }

  mutating func intern(_ origin: Origin) -> OriginID {
    if origin.name == nil, let range = origin.onlyRange {
      let entry = Entry(range)
      if entries.last != entry { entries.append(entry) }
      return OriginID(entries.count - 1)
    }
    if origin == Origin() { return .none }
    let place = others.intern(origin)
    if place == numbers.count {
      numbers.append(OriginID(entries.count))
      entries.append(Entry(other: place))
    }
    return numbers[place]
  }

  /// The number in this table of an origin of another one.
  mutating func adopt(_ id: OriginID, of other: OriginTable) -> OriginID {
    if !other.isRange(id) { return intern(other[id]) }
    if entries.last != other.entries[id.index] { entries.append(other.entries[id.index]) }
    return OriginID(entries.count - 1)
  }
}
