/// A walk over elements that pairs every source element with a result element.
///
/// Broadcast, transpose, slice, pad, concatenate and reduce are all this, with other strides: a stretched axis has
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

  /// Calls `body` with the position of every pair, in row-major order of the walk, and how many pairs follow it side by
  /// side in both.
  func forEachRun(_ body: (_ source: Int, _ result: Int, _ count: Int) -> Void) {
    if axes.contains(where: { $0.extent == 0 }) { return }
    var outer = axes
    var run = 1
    while let last = outer.last, last.extent == 1 || (last.source == run && last.result == run) {
      run *= last.extent
      outer.removeLast()
    }
    var position = Array(repeating: 0, count: outer.count)
    var (from, to) = (source, result)
    while true {
      body(from, to, run)
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

  /// The strides of a tensor in row-major order.
  static func strides(of extents: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
    return strides
  }
}
