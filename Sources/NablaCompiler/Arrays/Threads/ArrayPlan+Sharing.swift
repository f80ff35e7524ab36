import NablaGraph
import NablaRuntime

/// Which kernels several threads share. That is decided when a program is planned, by the work there is: a call wakes
/// the threads once, and between two kernels they only wait for each other.
extension ArrayPlan {
  /// Whether the threads of a call share a kernel; else the first does it alone.
  func isShared(_ kernel: ArrayKernel) -> Bool {
    if threads < 2 { return false }
    if case .scan(let scan) = kernel { return scan.body.isShared }
    return kernel.partCount > 1 && nanoseconds(kernel) >= leastNanoseconds(kernel)
  }

  /// How long a kernel takes at least, if threads share it.
  private func leastNanoseconds(_ kernel: ArrayKernel) -> Double {
    // The work of a product is known well, and a matrix that is multiplied with one row lies in parts in the threads'
    // own caches.
    if case .contract = kernel { return grain / 4 }
    if !isStep { return grain }
    // Threads that keep their rows from step to step do not wait for what another one has at hand, and would for rows
    // that the first one has written for all.
    return kernel.isSharedByRows ? 0 : grain / 8
  }

  /// Whether any kernel is shared.
  var isShared: Bool { kernels.contains(where: isShared) }

  /// Leaves a call, or a step of a loop, to one thread if it is soon done, or if most of it is one thread's anyway:
  /// threads that share it then wait longer for what another one has in its cache than they save.
  mutating func leaveToOneIfShort() {
    let shared = kernels.reduce(0) { isShared($1) ? $0 + lowestNanoseconds(of: $1) : $0 }
    let all = nanoseconds
    let isShort = isStep ? all < 2 * grain : all < 3 * grain || (all < 36 * grain && shared / 2 < exchange + grain)
    if grain > 0, isShort || 2 * shared < all { threads = 1 }
  }

  /// How long threads wait at most for what lies in another one's cache, if they share what they can: for temporaries,
  /// since of parameters everyone keeps a part.
  private var exchange: Double {
    let touched = kernels.filter(isShared).flatMap { kernel in
      (kernel.readBuffers + kernel.writtenBuffers).filter { !kernel.scratchBuffers.contains($0) }
    }
    return touched.unique.reduce(0) { time, buffer in
      guard case .workspace = buffers[buffer].place else { return time }
      return time + Double(buffers[buffer].byteCount) * ArrayPlan.exchangeNanoseconds
    }
  }

  /// For a byte: a line takes some thirty nanoseconds, and half of them lie where they are wanted.
  private static let exchangeNanoseconds = 0.25

  /// How long all kernels take one thread at least, with all that they read and write at hand.
  private var nanoseconds: Double {
    kernels.reduce(0) { $0 + lowestNanoseconds(of: $1) }
  }

  private func lowestNanoseconds(of kernel: ArrayKernel) -> Double {
    guard case .scan(let scan) = kernel else { return nanoseconds(kernel, isNear: true) }
    return Double(scan.length) * scan.body.nanoseconds
  }

  /// How long a kernel takes one thread, roughly.
  private func nanoseconds(_ kernel: ArrayKernel, isNear: Bool = false) -> Double {
    let work = work(of: kernel)
    let arithmetic: Double =
      switch kernel {
      case .contract(let product): Double(work.operations) / (product.tiling == nil ? 8 : 100)
      // Vectors of what is at hand go some three times as fast.
      case .loop(let loop): loop.nanoseconds / (isNear ? 3 : 1)
      case .rows(let rows): rows.parts.reduce(0) { $0 + $1.nanoseconds } / (isNear ? 3 : 1)
      case .along, .random, .scatter, .scan: Double(work.operations)
      // Lines of which a panel takes a part each.
      case .pack: Double(work.bytes) / 16
      }
    // What fits into the nearer caches comes from there.
    return max(arithmetic, Double(work.bytes) / (isNear || work.bytes < ArrayPlan.nearBytes ? 100 : 20))
  }

  private static let nearBytes = 1 << 20

  /// Whether one kernel must be done before the other begins.
  func conflict(_ one: ArrayKernel, _ other: ArrayKernel) -> Bool {
    touches(one, one.writtenBuffers, other, other.readBuffers + other.writtenBuffers)
      || touches(one, one.readBuffers, other, other.writtenBuffers)
      || writes(other, whatChecksRead: one) || writes(one, whatChecksRead: other)
  }

  /// Whether a kernel writes where integers lie that all threads look at, whole, before they begin with a kernel: with
  /// this one itself, none may begin until all have looked.
  func writes(_ kernel: ArrayKernel, whatChecksRead other: ArrayKernel) -> Bool {
    let integers = other.checks.flatMap(\.readBuffers)
    return integers.contains { a in kernel.writtenBuffers.contains { b in share(a, b) } }
  }

  /// Whether arrays share memory of which not every thread has its own part in both kernels.
  private func touches(_ one: ArrayKernel, _ some: [Int], _ other: ArrayKernel, _ others: [Int]) -> Bool {
    some.contains { a in
      others.contains { b in share(a, b) && !isCutAlike(one, a, other, b) }
    }
  }

