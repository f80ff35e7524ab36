/// A walk over elements that pairs every source element with a result element.
///
/// Broadcast, transpose, slice, pad, concatenate, view and reduce are all this, with other strides: a stretched axis has
/// source stride 0, a reduced one has result stride 0, a padded one a result stride of the gap.
struct Movement: Hashable, Sendable {
  struct Axis: Hashable, Sendable {
    var extent: Int
    var source: Int
    var result: Int
  }

  /// Outermost first.
  var axes: [Axis]
  var source = 0
  var result = 0
  /// What a reduction starts from: a position in the literal table.
  var start: UInt32 = 0

  /// A part of the walk along one axis: `extent` pairs, each so far from the one before it.
  typealias Line = Axis

  /// Calls `body` with every line of the walk and the position of its first pair, in row-major order of the walk.
  ///
  /// Axes that lie one in the other on both sides are one, so that lines are long. Inlined, so that what is done along a
  /// line costs no call an element.
  @inline(__always)
  func forEachLine(_ body: (_ line: Line, _ source: Int, _ result: Int) -> Void) {
    if axes.contains(where: { $0.extent == 0 }) { return }
    var outer = joinedAxes
    let line = outer.popLast() ?? Line(extent: 1, source: 1, result: 1)
    var position = Array(repeating: 0, count: outer.count)
    var (from, to) = (source, result)
    while true {
      body(line, from, to)
      var axis = outer.count - 1
      while axis >= 0 {
        position[axis] += 1
        from += outer[axis].source
        to += outer[axis].result
        if position[axis] < outer[axis].extent { break }
        from -= outer[axis].source * outer[axis].extent
        to -= outer[axis].result * outer[axis].extent
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// The same walk from the results to the sources.
  var transposed: Movement {
    Movement(
      axes: axes.map { Axis(extent: $0.extent, source: $0.result, result: $0.source) }, source: result, result: source)
  }

  private var joinedAxes: [Axis] {
    var joined: [Axis] = []
    for axis in axes where axis.extent != 1 {
      if let last = joined.last, last.source == axis.source * axis.extent, last.result == axis.result * axis.extent {
        joined[joined.count - 1] = Axis(extent: last.extent * axis.extent, source: axis.source, result: axis.result)
      } else {
        joined.append(axis)
      }
    }
    return joined
  }

  /// The strides of a tensor in row-major order.
  static func strides(of extents: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
    return strides
  }
}
