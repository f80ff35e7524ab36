import NablaGraph

extension ArrayPlan {
  /// Temporaries begin at multiples of this: a line of the cache, and the longest vector.
  static let alignment = 64

  /// Gives every temporary a place in the workspace. Arrays that are not alive at the same time share memory, and a
  /// kernel that reads an array for the last time may write its result there.
  ///
  /// - Parameter usesResults: whether results have memory of their own during the call, where temporaries may lie too.
  mutating func layOut(usesResults: Bool = false) {
    if usesResults { lieInResults() }
    var last = Array(repeating: -1, count: buffers.count)
    for buffer in buffers.indices where isTemporary(buffer) && buffers[buffer].byteCount == 0 {
      buffers[buffer].place = .nowhere
    }
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.writtenBuffers + kernel.readBuffers { last[buffer] = number }
    }
    var blocks: [BlockLayout.Block] = []
    var block = Array(repeating: -1, count: buffers.count)
    for (number, kernel) in kernels.enumerated() {
      var given: Set<Int> = []
      for buffer in kernel.writtenBuffers where block[buffer] < 0 && isTemporary(buffer) {
        if let taken = place(of: buffer, replacingIn: kernel, { last[$0] == number && !given.contains($0) }) {
          block[buffer] = block[taken]
          given.insert(taken)
          blocks[block[buffer]].life = blocks[block[buffer]].life.lowerBound...last[buffer]
        } else {
          block[buffer] = blocks.count
          blocks.append(BlockLayout.Block(size: size(of: buffer), life: number...last[buffer]))
        }
      }
    }
    let layout = isShared ? BlockLayout(shared: blocks) : BlockLayout(blocks)
    for buffer in buffers.indices where block[buffer] >= 0 {
      buffers[buffer].place = .workspace(layout.offsets[block[buffer]])
    }
    workspaceSize = layout.size
  }

  /// Lets temporaries lie where a result does: those of which every element is read just where and when the result's
  /// element is written, by the first kernel that touches the result.
  private mutating func lieInResults() {
    var first = Array(repeating: -1, count: buffers.count)
    var (last, writers) = (first, Array(repeating: 0, count: buffers.count))
    for (number, kernel) in kernels.enumerated() {
      for buffer in (kernel.writtenBuffers + kernel.readBuffers).unique {
        if first[buffer] < 0 { first[buffer] = number }
        last[buffer] = number
      }
      for buffer in kernel.writtenBuffers { writers[buffer] += 1 }
    }
    // By place: where results lie, only one array may be at a time.
    var uses: [Int: Int] = [:]
    for buffer in buffers.indices where first[buffer] >= 0 {
      if case .output(let position) = buffers[buffer].place { uses[position, default: 0] += 1 }
    }
    for (number, kernel) in kernels.enumerated().reversed() {
      for buffer in kernel.writtenBuffers where first[buffer] == number && writers[buffer] == 1 {
        guard case .output(let position) = buffers[buffer].place, aliases[position] == nil, uses[position] == 1,
          let taken = place(of: buffer, replacingIn: kernel, { last[$0] == number && writers[$0] == 1 }),
          // The workspace has whole lines for every array, a result has its elements alone.
          buffers[taken].byteCount == buffers[buffer].byteCount
        else { continue }
        buffers[taken].place = .output(position)
      }
    }
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
      return loop.reads.allSatisfy { buffer, address in buffer != read || address == result.address }
    }
  }
}