  /// Whether two arrays share memory.
  private func share(_ a: Int, _ b: Int) -> Bool {
    switch (buffers[a].place, buffers[b].place) {
    case (.workspace(let first), .workspace(let second)):
      first < second + buffers[b].byteCount && second < first + buffers[a].byteCount
    case (.nowhere, _), (_, .nowhere): false
    case (.workspace, _), (_, .workspace): false
    // Inputs and results may lie in one place, but not those of a step of a loop.
    case (.input, .input): false
    case (.output(let first), .output(let second)) where isStep: first == second
    case (.input, .output), (.output, .input): !isStep
    default: true
    }
  }

  /// Whether every thread touches the same part of two arrays in one place.
  private func isCutAlike(_ one: ArrayKernel, _ a: Int, _ other: ArrayKernel, _ b: Int) -> Bool {
    guard isStep, buffers[a].place == buffers[b].place, isShared(one), isShared(other),
      let territory = territory(of: a, in: one)
    else { return false }
    return territory == self.territory(of: b, in: other)
  }
}

extension ArrayKernel {
  /// Whether threads share rows that consist of more than one element, rather than elements side by side.
  fileprivate var isSharedByRows: Bool {
    switch self {
    case .loop(let loop):
      let schedule = LoopSchedule(loop)
      return schedule.shared.map { $0 != schedule.inner || schedule.kernel.extents[$0] >= 2_048 } ?? false
    case .rows: return true
    case .contract(let product):
      switch product.cut {
      case .rows, .tiles, .batch, .parts: return true
      case .columns, .panels, nil: return false
      }
    default: return false
    }
  }
}

extension LoopKernel {
  /// How long one thread takes, roughly.
  fileprivate var nanoseconds: Double {
    let schedule = LoopSchedule(self)
    let isScattered = schedule.inner.map { inner in
      schedule.kernel.indices.contains { $0.step(along: inner).map { abs($0) > 1 } ?? true }
    }
    return Double((cost + (isScattered == true ? 8 : 1)) * extents.elementCount) / 16
  }

  var partCount: Int {
    if owned?.step == 0 { return 1 }
    if !partial.isEmpty { return partial.count }
    let schedule = LoopSchedule(self)
    return schedule.shared.map { schedule.kernel.extents[$0] } ?? 1
  }
}

extension RowKernel {
  /// The outermost rows, or parts of sums over them.
  var partCount: Int {
    if !partial.isEmpty { return partial.count }
    return parts.contains(where: isAcrossRows) ? 1 : rows[0]
  }
}

extension LoopSchedule {
  /// The axis that threads share: the outermost that is long enough, or falls into equal parts, else the longest; no
  /// reduced one, since every sum is one thread's.
  var shared: Int? {
    if let ownedAxis { return ownedAxis }
    let axes = order.filter { !isReduced($0) }
    func isLong(_ axis: Int) -> Bool {
      kernel.extents[axis] >= 32 || (kernel.extents[axis] >= 4 && kernel.extents[axis] % 2 == 0 && axis != inner)
    }
    return axes.first(where: isLong) ?? axes.max { kernel.extents[$0] < kernel.extents[$1] }
  }
}

extension ContractionKernel {
  /// The loop that threads share.
  enum Cut: Hashable, Sendable {
    /// An axis of the batch, of the rows, of the columns, by number.
    case batch(Int)
    case rows(Int)
    case columns(Int)
    /// The tiles along the innermost axis of the rows, the panels along that of the columns.
    case tiles
    case panels
    /// The parts of the sum, of vectors along it.
    case parts
  }

  var partCount: Int { cut.map(partCount) ?? 1 }

  func partCount(_ cut: Cut) -> Int {
    switch cut {
    case .batch(let axis): batch[axis].extent
    case .rows(let axis): rows[axis].extent
    case .columns(let axis): columns[axis].extent
    case .tiles: tiling?.tiles.reduce(0) { $0 + $1.run.count } ?? 1
    case .panels: tiling?.panels.reduce(0) { $0 + $1.count } ?? 1
    case .parts: tiling?.partCount ?? 1
    }
  }

  /// The loop that shares best between few threads: batches need nothing twice; of columns every thread keeps its part
  /// of the right operand, which is the larger one in a layer of a network; of rows its part of the left one. Where
  /// threads keep parts of a parameter, these.
  var cut: Cut? {
    guard let tiling else { return nil }
    if tiling.partCount > 1 { return .parts }
    if tiling.isDot { return nil }
    var cuts: [Cut] = batch.indices.map { .batch($0) }
    let isLeftSmall = elementCount(rows) <= elementCount(columns)
    let byColumns: [Cut] = columns.indices.dropLast().map { .columns($0) } + [.panels]
    let byRows: [Cut] = rows.indices.dropLast().map { .rows($0) } + [.tiles]
    // Sums over rows are one thread's.
    if sumsOverRows {
      if batch.isEmpty, let preferredCut, byColumns.contains(preferredCut) { return preferredCut }
      return batch.isEmpty ? byColumns.first { partCount($0) > 1 } : nil
    }
    if let preferredCut { return preferredCut }
    // Every thread would pack all of the left operand.
    cuts += isLeftSmall && !tiling.isLeftPacked ? byColumns + byRows : byRows + byColumns
    if rowParts > 1, let own = byRows.first(where: { partCount($0) % rowParts == 0 }) { return own }
    func isEven(_ cut: Cut) -> Bool { partCount(cut) % 2 == 0 && partCount(cut) <= 8 || partCount(cut) >= 9 }
    return cuts.first { partCount($0) > 1 && isEven($0) } ?? cuts.first { partCount($0) > 1 }
  }
}

extension AxisKernel {
  /// Sorting has one scratch for all rows.
  var partCount: Int { action == .order ? 1 : outer }
}
