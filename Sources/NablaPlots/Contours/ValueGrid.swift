/// Values of a function on a grid, row by row: `values[row * columns + column]` belongs to `(x[column], y[row])`.
public struct ValueGrid: Hashable, Sendable {
  public let x: [Double]
  public let y: [Double]
  public let values: [Double]

  /// - Precondition: one value for each pair, and at least two of each.
  public init(x: [Double], y: [Double], values: [Double]) {
    precondition(values.count == x.count * y.count && x.count > 1 && y.count > 1, "one value a place of the grid")
    self.x = x
    self.y = y
    self.values = values
  }

  /// - Parameter function: called for every place, row by row.
  public init(x: [Double], y: [Double], _ function: (Double, Double) -> Double) {
    self.init(x: x, y: y, values: y.flatMap { y in x.map { x in function(x, y) } })
  }

  var finite: [Double] { values.filter(\.isFinite) }

  func map(_ transform: (Double) -> Double) -> ValueGrid { ValueGrid(x: x, y: y, values: values.map(transform)) }
}
