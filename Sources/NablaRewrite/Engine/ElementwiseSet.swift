import NablaGraph

/// A set of elementwise operations, asked for every node: four words, nothing to retain.
struct ElementwiseSet: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init(_ members: some Sequence<Elementwise>) {
    for f in members { insert(f) }
  }

  /// The operations for which a table by raw value has something.
  init<Rule>(having table: [[Rule]]) {
    self.init(Elementwise.allCases.filter { !table[Int($0.rawValue)].isEmpty })
  }

  /// Nothing.
  init() {}

  mutating func insert(_ f: Elementwise) {
    let bit = UInt64(1) << UInt64(f.rawValue & 63)
    switch f.rawValue >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  func isSubset(of other: ElementwiseSet) -> Bool {
    (words.0 & ~other.words.0 | words.1 & ~other.words.1 | words.2 & ~other.words.2 | words.3 & ~other.words.3) == 0
  }

  @inline(__always)
  func contains(_ f: Elementwise) -> Bool {
    let word =
      switch f.rawValue >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> UInt64(f.rawValue & 63) & 1 != 0
  }
}
