import NablaDiagnostics

/// The origins of a graph by number.
///
/// Nearly every origin is one range, which takes eight bytes and is not looked for: nodes that come from one place are
/// made one after the other. Others are rows of numbers, which are interned: where thousands of equal subexpressions
/// meet, or there are thousands of inputs, each of them has one.
struct OriginTable: Sendable {
  /// A range, or the place of a row.
  private struct Entry: Equatable, Sendable {
    let lower: UInt32
    let upper: UInt32

    init(_ range: SourceRange) { (lower, upper) = (range.lower, range.upper) }

    /// No range begins here: sources are shorter.
    init(row place: Int) { (lower, upper) = (.max, UInt32(place)) }

    var isRange: Bool { lower != .max }
    var range: SourceRange { SourceRange(lower: lower, upper: upper) }
  }

  /// The first is that of nodes that come from nowhere.
  private var entries = [Entry(row: 0)]
  /// A row is the number of its name, from 1, and of its ranges in one word, then the ranges, lower and upper end, then,
  /// where it has a name, the origin without it: nodes are rewritten more often than names are given.
  private var rows: [UInt32] = [0]
  private var names: [String] = []
  /// The entries that are rows, by content.
  private var index = HashIndex()
  /// The answer of the last call: runs of one origin are frequent.
  private var last = OriginID.none
  /// Recent unions, each in the place that its two origins choose.
  private var unions: [Union] = []

  /// Bits of a row's head that count its ranges.
  private static let countBits: UInt32 = 3

  subscript(id: OriginID) -> Origin {
    if id == .none { return Origin() }
    let entry = entries[id.index]
    if entry.isRange { return Origin(entry.range) }
    let row = Int(entry.upper)
    let head = rows[row]
    let name = Int(head >> OriginTable.countBits)
    func range(_ number: UInt32) -> SourceRange? {
      if number >= head & (1 << OriginTable.countBits - 1) { return nil }
      let place = row + 1 + 2 * Int(number)
      return SourceRange(lower: rows[place], upper: rows[place + 1])
    }
    return Origin(range(0), range(1), range(2), range(3), name: name > 0 ? names[name - 1] : nil)
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
    if self[last] == origin { return last }
    let hash = origin.fingerprint
    if let found = index.find(hash, where: { self[OriginID($0)] == origin }) {
      last = OriginID(found)
    } else {
      last = add(origin)
      index.insert(last.index, hash: hash)
    }
    return last
  }

  /// An origin that no other node has, as an input's is: nobody looks for it.
  mutating func add(_ origin: Origin) -> OriginID {
    var nameless = origin
    nameless.name = nil
    let unnamed = origin.name == nil ? nil : intern(nameless)
    entries.append(Entry(row: rows.count))
    append(origin, unnamed)
    return OriginID(entries.count - 1)
  }

  private mutating func append(_ origin: Origin, _ unnamed: OriginID?) {
    if let name = origin.name, names.last != name { names.append(name) }
    let head = rows.count
    rows.append(0)
    var count: UInt32 = 0
    origin.forEachRange { range in
      rows.append(range.lower)
      rows.append(range.upper)
      count += 1
    }
    if let unnamed { rows.append(unnamed.raw) }
    rows[head] = UInt32(origin.name == nil ? 0 : names.count) << OriginTable.countBits | count
  }

  // MARK: Unions

  /// What two origins are together.
  private struct Union: Sendable {
    var first = OriginID.none
    var second = OriginID.none
    var whole = OriginID.none
  }

  private static let unionCount = 64

  /// The origin of a node that two places have made.
  ///
  /// Where thousands of equal subexpressions meet, the same origins do again and again.
  mutating func union(_ first: OriginID, _ second: OriginID) -> OriginID {
    if first == second || second == .none { return first }
    if unions.isEmpty { unions = Array(repeating: Union(), count: OriginTable.unionCount) }
    let mixed = (UInt64(first.raw) << 32 | UInt64(second.raw)) &* 0x9E37_79B9_7F4A_7C15
    let place = Int(truncatingIfNeeded: mixed >> 58)
    let known = unions[place]
    if known.first == first, known.second == second { return known.whole }
    let (a, b) = (self[first], self[second])
    let whole = a.covers(b) ? first : intern(a.union(b))
    unions[place] = Union(first: first, second: second, whole: whole)
    return whole
  }

  /// The same origin without its name.
  func withoutName(_ id: OriginID) -> OriginID {
    if id == .none || isRange(id) { return id }
    let row = Int(entries[id.index].upper)
    let head = rows[row]
    if head >> OriginTable.countBits == 0 { return id }
    return OriginID(Int(rows[row + 1 + 2 * Int(head & (1 << OriginTable.countBits - 1))]))
  }

  /// The number in this table of an origin of another one.
  mutating func adopt(_ id: OriginID, of other: OriginTable) -> OriginID {
    if !other.isRange(id) { return intern(other[id]) }
    if entries.last != other.entries[id.index] { entries.append(other.entries[id.index]) }
    return OriginID(entries.count - 1)
  }
}
