/// Which kernels must run before which, and an order that respects it.
///
/// A kernel comes after those that write what it reads or writes, and before those that write over what it reads.
/// Kernels can be united, and further constraints added, as long as no cycle results.
struct KernelOrder {
  /// By kernel; a kernel that has been united with another has neither.
  private(set) var successors: [Set<Int>]
  private(set) var predecessors: [Set<Int>]

  /// A search that has met this many kernels gives up, and takes a way for there.
  private static let searchLimit = 1_000

  init(_ kernels: [ArrayKernel], bufferCount: Int) {
    successors = Array(repeating: [], count: kernels.count)
    predecessors = successors
    var writer = Array(repeating: -1, count: bufferCount)
    var readers: [[Int]] = Array(repeating: [], count: bufferCount)
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.readBuffers {
        if writer[buffer] >= 0 { constrain(writer[buffer], before: number) }
        readers[buffer].append(number)
      }
      for buffer in kernel.writtenBuffers {
        if writer[buffer] >= 0 { constrain(writer[buffer], before: number) }
        for reader in readers[buffer] { constrain(reader, before: number) }
        writer[buffer] = number
        readers[buffer] = []
      }
    }
  }

  /// - Precondition: there is no way from `after` to `before`.
  mutating func constrain(_ before: Int, before after: Int) {
    if before == after { return }
    successors[before].insert(after)
    predecessors[after].insert(before)
  }

  /// Whether one kernel must run before another one; also `true` where that would take long to find out.
  ///
  /// - Parameter direct: whether the other one may be the next.
  func isWay(from start: Int, to end: Int, direct: Bool = true) -> Bool {
    var pending = successors[start].filter { direct || $0 != end }
    var seen = pending
    while let next = pending.popFirst() {
      if next == end || seen.count > KernelOrder.searchLimit { return true }
      for successor in successors[next] where seen.insert(successor).inserted { pending.insert(successor) }
    }
    return false
  }

  /// Makes one kernel of two; it goes by the number of the first.
  ///
  /// - Precondition: there is no way between them through others.
  mutating func unite(_ kernel: Int, with other: Int) {
    for next in successors[other] {
      predecessors[next].remove(other)
      constrain(kernel, before: next)
    }
    for previous in predecessors[other] {
      successors[previous].remove(other)
      constrain(previous, before: kernel)
    }
    (successors[other], predecessors[other]) = ([], [])
  }

  /// All kernels, those that come first in the list as early as they can.
  ///
  /// - Parameter ranks: where a kernel stands in the list.
  func sorted(ranks: [Int]) -> [Int] {
    var waiting = predecessors.map(\.count)
    var ready = Heap(ranks)
    for kernel in waiting.indices where waiting[kernel] == 0 { ready.insert(kernel) }
    var order: [Int] = []
    while let kernel = ready.removeFirst() {
      order.append(kernel)
      for next in successors[kernel] {
        waiting[next] -= 1
        if waiting[next] == 0 { ready.insert(next) }
      }
    }
    return order
  }
}

/// Kernels of which the one with the lowest rank is taken first.
private struct Heap {
  private let ranks: [Int]
  private var items: [Int] = []

  init(_ ranks: [Int]) { self.ranks = ranks }

  private func precedes(_ a: Int, _ b: Int) -> Bool { (ranks[items[a]], items[a]) < (ranks[items[b]], items[b]) }

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = items.first, let last = items.popLast() else { return nil }
    if items.isEmpty { return first }
    items[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < items.count }
      guard let least = children.min(by: precedes), precedes(least, parent) else { return first }
      items.swapAt(least, parent)
      parent = least
    }
  }
}
