import NablaGraph

/// The parts of an array that the threads of a call touch in a kernel: equal parts in order, of which every thread has
/// some neighbours.
///
/// Two kernels that cut an array alike need no meeting between them, as far as that array is concerned: each thread
/// finds what it has written itself.
struct Territory: Hashable {
  let count: Int
  /// Of a part.
  let bytes: Int

  /// - Parameters:
  ///   - units: how many parts there are, and how many places of the axis each has.
  ///   - reach: how far an access goes beyond the place of its axis, in elements, and the step of that axis.
  fileprivate init?(units: (count: Int, length: Int), reach: ClosedRange<Int>, step: Int, elementSize: Int) {
    if reach.lowerBound < 0 || reach.upperBound >= step { return nil }
    (count, bytes) = (units.count, units.length * step * elementSize)
  }
}

extension ArrayPlan {
  /// The parts of an array in a kernel that threads share; `nil` where a thread may touch all of it.
  func territory(of buffer: Int, in kernel: ArrayKernel) -> Territory? {
    let size = buffers[buffer].element.size
    var territories: Set<Territory?> = []
    switch kernel {
    case .loop(let loop):
      let schedule = LoopSchedule(loop)
      guard loop.partial.isEmpty, loop.owned == nil, let axis = schedule.shared else { return nil }
      let (extent, unit) = (schedule.kernel.extents[axis], schedule.unit(of: axis))
      if extent % unit != 0 { return nil }
      for (accessed, address) in schedule.kernel.accesses where accessed == buffer {
        if !address.lookups.isEmpty { return nil }
        let reach = address.reach(over: schedule.kernel.extents, without: axis)
        territories.insert(
          Territory(units: (extent / unit, unit), reach: reach, step: address.steps[axis], elementSize: size))
      }
    case .contract(let product):
      guard let units = product.rowUnits, buffer != product.packedRight ?? product.right.buffer else { return nil }
      for (reach, step) in product.reaches(of: buffer) {
        territories.insert(Territory(units: units, reach: reach, step: step, elementSize: size))
      }
    default: return nil
    }
    return territories.count == 1 ? territories.first ?? nil : nil
  }

  /// Lets loops fall into as many parts as the rows of the products beside them.
  mutating func cutAlike() {
    let counts = kernels.compactMap { kernel -> Int? in
      guard case .contract(let product) = kernel, isShared(kernel) else { return nil }
      return product.rowUnits?.count
    }
    guard threads > 1, let count = counts.first, counts.allSatisfy({ $0 == count }) else { return }
    for (number, kernel) in kernels.enumerated() {
      guard case .loop(var loop) = kernel else { continue }
      loop.units = count
      kernels[number] = .loop(loop)
    }
  }

  /// Kernels of a step that are compared with each other.
  private static let apartLimit = 16

  /// Whether the threads that run a step of a loop one after the other touch nothing but their own parts of all that
  /// steps write, so that they need not meet at all.
  func keepsApart(carried: Int) -> Bool {
    if canFail || kernels.count > ArrayPlan.apartLimit || !kernels.allSatisfy(isShared) { return false }
    var meetings = Meetings(self)
    for kernel in kernels where meetings.isMeeting(before: kernel) { return false }
    // Between steps: what they hand on, and what they write again.
    for value in 0..<carried {
      var territories: Set<Territory?> = []
      for kernel in kernels {
        for buffer in (kernel.readBuffers + kernel.writtenBuffers).unique where isCarried(buffer, value) {
          territories.insert(territory(of: buffer, in: kernel))
        }
      }
      if territories.count > 1 || territories.contains(nil) { return false }
    }
    return !kernels.indices.contains { one in
      kernels.indices.contains { other in one != other && conflict(kernels[one], kernels[other]) }
    } && kernels.allSatisfy(rewritesOwn)
  }

  private func isCarried(_ buffer: Int, _ value: Int) -> Bool {
    switch buffers[buffer].place {
    case .input(value), .output(value): true
    default: false
    }
  }

  /// Whether a kernel that runs again writes over the thread's own temporaries alone.
  private func rewritesOwn(_ kernel: ArrayKernel) -> Bool {
    kernel.writtenBuffers.allSatisfy { buffer in
      guard case .workspace = buffers[buffer].place, !kernel.scratchBuffers.contains(buffer) else { return true }
      return territory(of: buffer, in: kernel) != nil
    }
  }
}

extension LinearIndex {
  /// The smallest and the largest address, with one axis left out.
  fileprivate func reach(over extents: [Int], without axis: Int) -> ClosedRange<Int> {
    var (least, most) = (offset, offset)
    for other in steps.indices where other != axis {
      let length = steps[other] * max(0, extents[other] - 1)
      (least, most) = (least + min(0, length), most + max(0, length))
    }
    return least...most
  }
}

extension ContractionKernel {
  /// The tiles along the only axis of the rows, and how many places each has, if threads share them and they are equal.
  fileprivate var rowUnits: (count: Int, length: Int)? {
    guard cut == .tiles, batch.isEmpty, rows.count == 1, windows.isEmpty, let tiles = tiling?.tiles, tiles.count == 1,
      epilogue?.results.contains(where: { $0.start != nil }) != true
    else { return nil }
    return (tiles[0].run.count, tiles[0].run.size)
  }

  /// How far the accesses to an array reach beyond the place along the rows, and the step along these.
  fileprivate func reaches(of buffer: Int) -> [(reach: ClosedRange<Int>, step: Int)] {
    var all: [(ClosedRange<Int>, Int)] = []
    func add(_ offset: Int, _ step: Int, _ others: [(extent: Int, step: Int)]) {
      let index = LinearIndex(offset: offset, steps: others.map(\.step))
      all.append((index.reach(over: others.map(\.extent), without: -1), step))
    }
    if buffer == left.buffer { add(left.offset, rows[0].left, sums.map { ($0.extent, $0.left) }) }
    if buffer == result, isResultStored { add(resultOffset, rows[0].result, columns.map { ($0.extent, $0.result) }) }
    for (accessed, address) in tileEpilogue?.accesses ?? [] where accessed == buffer {
      // What is looked up may lie anywhere.
      if !address.lookups.isEmpty { add(-1, rows[0].left, []) }
      let others = zip(columns, address.steps.dropFirst()).map { ($0.extent, $1) }
      add(address.offset, address.steps[0], others)
    }
    return all
  }
}
