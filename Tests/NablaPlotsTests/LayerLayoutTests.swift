import Testing

@testable import NablaPlots

@Suite struct `The layout of layers` {
  @Test func `puts a chain in one column`() {
    let layout = LayerLayout(operands: [[], [0], [1], [2]], widths: [100, 60, 80, 20])
    #expect(layout.rows == [0, 1, 2, 3] && layout.rowCount == 4)
    #expect(Set(layout.centers).count == 1)
    #expect(layout.extent.upperBound - layout.extent.lowerBound == 100)
  }

  @Test func `leaves the main way straight beside a residual connection`() {
    // x, a, b, x + b
    let layout = LayerLayout(operands: [[], [0], [1], [0, 2]], widths: [100, 100, 100, 26])
    #expect(layout.rows == [0, 1, 2, 3])
    #expect(layout.centers.allSatisfy { abs($0 - layout.centers[0]) < 2 })
    let lanes = layout.lanes[3][0]
    #expect(lanes.count == 2 && layout.lanes[3][1].isEmpty)
    #expect(lanes.allSatisfy { abs($0 - layout.centers[1]) > 50 })
  }

  @Test func `puts branches side by side and what joins them between`() {
    let layout = LayerLayout(operands: [[], [0], [0], [0], [1, 2, 3]], widths: [100, 100, 100, 100, 100])
    #expect(layout.rows == [0, 1, 1, 1, 2])
    let middles = layout.centers[1...3]
    #expect(zip(middles, middles.dropFirst()).allSatisfy { $1 - $0 >= 100 })
    #expect(abs(layout.centers[4] - layout.centers[2]) < 1 && abs(layout.centers[0] - layout.centers[2]) < 1)
  }

  @Test func `never lets boxes of a row overlap`() {
    // Every box takes two earlier ones.
    var state: UInt64 = 7
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let operands = (0..<60).map { $0 == 0 ? [] : Array(Set([next($0), next($0)])).sorted() }
    let widths = (0..<60).map { _ in Double(40 + next(100)) }
    let layout = LayerLayout(operands: operands, widths: widths)
    for row in 0..<layout.rowCount {
      let members = operands.indices.filter { layout.rows[$0] == row }.sorted {
        layout.centers[$0] < layout.centers[$1]
      }
      for (a, b) in zip(members, members.dropFirst()) {
        #expect(layout.centers[b] - layout.centers[a] >= (widths[a] + widths[b]) / 2)
      }
    }
  }
}
