/// Rows that are at work at once: each part is done for all of them before the next one begins.
///
/// A team is as many rows as stay in the nearest cache. While one row waits for its sum, which is made lane by lane, the
/// next one is at work; what is read again is at hand. Where rows are short, and many of them a team, what is done once
/// for each row is done in vectors of rows, and sums over the rows add up in registers. So a regression, from the
/// products of its rows to the gradient, reads its table once.
struct RowTeam: Hashable, Sendable {
  let count: Int
  /// Whether vectors of rows are full.
  let isWide: Bool
}

extension RowKernel {
  /// Bytes that a team touches: most of the nearest cache.
  private static let teamBytes = 24 << 10
  /// Longer rows, of which few are a team.
  private static let narrowLimit = 8
  private static let wideLimit = 256
  /// Lanes of the longest vector; wide teams are multiples of it.
  private static let wideUnit = 16

  /// The team, which follows from sizes alone.
  ///
  /// - Parameter size: bytes of an element of a buffer.
  func team(size: (Int) -> Int) -> RowTeam {
    let (last, count) = (rows.count - 1, rows[rows.count - 1])
    // Elements that each row has for itself, and that all share.
    var (own, common): ([Int: Int], [Int: Int]) = (locals, [:])
    for part in parts {
      for (buffer, address) in part.accesses where locals[buffer] == nil {
        let span = zip(address.steps, part.extents).dropFirst(rows.count).reduce(1) {
          $0 + ($1.0 == 0 ? 0 : abs($1.0) * ($1.1 - 1))
        }
        // What each row looks up lies anywhere in an array, or within the row's own part of it.
        let reach = address.steps[last] == 0 ? 0 : address.lookups.reduce(0) { $0 + abs($1.reach) }
        if address.isSteady(along: last) {
          common[buffer] = max(common[buffer] ?? 0, span)
        } else {
          own[buffer] = max(own[buffer] ?? 0, span + reach)
        }
      }
    }
    func bytes(_ spans: [Int: Int]) -> Int { spans.reduce(0) { $0 + $1.value * size($1.key) } }
    let team = max(1, (RowKernel.teamBytes - bytes(common)) / max(1, bytes(own)))
    if team >= RowKernel.wideUnit, count >= RowKernel.wideUnit {
      let all = (count + RowKernel.wideUnit - 1) / RowKernel.wideUnit * RowKernel.wideUnit
      return RowTeam(count: min(team / RowKernel.wideUnit * RowKernel.wideUnit, all, RowKernel.wideLimit), isWide: true)
    }
    return RowTeam(count: min(team, RowKernel.narrowLimit, max(count, 1)), isWide: false)
  }
}

extension LoopKernel {
  /// Everything that is read or written, and where.
  var accesses: [(buffer: Int, address: LinearIndex)] {
    reads + results.map { ($0.buffer, $0.address) }
  }

  mutating func mapAccesses(_ map: (Int, LinearIndex) -> LinearIndex) {
    func looked(_ index: LinearIndex) -> LinearIndex {
      var index = index
      for (number, lookup) in index.lookups.enumerated() {
        index.lookups[number].address = map(lookup.buffer, looked(lookup.address))
      }
      return index
    }
    for (number, source) in sources.enumerated() {
      switch source {
      case .element(let buffer, let address): sources[number] = .element(buffer: buffer, map(buffer, looked(address)))
      case .position(let index): sources[number] = .position(looked(index))
      case .accumulator, .product: continue
      }
    }
    for number in results.indices { results[number].address = map(results[number].buffer, results[number].address) }
  }
}
