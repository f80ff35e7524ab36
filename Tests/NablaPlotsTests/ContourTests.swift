import Testing

@testable import NablaPlots

struct ContourTests {
  static let x = (0...200).map { Double($0) / 50 - 2 }

  @Test func `the line of a circle's equation is a closed circle`() throws {
    let grid = ValueGrid(x: Self.x, y: Self.x) { $0 * $0 + $1 * $1 }
    let lines = MarchingSquares(grid).lines(at: 1)
    let line = try #require(lines.first)
    #expect(lines.count == 1 && line.first == line.last)
    for point in line { #expect(abs((point.x * point.x + point.y * point.y).squareRoot() - 1) < 1e-3) }
  }

  @Test func `lines of a plane end at the border, and close around what is above them`() {
    let grid = ValueGrid(x: Self.x, y: Self.x) { x, _ in x }
    let open = MarchingSquares(grid).lines(at: 0.5)
    #expect(open.count == 1 && open[0].allSatisfy { abs($0.x - 0.5) < 1e-12 })
    let closed = MarchingSquares(closing: grid).lines(at: 0.5)
    #expect(closed.count == 1 && closed[0].first == closed[0].last)
    #expect(closed[0].allSatisfy { (0.5 - 1e-12...2).contains($0.x) })
  }

  @Test func `levels are even on a slope and grow on a wall`() {
    #expect(ContourLevels.choose((0...100).map(Double.init), count: 5) == [25, 50, 75])
    let wall = ContourLevels.choose((0...100).map { Double($0 * $0 * $0 * $0) })
    #expect(wall.count > 3 && zip(wall, wall.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ContourLevels.choose([1, 1, .nan]).isEmpty)
  }
}
