import NablaGraph

extension KernelFusion {
  /// Groups are looked for among this many of the latest.
  private static let openGroups = 4
  private static let partLimit = 40
  private static let statementLimit = 600
  /// Bytes that a row may have of its own: a part of the nearest cache, and of any stack.
  private static let localLimit = 24 << 10

  /// Joins loops over the same rows around reductions along them.
  mutating func fuseRows() {
    var groups: [Int] = []
    for number in kernels.indices {
      guard case .loop(let loop)? = kernels[number] else { continue }
      let part = loop.withoutSingleAxes
      if groups.suffix(KernelFusion.openGroups).reversed().contains(where: { join(part, number, to: $0) }) { continue }
      guard let rows = part.rows else { continue }
      replace(number, with: .rows(RowKernel(rows: rows, parts: [part], ranks: [ranks[number]])))
      groups.append(number)
      for other in order.predecessors[number].sorted() {
        if case .loop(let loop)? = kernels[other] { _ = join(loop.withoutSingleAxes, other, to: number) }
      }
    }
    for group in groups {
      guard case .rows(let kernel)? = kernels[group] else { continue }
      if kernel.parts.count == 1 {
        replace(group, with: .loop(kernel.parts[0]))
      } else {
        if reorders { shorten(kernel, group) }
        if case .rows(let kernel)? = kernels[group] { replace(group, with: .rows(localised(kernel, group))) }
      }
    }
  }

  /// Makes a loop a part of a group, if it fits and both gain.
  private mutating func join(_ part: LoopKernel, _ number: Int, to group: Int) -> Bool {
    guard case .rows(var kernel)? = kernels[group], part.extents.starts(with: kernel.rows),
      kernel.parts.count < KernelFusion.partLimit,
      kernel.statementCount + part.statementCount < KernelFusion.statementLimit
    else { return false }
    let place = kernel.ranks.firstIndex { $0 > ranks[number] } ?? kernel.ranks.count
    kernel.parts.insert(part, at: place)
    kernel.ranks.insert(ranks[number], at: place)
    guard looksUpNothingOwn(kernel.parts), isGain(kernel, place), fillsVectors(kernel), isInStep(kernel),
      !order.isWay(from: group, to: number, direct: false),
      !order.isWay(from: number, to: group, direct: false)
    else { return false }
    unite(group, with: number)
    replace(group, with: .rows(kernel))
    return true
  }

  /// Whether what is costly for each row is done for many rows at once: a row alone does not fill vectors.
  private func fillsVectors(_ kernel: RowKernel) -> Bool {
    let inner = kernel.parts.map { $0.extents.dropFirst(kernel.rows.count).reduce(1, *) }.max() ?? 1
    let isCheap = kernel.parts.allSatisfy { part in
      part.extents.count > kernel.rows.count || part.cost * kernel.rows.elementCount <= 20_000 || 4 * part.cost <= inner
    }
    return isCheap || kernel.team { plan.buffers[$0].element.size }.isWide
  }

  /// Whether a part reads or writes rows that another part does.
  private func isGain(_ kernel: RowKernel, _ place: Int) -> Bool {
    let part = kernel.parts[place]
    let own = Set(
      part.accesses.filter { $0.address.steps.prefix(kernel.rows.count).contains { $0 != 0 } }.map(\.buffer))
    return kernel.parts.indices.contains { other in
      other != place && kernel.parts[other].accesses.contains { own.contains($0.buffer) }
    }
  }

  /// Whether, of all that parts write, others touch in each row only what belongs to that row.
  private func isInStep(_ kernel: RowKernel) -> Bool {
    let written = Set(kernel.parts.flatMap(\.writtenBuffers))
    for buffer in written {
      let users = kernel.parts.indices.filter { part in kernel.parts[part].accesses.contains { $0.buffer == buffer } }
      if let input = replacedInput(of: buffer) {
        let readers = kernel.parts.filter { $0.readBuffers.contains(input) }
        if readers.contains(where: { !$0.writtenBuffers.contains(buffer) }) { return false }
      }
      if users.count > 1, span(of: buffer, in: kernel) == nil { return false }
    }
    return true
  }

  /// How many neighbouring elements of a buffer belong to each row; `nil` if rows overlap there.
  private func span(of buffer: Int, in kernel: RowKernel) -> Int? {
    let count = kernel.rows.count
    var steps: [Int]?
    for part in kernel.parts {
      if kernel.isAcrossRows(part), part.results.contains(where: { $0.buffer == buffer && $0.start != nil }) {
        return nil
      }
      for access in part.accesses where access.buffer == buffer {
        let own = Array(access.address.steps.prefix(count))
        if steps ?? own != own { return nil }
        steps = own
        var (low, high) = (access.address.offset, access.address.offset)
        let reaches = zip(access.address.steps, part.extents).dropFirst(count).map { $0 * ($1 - 1) }
        for reach in reaches + access.address.lookups.map(\.reach) {
          if reach < 0 { low += reach } else { high += reach }
        }
        guard low >= 0, high < own[count - 1] else { return nil }
      }
    }
    guard let steps, (1..<count).allSatisfy({ steps[$0 - 1] == steps[$0] * kernel.rows[$0] }) else { return nil }
    return steps[count - 1]
  }

  /// The kernel with arrays that nobody else reads as parts of a row.
  private func localised(_ kernel: RowKernel, _ number: Int) -> RowKernel {
    var kernel = kernel
    var bytes = 0
    for buffer in kernel.parts.flatMap(\.writtenBuffers).unique {
      guard case .workspace = plan.buffers[buffer].place, !isWanted(buffer, besides: number),
        writers[buffer] == [number], let span = span(of: buffer, in: kernel)
      else { continue }
      let size = span * plan.buffers[buffer].element.size
      if bytes + size > KernelFusion.localLimit { continue }
      bytes += size
      kernel.locals[buffer] = span
    }
    let (locals, count) = (kernel.locals, kernel.rows.count)
    for part in kernel.parts.indices {
      kernel.parts[part].mapAccesses { buffer, address in
        guard locals[buffer] != nil else { return address }
        var address = address
        for axis in 0..<count { address.steps[axis] = 0 }
        return address
      }
    }
    return kernel
  }
}

extension LoopKernel {
  /// The axes in front, where all axes behind them are reduced.
  fileprivate var rows: [Int]? {
    guard let first = reduced.first, first > 0, reduced == Array(first..<extents.count), !extents.contains(0) else {
      return nil
    }
    return Array(extents[..<first])
  }

  /// What one place costs, in additions.
  var cost: Int {
    body.statements.reduce(0) { sum, statement in
      if case .apply(let f) = statement.action { sum + f.cost } else { sum + 1 }
    }
  }

  /// The same loop without axes that have one place.
  var withoutSingleAxes: LoopKernel {
    let axes = extents.indices.filter { extents[$0] != 1 }
    if axes.count == extents.count { return self }
    var loop = self
    loop.mapIndices { index in LinearIndex(offset: index.offset, steps: axes.map { index.steps[$0] }) }
    loop.reduced = axes.indices.filter { reduced.contains(axes[$0]) }
    loop.extents = axes.map { extents[$0] }
    return loop
  }
}
