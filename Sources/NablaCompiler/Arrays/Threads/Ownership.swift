/// Which part of a parameter every thread keeps in its own cache from one call to the next.
///
/// A step of training reads a parameter in one kernel and writes it in another. Where threads cut both along the same
/// axis, each reads what it has written itself, and no line of the cache goes from one core to another.
extension ArrayPlan {
  /// Lets kernels that write over inputs be cut as products that read them are.
  mutating func keepOwners() {
    if threads < 2 || aliases.isEmpty { return }
    var buffers: [Int: [Int]] = [:]
    for (number, buffer) in self.buffers.enumerated() {
      if case .input(let input) = buffer.place { buffers[input, default: []].append(number) }
    }
    for (number, kernel) in kernels.enumerated() {
      for output in kernel.writtenBuffers {
        guard case .output(let position) = self.buffers[output].place, let input = aliases[position] else { continue }
        // No cache keeps what is larger from one kernel to the next: rows one after the other come quicker then.
        if self.buffers[output].byteCount > ArrayPlan.ownedLimit { continue }
        let places = Set(buffers[input] ?? [])
        // What only the first thread reads, it writes too.
        let readers = kernels.indices.filter { $0 != number && !places.isDisjoint(with: kernels[$0].readBuffers) }
        if case .loop(var loop) = kernel, !readers.isEmpty, !readers.contains(where: { isShared(kernels[$0]) }) {
          loop.owned = .init(buffer: output, step: 0, unit: nil)
          kernels[number] = .loop(loop)
          continue
        }
        let shared = sharedStep(of: buffers[input] ?? [])
        guard let step = shared?.step ?? kernel.outermostStep(of: output) else { continue }
        switch kernel {
        case .contract(var product):
          product.preferredCut = product.cut(movingAlong: step, of: output)
          kernels[number] = .contract(product)
          resize(product.scratch, to: product.scratchCount(threads: threads, isTiled: product.tiling != nil))
        case .loop(var loop):
          loop.owned = .init(buffer: output, step: step, unit: shared?.unit)
          kernels[number] = .loop(loop)
        default: continue
        }
      }
    }
  }

  /// Bytes of an array of which threads may keep parts.
  private static let ownedLimit = 1 << 23

  /// The step, within an array, of the axis along which threads share the first product that reads it, and how many
  /// places of that axis stay together if they do.
  private func sharedStep(of inputs: [Int]) -> (step: Int, unit: Int?)? {
    for kernel in kernels {
      guard case .contract(let product) = kernel, isShared(kernel), let cut = product.cut else { continue }
      let axis = product.axis(of: cut)
      let unit = cut == .parts ? product.tiling?.partLength : nil
      if inputs.contains(product.right.buffer), axis.right != 0 { return (axis.right, unit) }
      if inputs.contains(product.left.buffer), axis.left != 0 { return (axis.left, unit) }
    }
    return nil
  }
}

extension ArrayKernel {
  /// The longest step along an array that is written: along it, parts of threads lie apart, so that no processor fetches
  /// lines ahead that another one is about to write.
  fileprivate func outermostStep(of buffer: Int) -> Int? {
    guard case .contract(let product) = self else { return nil }
    return product.steps(of: buffer).max()
  }
}

extension LoopKernel {
  /// An array of which threads keep their parts, and the step of the axis along which these lie; 0 if the first thread
  /// has all of it.
  struct Owned: Hashable, Sendable {
    let buffer: Int
    let step: Int
    /// Places of the axis that stay together, if that matters.
    let unit: Int?
  }
}

extension LoopSchedule {
  /// Fewer places are not worth a part of their own.
  private static let leastOwned = 32

  /// The axis along which threads keep their parts of what is written.
  var ownedAxis: Int? {
    guard let owned = kernel.owned, owned.step != 0,
      let result = kernel.results.first(where: { $0.buffer == owned.buffer })
    else {
      return nil
    }
    return order.first { axis in
      result.address.steps[axis] == owned.step && kernel.extents[axis] >= LoopSchedule.leastOwned && !isReduced(axis)
    }
  }
}

extension ContractionKernel {
  fileprivate func axis(of cut: Cut) -> Axis {
    switch cut {
    case .batch(let axis): batch[axis]
    case .rows(let axis): rows[axis]
    case .columns(let axis): columns[axis]
    case .tiles: rows.last ?? Axis(extent: 1)
    case .panels: columns.last ?? Axis(extent: 1)
    case .parts: sums[0]
    }
  }

  /// The steps of an array that is written, along ``tileAxes``.
  fileprivate func steps(of buffer: Int) -> [Int] {
    tileEpilogue?.results.first { $0.buffer == buffer }?.address.steps ?? tileAxes.map(\.result)
  }

  /// The loop that moves along an array that is written in steps of this size, if it is long enough to be shared.
  fileprivate func cut(movingAlong step: Int, of buffer: Int) -> Cut? {
    let cuts: [Cut] =
      batch.indices.map { .batch($0) } + rows.indices.dropLast().map { .rows($0) } + (rows.isEmpty ? [] : [.tiles])
      + columns.indices.dropLast().map { .columns($0) } + (columns.isEmpty ? [] : [.panels])
    return zip(cuts, steps(of: buffer)).first { cut, own in own == step && partCount(cut) > 1 }?.0
  }
}
