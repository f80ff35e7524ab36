import NablaGraph

extension KernelFusion {
  private static let statementLimit = 256
  /// Arrays that one loop walks along at most.
  private static let accessLimit = 24

  /// Joins loops over the same places of which one reads what the other writes, so that it stays in registers.
  mutating func fuseMaps() {
    for number in kernels.indices {
      var tried: Set<Int> = []
      while case .loop(let loop)? = kernels[number], loop.reduced.isEmpty,
        let next = order.successors[number].filter({ !tried.contains($0) }).min(by: { ranks[$0] < ranks[$1] })
      {
        tried.insert(next)
        join(next, behind: number)
      }
    }
  }

  private mutating func join(_ follower: Int, behind number: Int) {
    guard case .loop(let first)? = kernels[number], case .loop(let second)? = kernels[follower],
      second.reduced.isEmpty
    else { return }
    var whole = first.withoutSingleAxes
    let other = second.withoutSingleAxes
    guard whole.extents == other.extents, whole.statementCount + other.statementCount < KernelFusion.statementLimit,
      whole.accessCount + other.accessCount <= KernelFusion.accessLimit, isInStep(whole, other),
      isVectorial(whole) == isVectorial(other), looksUpNothingOwn([first, second]),
      !order.isWay(from: number, to: follower, direct: false),
      whole.append(other, product: -1)
    else { return }
    unite(number, with: follower)
    let wanted = whole.results.filter { isWanted($0.buffer, besides: number) }
    whole.keep { wanted.contains($0) }
    replace(number, with: .loop(whole))
  }

  private func isVectorial(_ loop: LoopKernel) -> Bool { loop.isVectorial { plan.buffers[$0].element } }

  /// Whether a loop reads of another one the elements at the same places alone, and neither writes over what the other
  /// still needs or has written.
  private func isInStep(_ first: LoopKernel, _ second: LoopKernel) -> Bool {
    // A sum over axes with one place is a sum still.
    if (first.results + second.results).contains(where: { $0.start != nil }) { return false }
    var written: [Int: LinearIndex] = [:]
    for result in second.results { written[result.buffer] = result.address }
    for (buffer, address) in first.reads {
      if let known = written[buffer], known != address { return false }
    }
    written = [:]
    for result in first.results {
      if written.updateValue(result.address, forKey: result.buffer) != nil { return false }
    }
    if second.results.contains(where: { written[$0.buffer] != nil }) { return false }
    var isReading = false
    for (buffer, address) in second.reads {
      guard let known = written[buffer] else { continue }
      // What is added up in one place is there when its loop is done.
      if known != address || !known.isInjective(over: first.extents) { return false }
      isReading = true
    }
    guard isReading else { return false }
    for result in first.results + second.results {
      guard let input = replacedInput(of: result.buffer) else { continue }
      for (buffer, address) in first.reads + second.reads where buffer == input && address != result.address {
        return false
      }
    }
    return true
  }
}

extension LoopKernel {
  fileprivate var accessCount: Int { sources.count + results.count }
}
