/// Places for blocks of memory of which some are needed at one time: blocks that are may not overlap.
///
/// Which order to place them in is a heuristic of dynamic storage allocation, which is NP-hard: the largest first leaves
/// few gaps, those that are needed first keep neighbours in time together. Whichever takes less is taken.
struct BlockLayout {
  struct Block {
    let size: Int
    /// The steps at which it is needed.
    var life: ClosedRange<Int>
  }

  /// Where each block begins.
  private(set) var offsets: [Int]
  /// Where the last one ends.
  private(set) var size = 0

  /// More blocks are placed in the order of time alone, among the gaps that there are then.
  private static let pairLimit = 3_000

  /// - Complexity: quadratic in the number of blocks up to some thousands; of more, linear times the number of gaps
  ///   between blocks that are needed at once.
  init(_ blocks: [Block]) {
    let byTime = blocks.indices.sorted { (blocks[$0].life.lowerBound, $0) < (blocks[$1].life.lowerBound, $1) }
    if blocks.count > BlockLayout.pairLimit {
      self.init(blocks, inTime: byTime)
      return
    }
    self.init(blocks, byTime)
    let bySize = blocks.indices.sorted {
      (blocks[$1].size, blocks[$0].life.lowerBound, $0) < (blocks[$0].size, blocks[$1].life.lowerBound, $1)
    }
    let other = BlockLayout(blocks, bySize)
    if other.size < size { self = other }
  }

  /// Larger workspaces are not stretched, and others no further than to a multiple.
  private static let stretch = (limit: 8_000_000, factor: 2)

  /// The same for threads that share blocks, of which each has its part: blocks share memory with those of their own size
  /// alone, so that a thread has its part where it had that of the block before, in its own cache.
  init(shared blocks: [Block]) {
    let dense = BlockLayout(blocks)
    self = dense
    if dense.size > BlockLayout.stretch.limit { return }
    var apart = dense
    apart.size = 0
    for (_, group) in Dictionary(grouping: blocks.indices, by: { blocks[$0].size }).sorted(by: { $0.key < $1.key }) {
      let layout = BlockLayout(group.map { blocks[$0] })
      for (block, offset) in zip(group, layout.offsets) { apart.offsets[block] = apart.size + offset }
      apart.size += layout.size
    }
    if apart.size <= BlockLayout.stretch.factor * dense.size { self = apart }
  }

  /// Each block in the smallest gap that suffices between those that are needed at one time with it, else behind them.
  private init(_ blocks: [Block], _ order: [Int]) {
    offsets = Array(repeating: 0, count: blocks.count)
    // By offset.
    var placed: [Int] = []
    for block in order {
      var (end, best, gap) = (0, -1, Int.max)
      for other in placed where blocks[other].life.overlaps(blocks[block].life) {
        let room = offsets[other] - end
        if room >= blocks[block].size, room < gap { (best, gap) = (end, room) }
        end = max(end, offsets[other] + blocks[other].size)
      }
      let offset = best < 0 ? end : best
      offsets[block] = offset
      size = max(size, offset + blocks[block].size)
      placed.insert(block, at: placed.partitioningIndex { offsets[$0] > offset })
    }
  }

  /// The same for blocks in the order in which they are needed.
  private init(_ blocks: [Block], inTime order: [Int]) {
    offsets = Array(repeating: 0, count: blocks.count)
    var arena = Arena()
    let byEnd = order.sorted { blocks[$0].life.upperBound < blocks[$1].life.upperBound }
    var done = 0
    for block in order {
      while done < byEnd.count, blocks[byEnd[done]].life.upperBound < blocks[block].life.lowerBound {
        arena.release(offsets[byEnd[done]], blocks[byEnd[done]].size)
        done += 1
      }
      offsets[block] = arena.allocate(blocks[block].size)
    }
    size = arena.size
  }
}

extension [Int] {
  /// The first place of which a condition holds that holds from there on.
  fileprivate func partitioningIndex(where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// A growing block of memory of which parts are given out and taken back; the smallest gap that suffices is used first.
private struct Arena {
  private(set) var size = 0
  /// Gaps in ascending order, never side by side.
  private var gaps: [Range<Int>] = []

  mutating func allocate(_ count: Int) -> Int {
    let fitting = gaps.indices.filter { gaps[$0].count >= count }
    if let best = fitting.min(by: { gaps[$0].count < gaps[$1].count }) {
      let offset = gaps[best].lowerBound
      gaps[best] = offset + count..<gaps[best].upperBound
      if gaps[best].isEmpty { gaps.remove(at: best) }
      return offset
    }
    // A gap at the end grows.
    let offset = gaps.last.flatMap { $0.upperBound == size ? $0.lowerBound : nil } ?? size
    if offset < size { gaps.removeLast() }
    size = offset + count
    return offset
  }

  mutating func release(_ offset: Int, _ count: Int) {
    var gap = offset..<offset + count
    var next = gaps.firstIndex { $0.lowerBound >= gap.lowerBound } ?? gaps.count
    if next < gaps.count, gaps[next].lowerBound == gap.upperBound {
      gap = gap.lowerBound..<gaps[next].upperBound
      gaps.remove(at: next)
    }
    if next > 0, gaps[next - 1].upperBound == gap.lowerBound {
      next -= 1
      gap = gaps[next].lowerBound..<gap.upperBound
      gaps.remove(at: next)
    }
    gaps.insert(gap, at: next)
  }
}
