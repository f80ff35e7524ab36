/// An array as an operation along one axis sees it: all axes before it are one, and all after it.
struct AxisWalk: Hashable, Sendable {
  var outer: Int
  var extent: Int
  var inner: Int
  /// From the last element of the axis to the first.
  var isReversed = false

  init(_ extents: [Int], axis: Int, isReversed: Bool = false) {
    outer = extents[..<axis].reduce(1, *)
    extent = extents[axis]
    inner = extents[(axis + 1)...].reduce(1, *)
    self.isReversed = isReversed
  }
}
