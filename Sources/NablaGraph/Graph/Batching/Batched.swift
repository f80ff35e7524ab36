/// What stands for a node while it is evaluated for all indices at once.
///
/// The axes of the node are those of the loops that it depends on, in ascending order, then its own.
struct Batched {
  var node: NodeID
  var loops: [Int] = []
  /// Own axes along which the value is zero but at a loop's index; the node does not have them.
  var diagonals: [Diagonal] = []

  struct Diagonal: Equatable {
    var axis: Int
    var loop: Int
  }

  init(_ node: NodeID, _ loops: [Int] = [], diagonals: [Diagonal] = []) {
    self.node = node
    self.loops = loops
    self.diagonals = diagonals
  }

  func isDiagonal(along axis: Int) -> Bool { diagonals.contains { $0.axis == axis } }

  /// The axes that the node has of those that the value has.
  func ownAxes(_ shape: Shape) -> [Int] { shape.dimensions.indices.filter { !isDiagonal(along: $0) } }

  /// The part of the value's shape that the node has.
  func ownShape(_ shape: Shape) -> Shape { Shape(ownAxes(shape).map { shape.dimensions[$0] }) }
}

/// An axis of an operand on its way through a pass, so that its place can be found again.
enum BatchAxis: Hashable {
  case loop(Int)
  /// Of the node itself.
  case own(Int)
  /// Of index arrays.
  case place(Int)
}
