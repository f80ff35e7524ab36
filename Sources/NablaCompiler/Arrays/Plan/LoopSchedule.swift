import NablaGraph

/// The order of the loops of a kernel: axes that run through memory together are one loop, and the innermost loop is
/// the one along which most arrays lie side by side.
struct LoopSchedule {
  /// The kernel over the axes that are left, in an order of its own; ``inner`` is the last.
  private(set) var kernel: LoopKernel
  /// Axes of the scheduled kernel, outermost first.
  private(set) var order: [Int] = []

  /// The axes in front that somebody else walks along.
  private let rows: Int
  /// The axes in front that are not joined with others.
  private let fixed: Int

  /// - Parameters:
  ///   - rows: how many axes in front somebody else walks along.
  ///   - isBlocked: whether of the axis behind them a part is walked along at a time.
  init(_ kernel: LoopKernel, rows: Int = 0, isBlocked: Bool = false) {
    self.kernel = kernel
    self.rows = rows
    fixed = isBlocked ? rows + 1 : rows
    dropSingleAxes()
    joinAxes()
    chooseOrder()
  }

  /// The innermost axis; `nil` if there are no loops.
  var inner: Int? { order.last }

  func isReduced(_ axis: Int) -> Bool { kernel.reduced.contains(axis) }

  /// Axes around everything: those of the results alone.
  var outer: [Int] { order.dropLast().filter { !isReduced($0) } }
  /// Axes that are reduced around the innermost loop.
  var summed: [Int] { order.dropLast().filter { isReduced($0) } }

  // MARK: Axes

  private mutating func keep(_ axes: [Int]) {
    func reduced(_ index: LinearIndex) -> LinearIndex {
      LinearIndex(offset: index.offset, steps: axes.map { index.steps[$0] })
    }
    kernel.mapIndices(reduced)
    kernel.reduced = axes.indices.filter { isReduced(axes[$0]) }
    kernel.extents = axes.map { kernel.extents[$0] }
  }

  private mutating func dropSingleAxes() {
    let axes = kernel.extents.indices.filter { $0 < fixed || kernel.extents[$0] != 1 }
    if axes.count < kernel.extents.count { keep(axes) }
  }

  /// An axis and the next are one if every index steps over both as if they were.
  private mutating func joinAxes() {
    var axis = fixed
    while axis + 1 < kernel.extents.count {
      let next = axis + 1
      let extent = kernel.extents[next]
      let areOne =
        isReduced(axis) == isReduced(next)
        && kernel.indices.allSatisfy { $0.steps[axis] == $0.steps[next] * extent }
      guard areOne else {
        axis += 1
        continue
      }
      kernel.extents[next] *= kernel.extents[axis]
      keep(kernel.extents.indices.filter { $0 != axis })
    }
  }

  private mutating func chooseOrder() {
    let axes = Array(kernel.extents.indices.dropFirst(rows))
    guard let inner = axes.min(by: { rank($0) < rank($1) }) else { return }
    let rest = axes.filter { $0 != inner }
    order = rest.filter { !isReduced($0) } + rest.filter { isReduced($0) } + [inner]
  }

  /// The less, the better an innermost loop.
  private func rank(_ axis: Int) -> (Int, Int) {
    // Elements that are written at a distance cost more than those that are read so.
    let strided =
      kernel.indices.count { $0.step(along: axis).map { abs($0) > 1 } ?? true }
      + kernel.results.count { abs($0.address.steps[axis]) > 1 }
    // Short loops do not fill vectors.
    return (2 * strided + (kernel.extents[axis] < 8 ? 3 : 0), -axis)
  }
}

extension LoopKernel {
  /// All linear indices of the kernel, and of what these are looked up with.
  var indices: [LinearIndex] {
    sources.flatMap { $0.index?.parts ?? [] } + results.map(\.address)
  }

  /// - Parameter map: what the offset and the steps become, of each of ``indices`` in their order.
  mutating func mapIndices(_ map: (LinearIndex) -> LinearIndex) {
    sources = sources.map { source in
      switch source {
      case .element(let buffer, let address): .element(buffer: buffer, address.map(map))
      case .position(let index): .position(index.map(map))
      case .accumulator, .product: source
      }
    }
    for result in results.indices { results[result].address = map(results[result].address) }
  }
}

extension LoopKernel.Source {
  var index: LinearIndex? {
    switch self {
    case .element(_, let address): address
    case .position(let index): index
    case .accumulator, .product: nil
    }
  }
}
