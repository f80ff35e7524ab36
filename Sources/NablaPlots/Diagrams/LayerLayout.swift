/// Where the boxes of a network go: in rows, so that everything flows upwards, with lanes for what passes by a row.
///
/// Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System Structures", IEEE
/// Trans. Syst. Man Cybern. 11 (1981); the places within a row by isotonic regression (pool adjacent violators).
struct LayerLayout {
  /// The row of each box, from 0 at the bottom, and its middle from left to right.
  private(set) var rows: [Int]
  private(set) var centers: [Double]
  /// For each box and each of its operands, the middles of the lanes in the rows between, from the operand upwards.
  private(set) var lanes: [[[Double]]] = []
  private(set) var rowCount: Int
  /// From the leftmost edge to the rightmost.
  private(set) var extent: ClosedRange<Double>

  /// What stands in a row: a box, or the lane of an arrow.
  private struct Place {
    var width: Double
    var weight: Double
    var below: [Int] = []
    var above: [Int] = []
    var center = 0.0
  }

  /// - Parameters:
  ///   - operands: the boxes that arrows come from, which stand before.
  ///   - widths: of the boxes.
  init(operands: [[Int]], widths: [Double], gap: Double = 28) {
    var rows: [Int] = []
    for operands in operands { rows.append((operands.map { rows[$0] }.max() ?? -1) + 1) }
    self.rows = rows
    rowCount = (rows.max() ?? -1) + 1

    // A box does not move for a lane.
    var places = widths.map { Place(width: $0, weight: 1000) }
    var members = Array(repeating: [Int](), count: rowCount)
    for (box, row) in rows.enumerated() { members[row].append(box) }
    var ways = operands.map { $0.map { _ in [Int]() } }
    for (box, operands) in operands.enumerated() {
      for (number, operand) in operands.enumerated() {
        var last = operand
        for row in rows[operand] + 1..<max(rows[box], rows[operand] + 1) {
          places.append(Place(width: 12, weight: 1))
          let lane = places.count - 1
          members[row].append(lane)
          places[lane].below = [last]
          places[last].above.append(lane)
          ways[box][number].append(lane)
          last = lane
        }
        places[box].below.append(last)
        places[last].above.append(box)
      }
    }
    LayerLayout.order(&members, places)
    LayerLayout.center(members, &places, gap)
    centers = places.prefix(widths.count).map(\.center)
    lanes = ways.map { $0.map { $0.map { places[$0].center } } }
    let left = places.map { $0.center - $0.width / 2 }.min() ?? 0
    extent = left...max(places.map { $0.center + $0.width / 2 }.max() ?? 0, left)
  }

  /// Fewer crossings: each place goes where its neighbours are on average, row by row, up and down again. Equal ones keep
  /// their order, boxes before lanes.
  private static func order(_ members: inout [[Int]], _ places: [Place]) {
    var position = Array(repeating: 0.0, count: places.count)
    func number(_ row: [Int]) { for (index, place) in row.enumerated() { position[place] = Double(index) } }
    func sort(_ row: inout [Int], _ neighbours: (Place) -> [Int]) {
      let keys = row.map { place -> Double in
        let near = neighbours(places[place])
        return near.isEmpty ? position[place] : near.reduce(0) { $0 + position[$1] } / Double(near.count)
      }
      row = zip(row, keys).enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(
        \.element.0)
      number(row)
    }
    for row in members { number(row) }
    for _ in 0..<4 {
      for row in members.indices { sort(&members[row]) { $0.below } }
      for row in members.indices.reversed() { sort(&members[row]) { $0.above } }
    }
  }

  /// Straight arrows: each place stands as nearly as it can above what it comes from, and below what takes it.
  private static func center(_ members: [[Int]], _ places: inout [Place], _ gap: Double) {
    func settle(_ row: [Int], _ wishes: [Double], _ places: inout [Place]) {
      // Without what the places to the left take, every place may stand where the one before does.
      var offsets: [Double] = []
      for (index, place) in row.enumerated() {
        let before =
          index == 0 ? 0 : offsets[index - 1] + (places[row[index - 1]].width + places[place].width) / 2 + gap
        offsets.append(before)
      }
      var pools: [(sum: Double, weight: Double, count: Int)] = []
      for (index, place) in row.enumerated() {
        let weight = places[place].weight
        pools.append(((wishes[index] - offsets[index]) * weight, weight, 1))
        while pools.count > 1, let last = pools.last {
          let before = pools[pools.count - 2]
          guard before.sum / before.weight > last.sum / last.weight else { break }
          pools.removeLast()
          pools[pools.count - 1] = (before.sum + last.sum, before.weight + last.weight, before.count + last.count)
        }
      }
      var index = 0
      for pool in pools {
        for _ in 0..<pool.count {
          places[row[index]].center = pool.sum / pool.weight + offsets[index]
          index += 1
        }
      }
    }
    func mean(_ near: [Int], else value: Double) -> Double {
      let weight = near.reduce(0) { $0 + places[$1].weight }
      return near.isEmpty ? value : near.reduce(0) { $0 + places[$1].center * places[$1].weight } / weight
    }
    for _ in 0..<6 {
      for row in members { settle(row, row.map { mean(places[$0].below, else: places[$0].center) }, &places) }
      for row in members.reversed() {
        settle(row, row.map { mean(places[$0].above, else: places[$0].center) }, &places)
      }
    }
    // The last word has what flows upwards, from both sides.
    for row in members {
      settle(row, row.map { mean(places[$0].below + places[$0].above, else: places[$0].center) }, &places)
    }
  }
}
