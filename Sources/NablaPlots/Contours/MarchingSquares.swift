/// Lines of equal value on a grid.
///
/// Every square of the grid is crossed by the line as its corners say that are above the level; crossings lie where a
/// linear change along an edge has the value. A saddle is decided by the mean of its corners. Pieces are joined where they
/// share an edge, in an order that depends on the grid alone.
///
/// Source: W. E. Lorensen and H. E. Cline, "Marching Cubes", SIGGRAPH 1987, in two dimensions.
struct MarchingSquares {
  private let columns: Int
  private let rows: Int
  private let x: [Double]
  private let y: [Double]
  private let values: [Double]

  init(_ grid: ValueGrid) {
    (columns, rows) = (grid.x.count, grid.y.count)
    (x, y, values) = (grid.x, grid.y, grid.values)
  }

  /// The same with a rim below every level on the border itself: lines then are closed, and enclose what is above.
  init(closing grid: ValueGrid) {
    (columns, rows) = (grid.x.count + 2, grid.y.count + 2)
    x = [grid.x[0]] + grid.x + [grid.x[grid.x.count - 1]]
    y = [grid.y[0]] + grid.y + [grid.y[grid.y.count - 1]]
    let rim = [Double](repeating: -.infinity, count: columns)
    var closed = rim
    for row in grid.y.indices {
      closed.append(-.infinity)
      closed += grid.values[row * grid.x.count..<(row + 1) * grid.x.count]
      closed.append(-.infinity)
    }
    values = closed + rim
  }

  /// The lines of a level; a closed one ends where it begins.
  func lines(at level: Double) -> [[PlotPoint]] {
    var links: [Int: (first: Int, second: Int)] = [:]
    var edges: [Int] = []
    func link(_ a: Int, _ b: Int) {
      for (edge, other) in [(a, b), (b, a)] {
        if links[edge] == nil {
          edges.append(edge)
          links[edge] = (other, -1)
        } else {
          links[edge]?.second = other
        }
      }
    }
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 { cross(row, column, level, link) }
    }
    var lines: [[PlotPoint]] = []
    var isUsed: Set<Int> = []
    func follow(from start: Int) {
      var line: [PlotPoint] = []
      var (edge, previous) = (start, -1)
      while edge >= 0, isUsed.insert(edge).inserted {
        line.append(crossing(edge, level))
        guard let next = links[edge] else { break }
        (edge, previous) = (next.first == previous ? next.second : next.first, edge)
      }
      if edge == start, line.count > 2 { line.append(line[0]) }
      if line.count > 1 { lines.append(line) }
    }
    for edge in edges where links[edge]?.second == -1 && !isUsed.contains(edge) { follow(from: edge) }
    for edge in edges where !isUsed.contains(edge) { follow(from: edge) }
    return lines
  }

  // MARK: Edges: twice the number of a corner for the one to the right, one more for the one upwards

  private func cross(_ row: Int, _ column: Int, _ level: Double, _ link: (Int, Int) -> Void) {
    let corner = row * columns + column
    let (a, b, c, d) = (values[corner], values[corner + 1], values[corner + columns + 1], values[corner + columns])
    let above = (a >= level ? 1 : 0) + (b >= level ? 2 : 0) + (c >= level ? 4 : 0) + (d >= level ? 8 : 0)
    let (bottom, right, top, left) = (2 * corner, 2 * corner + 3, 2 * (corner + columns), 2 * corner + 1)
    switch above {
    case 1, 14: link(left, bottom)
    case 2, 13: link(bottom, right)
    case 3, 12: link(left, right)
    case 4, 11: link(right, top)
    case 6, 9: link(bottom, top)
    case 7, 8: link(left, top)
    case 5, 10:
      let isMiddleAbove = (a + b + c + d) / 4 >= level
      if isMiddleAbove == (above == 5) {
        link(left, top)
        link(bottom, right)
      } else {
        link(left, bottom)
        link(right, top)
      }
    default: break
    }
  }

  private func crossing(_ edge: Int, _ level: Double) -> PlotPoint {
    let corner = edge / 2
    let other = edge % 2 == 0 ? corner + 1 : corner + columns
    let (from, to) = (place(corner), place(other))
    let (a, b) = (values[corner], values[other])
    var part = (level - a) / (b - a)
    // Next to what is no number, the line ends at the number.
    if !a.isFinite { part = 1 } else if !b.isFinite { part = 0 }
    part = min(max(part, 0), 1)
    return PlotPoint(from.x + part * (to.x - from.x), from.y + part * (to.y - from.y))
  }

  private func place(_ corner: Int) -> PlotPoint { PlotPoint(x[corner % columns], y[corner / columns]) }
}
