import NablaGraph
import NablaRuntime

/// Sums along a long axis that are made in parts, which threads share, and added up in order afterwards.
///
/// How many parts there are follows from the sizes alone, so no bit depends on the number of threads.
struct PartialSums: Hashable, Sendable {
  /// How many parts there are; 1 where all is summed at once.
  var count = 1
  /// Where the parts of each result lie, one behind the other, by the result's buffer.
  var buffers: [Int: Int] = [:]
  /// Whether one thread makes all parts, and adds each to the sum at once: there is memory for one.
  var isSequential = false
  /// Whether that memory is the function's own.
  var isLocal = false

  var isEmpty: Bool { buffers.isEmpty }
  var scratch: [Int] { isLocal ? [] : buffers.values.sorted() }

  /// Parts of a sum at most.
  static let usualCount = 32
  /// Places of the axis that a part has at least.
  static let leastLength = 16
  /// Bytes of all parts.
  static let byteLimit = 1 << 20
  /// Bytes of a part that a function may have on its stack.
  static let localLimit = 1 << 13
  /// Shorter sums are not worth it.
  static let leastWork = 1 << 14

  /// How many parts an axis falls into, and how many places each has but for the last.
  static func parts(of extent: Int, unit: Int) -> (count: Int, length: Int) {
    let units = (extent + unit - 1) / unit
    let length = max((units + usualCount - 1) / usualCount * unit, (leastLength + unit - 1) / unit * unit)
    return ((extent + length - 1) / length, length)
  }
}

extension ArrayPlan {
  /// Cuts the sums that one thread would have to make alone.
  mutating func cutSums() {
    for number in kernels.indices {
      switch kernels[number] {
      case .loop(var loop):
        if loop.reduced.isEmpty || loop.extents.elementCount < PartialSums.leastWork { continue }
        let schedule = LoopSchedule(loop)
        guard let axis = schedule.cut else { continue }
        let count = PartialSums.parts(of: schedule.kernel.extents[axis], unit: schedule.unit(of: axis)).count
        loop.partial = partialSums(count, of: loop.results.filter { $0.start != nil })
        if !loop.partial.isEmpty { kernels[number] = .loop(loop) }
      case .rows(var rows):
        let sums = rows.parts.flatMap { part in
          part.reduced.contains(0) ? part.results.filter { $0.start != nil } : []
        }
        if sums.isEmpty || rows.extentSum < PartialSums.leastWork { continue }
        rows.partial = partialSums(PartialSums.parts(of: rows.rows[0], unit: rows.unit).count, of: sums)
        if !rows.partial.isEmpty { kernels[number] = .rows(rows) }
      default: continue
      }
    }
  }

  /// Keeps memory for one part of the sums that no threads share.
  mutating func narrowSums() {
    for number in kernels.indices where !isShared(kernels[number]) {
      switch kernels[number] {
      case .loop(var loop) where !loop.partial.isEmpty:
        narrow(&loop.partial)
        kernels[number] = .loop(loop)
      case .rows(var rows) where !rows.partial.isEmpty:
        narrow(&rows.partial)
        kernels[number] = .rows(rows)
      default: continue
      }
    }
  }

  private mutating func narrow(_ sums: inout PartialSums) {
    for buffer in sums.buffers.values { resize(buffer, to: buffers[buffer].extents.elementCount / sums.count) }
    sums.isSequential = true
    sums.isLocal = sums.scratch.reduce(0) { $0 + buffers[$1].byteCount } <= PartialSums.localLimit
    if sums.isLocal { for buffer in sums.buffers.values { buffers[buffer].place = .nowhere } }
  }

  /// Memory for the parts of sums; none where it would be too much.
  private mutating func partialSums(_ count: Int, of results: [LoopKernel.Result]) -> PartialSums {
    let targets = results.map(\.buffer).unique
    let bytes = targets.reduce(0) { $0 + buffers[$1].byteCount + ArrayPlan.alignment }
    if count < 2 || bytes * count > PartialSums.byteLimit { return PartialSums() }
    var partial = PartialSums(count: count)
    for target in targets {
      let (element, size) = (buffers[target].element, buffers[target].byteCount)
      // No two parts write to one line of a cache.
      let lines = (size + ArrayPlan.alignment - 1) / ArrayPlan.alignment
      partial.buffers[target] = buffers.count
      buffers.append(
        Buffer(
          element: element, extents: [count, lines * ArrayPlan.alignment / element.size], place: .workspace(0),
          name: nil))
    }
    return partial
  }
}

extension LoopSchedule {
  /// Threads share a loop along results where it has so many places.
  private static let leastShared = 64

  /// The reduced axis that parts of sums are made along: the longest; `nil` where threads can share the results.
  var cut: Int? {
    let axes = order.filter(isReduced)
    if let shared, kernel.extents[shared] >= LoopSchedule.leastShared { return nil }
    return axes.max { kernel.extents[$0] < kernel.extents[$1] }
  }

  /// Places that belong together: rows of one number each lie in one line of a cache, as do neighbours along the
  /// innermost loop.
  func unit(of axis: Int) -> Int {
    if let length = unitLength, axis == shared { return length }
    if axis == inner { return 64 }
    if let unit = kernel.owned?.unit, axis == ownedAxis { return unit }
    return kernel.extents[axis] >= 256 ? 16 : 1
  }
}

extension LoopSchedule {
  /// The length of the equal parts that the axis that threads share falls into; `nil` if they would not be whole lines
  /// of the cache.
  private var unitLength: Int? {
    guard let units = kernel.units, let shared, kernel.extents[shared] % units == 0 else { return nil }
    let length = kernel.extents[shared] / units
    return shared == inner && length % 16 != 0 ? nil : length
  }
}

extension RowKernel {
  /// Numbers of neighbouring rows lie in one line of a cache.
  var unit: Int { rows.count == 1 && rows[0] >= 256 ? 16 : 1 }

  /// The places of all parts together.
  fileprivate var extentSum: Int { parts.reduce(0) { $0 + $1.extents.elementCount } }
}
