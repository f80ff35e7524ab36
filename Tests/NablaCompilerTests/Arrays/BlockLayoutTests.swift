import NablaGraph
import TestSupport
import Testing

@testable import NablaCompiler

/// Places of temporaries in the workspace.
struct BlockLayoutTests {
  private func check(_ blocks: [BlockLayout.Block]) -> BlockLayout {
    let layout = BlockLayout(blocks)
    for (a, x) in blocks.enumerated() {
      for (b, y) in blocks.enumerated().prefix(a) where x.life.overlaps(y.life) && x.size > 0 && y.size > 0 {
        let (one, other) = (layout.offsets[a], layout.offsets[b])
        #expect(one + x.size <= other || other + y.size <= one, "\(x) at \(one), \(y) at \(other)")
      }
    }
    #expect(zip(blocks, layout.offsets).allSatisfy { $0.size + $1 <= layout.size })
    return layout
  }

  /// What is needed at the fullest step.
  private func bound(_ blocks: [BlockLayout.Block]) -> Int {
    blocks.map(\.life.lowerBound).map { step in
      blocks.filter { $0.life.contains(step) }.reduce(0) { $0 + $1.size }
    }.max() ?? 0
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `blocks that are needed together do not overlap, and little is wasted`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let blocks = (0..<80).map { _ in
      let start = Int.random(in: 0..<60, using: &random)
      return BlockLayout.Block(
        size: 64 * Int.random(in: 0...40, using: &random), life: start...start + Int.random(in: 0...15, using: &random))
    }
    let layout = check(blocks)
    #expect(Double(layout.size) <= 1.25 * Double(bound(blocks)), "seed \(seed)")
  }

  /// In the order of time, the second one leaves a gap before it that the third does not fit into.
  @Test func `the largest go first where that takes less`() {
    func block(_ size: Int, _ life: ClosedRange<Int>) -> BlockLayout.Block { .init(size: size, life: life) }
    let blocks = [block(64, 0...0), block(64, 0...2), block(128, 1...2)]
    #expect(check(blocks).size == 192)
  }

  @Test func `many blocks are placed in time`() {
    let blocks = (0..<5_000).map { BlockLayout.Block(size: 64 + $0 % 3 * 64, life: $0...$0 + 2) }
    #expect(BlockLayout(blocks).size <= 4 * 192)
  }
}
