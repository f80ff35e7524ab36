import Dispatch
import NablaGraph

/// Gives the batches of a plan one after the other, in memory that a program can read in place.
///
/// There are two buffers: while one batch is used, another thread fills the other one. Small batches of data in memory
/// are filled when they are asked for, since waking a thread would take longer.
///
///     let loader = try BatchLoader(digits, plan, columns: [.init("x", .f32), .init("y", .i32)])
///     let batch = loader.next()
///     batch.count                        // 32
///     batch.columns[0]                   // 32 examples of x, one after the other
///     batch.cursor                       // where the next one begins: keep it to go on from there
///
/// `@unchecked Sendable`: it may move from thread to thread, but is used by one at a time.
public final class BatchLoader: @unchecked Sendable {
  /// A column that is wanted, and its type in the program.
  public struct Column: Hashable, Sendable {
    public let name: String
    public let element: ElementType

    public init(_ name: String, _ element: ElementType) {
      self.name = name
      self.element = element
    }
  }

  /// Examples side by side, in memory of the loader: valid until the next call of ``BatchLoader/next()``.
  public struct Batch {
    /// How many examples there are: fewer than a batch has only at the end of an epoch.
    public let count: Int
    /// Where each column begins, aligned to a line of the cache.
    public let columns: [UnsafeRawPointer]
    /// The epoch that the batch belongs to.
    public let epoch: Int
    /// Where the next batch begins.
    public let cursor: BatchCursor

    public var isLastOfEpoch: Bool { cursor.epoch != epoch }
  }

  public let plan: BatchPlan
  private let filler: BatchFiller
  private let prefetches: Bool
  private let queue = DispatchQueue(label: "nabla.batches", qos: .userInitiated)
  private let filled = DispatchSemaphore(value: 0)
  private var cursor: BatchCursor
  /// The buffer that comes next, and whether it is being filled.
  private var slot = 0
  private var isFilling = false

  /// - Parameters:
  ///   - plan: for as many examples as the set has.
  ///   - columns: in the order of ``Batch/columns``.
  ///   - prefetches: whether another thread fills batches; without it, where it pays.
  ///   - cursor: where to begin.
  /// - Throws: ``DatasetError`` for a column that is not there or does not hold numbers of the type.
  /// - Precondition: the plan is for this set, and the cursor was given by a loader of the plan.
  public init(
    _ dataset: Dataset, _ plan: BatchPlan, columns: [Column], from cursor: BatchCursor = BatchCursor(),
    prefetches: Bool? = nil
  ) throws(DatasetError) {
    precondition(plan.count == dataset.count, "a plan for the set")
    precondition(cursor.position >= 0 && cursor.position < plan.count, "a place in the epoch")
    self.plan = plan
    self.cursor = cursor
    filler = try BatchFiller(dataset, plan, columns)
    self.prefetches = prefetches ?? (filler.batchSize >= 1 << 16)
  }

  deinit {
    // The other thread holds the buffers, so that it may finish what it began.
    if isFilling { filled.wait() }
  }

  /// The next batch; after the last one of an epoch, the first one of the next epoch.
  ///
  /// The batch before is no longer valid.
  public func next() -> Batch {
    let batch = plan.next(at: cursor)
    if isFilling {
      filled.wait()
      isFilling = false
    } else {
      filler.fill(slot, batch)
    }
    let result = Batch(
      count: batch.range.count, columns: filler.pointers(slot), epoch: batch.epoch, cursor: batch.cursor)
    cursor = batch.cursor
    slot = 1 - slot
    if prefetches {
      let (upcoming, slot) = (plan.next(at: cursor), slot)
      isFilling = true
      queue.async { [filler, filled] in
        filler.fill(slot, upcoming)
        filled.signal()
      }
    }
    return result
  }
}

extension BatchPlan {
  /// A batch: positions in the order of its epoch.
  struct Step: Sendable {
    let epoch: Int
    let range: Range<Int>
    let cursor: BatchCursor
  }

  func next(at cursor: BatchCursor) -> Step {
    var (epoch, start) = (cursor.epoch, cursor.position)
    if start >= examplesPerEpoch { (epoch, start) = (epoch + 1, 0) }
    let end = min(start + batch, count)
    let next = end >= examplesPerEpoch ? BatchCursor(epoch: epoch + 1) : BatchCursor(epoch: epoch, position: end)
    return Step(epoch: epoch, range: start..<end, cursor: next)
  }
}

/// The two buffers, and what writes them.
///
/// `@unchecked Sendable`: the loader lets one thread at a time in.
private final class BatchFiller: @unchecked Sendable {
  private let dataset: Dataset
  private let plan: BatchPlan
  private let columns: [(position: Int, element: ElementType)]
  private let buffers: [[UnsafeMutableRawPointer]]
  private var order: [Int] = []
  private var epoch: Int?
  /// Bytes of one batch.
  let batchSize: Int

  init(_ dataset: Dataset, _ plan: BatchPlan, _ columns: [BatchLoader.Column]) throws(DatasetError) {
    self.dataset = dataset
    self.plan = plan
    var wanted: [(Int, ElementType)] = []
    for column in columns {
      let position = try dataset.position(of: column.name)
      try dataset.requireNumbers(position, as: column.element)
      wanted.append((position, column.element))
    }
    self.columns = wanted
    let sizes = wanted.map { plan.batch * dataset.columns[$0.0].elementCount * $0.1.size }
    batchSize = sizes.reduce(0, +)
    buffers = (0..<2).map { _ in sizes.map { .allocate(byteCount: max($0, 1), alignment: 64) } }
  }

  deinit {
    for buffer in buffers.joined() { buffer.deallocate() }
  }

  func pointers(_ slot: Int) -> [UnsafeRawPointer] { buffers[slot].map { UnsafeRawPointer($0) } }

  func fill(_ slot: Int, _ step: BatchPlan.Step) {
    if epoch != step.epoch {
      order = plan.order(epoch: step.epoch)
      epoch = step.epoch
    }
    for (column, buffer) in zip(columns, buffers[slot]) {
      dataset.gather(order[step.range], column: column.position, into: buffer, as: column.element)
    }
  }
}
