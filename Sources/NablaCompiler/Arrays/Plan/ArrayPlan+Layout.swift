import NablaGraph

extension ArrayPlan {
  /// Temporaries begin at multiples of this: a line of the cache, and the longest vector.
  static let alignment = 64

  /// Gives every temporary a place in the workspace. Arrays that are not alive at the same time share memory, and a
  /// loop that reads an array for the last time may write its result there.
  ///
  /// - Complexity: linear in the kernels, times the number of gaps between live arrays.
  mutating func layOut() {
    var first = Array(repeating: Int.max, count: buffers.count)
    var last = Array(repeating: -1, count: buffers.count)
    for buffer in buffers.indices where isTemporary(buffer) && buffers[buffer].byteCount == 0 {
      buffers[buffer].place = .nowhere
    }
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.writtenBuffers {
        first[buffer] = min(first[buffer], number)
        last[buffer] = number
      }
      for buffer in kernel.readBuffers { last[buffer] = number }
    }
    var arena = Arena()
    for (number, kernel) in kernels.enumerated() {
      var given: Set<Int> = []
      for buffer in kernel.writtenBuffers where first[buffer] == number && isTemporary(buffer) {
        if let taken = place(of: buffer, replacingIn: kernel, { last[$0] == number && !given.contains($0) }) {
          buffers[buffer].place = buffers[taken].place
          given.insert(taken)
        } else {
          buffers[buffer].place = .workspace(arena.allocate(size(of: buffer)))
        }
        // Written more than once in this kernel.
        first[buffer] = -1
      }
      for buffer in Set(kernel.writtenBuffers + kernel.readBuffers).sorted() where last[buffer] == number {
        if case .workspace(let offset) = buffers[buffer].place, !given.contains(buffer) {
          arena.release(offset, size(of: buffer))
        }
      }
    }
    workspaceSize = arena.size
  }

  private func isTemporary(_ buffer: Int) -> Bool { if case .workspace = buffers[buffer].place { true } else { false } }

  private func size(of buffer: Int) -> Int {
    let unit = ArrayPlan.alignment
    return (buffers[buffer].byteCount + unit - 1) / unit * unit
  }

  /// A temporary whose memory a result of the kernel may take: one that dies, and of which every element is read just
  /// where and when the result's element is written.
  private func place(of buffer: Int, replacingIn kernel: ArrayKernel, _ dies: (Int) -> Bool) -> Int? {
    guard case .loop(let loop) = kernel, loop.results.count(where: { $0.buffer == buffer }) == 1,
      let result = loop.results.first(where: { $0.buffer == buffer }), result.start == nil
    else { return nil }
    return loop.readBuffers.first { read in
      guard dies(read), isTemporary(read), buffers[read].element == buffers[buffer].element,
        size(of: read) == size(of: buffer)
      else { return false }
      return loop.sources.allSatisfy { source in
        guard case .element(read, let address) = source else { return true }
        return address == result.address
      }
    }
  }
}

/// A growing block of memory of which parts are given out and taken back; the smallest gap that suffices is used first.
private struct Arena {
  private(set) var size = 0
  /// Gaps in ascending order, never side by side.
  private var gaps: [Range<Int>] = []

  mutating func allocate(_ count: Int) -> Int {
    let fitting = gaps.indices.filter { gaps[$0].count >= count }
    if let best = fitting.min(by: { gaps[$0].count < gaps[$1].count }) {
      let offset = gaps[best].lowerBound
      gaps[best] = offset + count..<gaps[best].upperBound
      if gaps[best].isEmpty { gaps.remove(at: best) }
      return offset
    }
    // A gap at the end grows.
    let offset = gaps.last.flatMap { $0.upperBound == size ? $0.lowerBound : nil } ?? size
    if offset < size { gaps.removeLast() }
    size = offset + count
    return offset
  }

  mutating func release(_ offset: Int, _ count: Int) {
    var gap = offset..<offset + count
    var next = gaps.firstIndex { $0.lowerBound >= gap.lowerBound } ?? gaps.count
    if next < gaps.count, gaps[next].lowerBound == gap.upperBound {
      gap = gap.lowerBound..<gaps[next].upperBound
      gaps.remove(at: next)
    }
    if next > 0, gaps[next - 1].upperBound == gap.lowerBound {
      next -= 1
      gap = gaps[next].lowerBound..<gap.upperBound
      gaps.remove(at: next)
    }
    gaps.insert(gap, at: next)
  }
}
