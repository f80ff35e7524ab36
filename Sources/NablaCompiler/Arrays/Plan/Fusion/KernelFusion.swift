import NablaGraph

/// Makes fewer kernels of the kernels of a plan: results are written where they belong, and products of matrices do to
/// their tiles what loops would do to the whole result later.
struct KernelFusion {
  var plan: ArrayPlan
  /// By number of the plan's kernels as they were; `nil` where a kernel has become part of another.
  var kernels: [ArrayKernel?]
  var order: KernelOrder
  /// Where in the text each kernel comes from.
  private var origins: [Origin]
  /// Where a kernel stands.
  var ranks: [Int]
  /// Kernels that read a buffer, and that write it.
  var readers: [Set<Int>]
  var writers: [Set<Int>]
  /// The first buffer of each input; no fusion changes which that is.
  private let inputBuffers: [Int: Int]

  /// Larger plans are left as they are.
  private static let kernelLimit = 20_000

  /// Whether products and sums may be taken in another order.
  let reorders: Bool

  /// - Parameter reorders: whether products and sums may be taken in another order.
  /// - Returns: the plan with fewer kernels, not laid out yet.
  static func fused(_ plan: ArrayPlan, reorders: Bool) -> ArrayPlan {
    if plan.kernels.count > kernelLimit { return plan }
    var fusion = KernelFusion(plan, reorders: reorders)
    fusion.writeInPlace()
    fusion.fuseEpilogues()
    fusion.addUpInPlace()
    fusion.flattenTiles()
    fusion.fuseRows()
    fusion.fuseMaps()
    fusion.takeReciprocals()
    return fusion.finished()
  }

  private init(_ plan: ArrayPlan, reorders: Bool) {
    self.plan = plan
    self.reorders = reorders
    kernels = plan.kernels
    order = KernelOrder(plan.kernels, bufferCount: plan.buffers.count)
    ranks = Array(plan.kernels.indices)
    origins = plan.kernels.indices.map { plan.origins.indices.contains($0) ? plan.origins[$0] : Origin() }
    readers = Array(repeating: [], count: plan.buffers.count)
    writers = readers
    var inputBuffers: [Int: Int] = [:]
    for (number, buffer) in plan.buffers.enumerated() {
      if case .input(let input) = buffer.place, inputBuffers[input] == nil { inputBuffers[input] = number }
    }
    self.inputBuffers = inputBuffers
    for (number, kernel) in plan.kernels.enumerated() {
      for buffer in kernel.readBuffers { readers[buffer].insert(number) }
      for buffer in kernel.writtenBuffers { writers[buffer].insert(number) }
    }
    // What lies over an input is written when all that read the input have run, and when nothing can fail any more.
    let failing = plan.kernels.indices.filter { plan.kernels[$0].canFail }
    for output in plan.buffers.indices {
      guard let input = replacedInput(of: output) else { continue }
      for writer in writers[output] {
        for other in readers[input].union(failing) where other < writer { order.constrain(other, before: writer) }
      }
    }
  }

  private func finished() -> ArrayPlan {
    var plan = plan
    let sorted = order.sorted(ranks: ranks).filter { kernels[$0] != nil }
    plan.kernels = sorted.compactMap { kernels[$0] }
    plan.origins = sorted.map { origins[$0] }
    var isUsed = Array(repeating: false, count: plan.buffers.count)
    for kernel in plan.kernels {
      for buffer in kernel.readBuffers + kernel.writtenBuffers { isUsed[buffer] = true }
    }
    for buffer in plan.buffers.indices where !isUsed[buffer] {
      if case .workspace = plan.buffers[buffer].place { plan.buffers[buffer].place = .nowhere }
    }
    return plan
  }

  /// Makes one kernel of two, which goes by the number of the first.
  mutating func unite(_ number: Int, with other: Int) {
    order.unite(number, with: other)
    ranks[number] = max(ranks[number], ranks[other])
    origins[number] = origins[number].union(origins[other])
    replace(other, with: nil)
  }

  /// Takes a kernel's new form.
  mutating func replace(_ number: Int, with kernel: ArrayKernel?) {
    for buffer in kernels[number]?.readBuffers ?? [] { readers[buffer].remove(number) }
    for buffer in kernels[number]?.writtenBuffers ?? [] { writers[buffer].remove(number) }
    kernels[number] = kernel
    for buffer in kernel?.readBuffers ?? [] { readers[buffer].insert(number) }
    for buffer in kernel?.writtenBuffers ?? [] { writers[buffer].insert(number) }
  }

  /// Whether a buffer is wanted when all else is done, or by other kernels than one.
  func isWanted(_ buffer: Int, besides kernel: Int) -> Bool {
    if case .output = plan.buffers[buffer].place { return true }
    return readers[buffer].contains { $0 != kernel }
  }

  /// Whether loops that become one kernel look up nothing with integers that this kernel would compute itself: those are
  /// read from memory, and are looked at before the kernel begins unless they are known to be places.
  func looksUpNothingOwn(_ loops: [LoopKernel], writing buffers: [Int] = []) -> Bool {
    let integers = loops.flatMap { loop in
      loop.checks.flatMap(\.readBuffers) + loop.sources.flatMap { $0.index?.reads.map(\.buffer) ?? [] }
    }
    if integers.isEmpty { return true }
    let written = Set(buffers + loops.flatMap(\.writtenBuffers))
    return !integers.contains(where: written.contains)
  }

  /// The buffer of the input that an output may be written over; `nil` if there is none.
  func replacedInput(of buffer: Int) -> Int? {
    guard case .output(let position) = plan.buffers[buffer].place, let input = plan.aliases[position] else {
      return nil
    }
    return inputBuffers[input]
  }

  // MARK: In place

  /// Lets what is copied to an output be computed there. Where the output lies over an input, all that read the input
  /// run before, or are the loop that writes it and read each element just where they write it.
  private mutating func writeInPlace() {
    let failing = plan.kernels.indices.filter { plan.kernels[$0].canFail }
    for (number, kernel) in plan.kernels.enumerated() {
      guard case .loop(let loop) = kernel, let (source, target) = loop.copy,
        case .workspace = plan.buffers[source].place, case .output(let position) = plan.buffers[target].place,
        plan.buffers[source].extents.elementCount == plan.buffers[target].extents.elementCount,
        readers[target].isEmpty
      else { continue }
      let input = replacedInput(of: target)
      let last = input.map { Array(readers[$0]) } ?? []
      // A call that fails leaves everything as it was.
      let others = last.filter { !writers[source].contains($0) && $0 != number } + (input == nil ? [] : failing)
      let first = writers[source]
      guard
        last.allSatisfy({ reader in
          !first.contains(reader) || (input.map { isInStep(reader, reading: $0, writing: source) } ?? true)
        }),
        others.allSatisfy({ other in first.allSatisfy { $0 != other && !order.isWay(from: $0, to: other) } })
      else { continue }
      for reader in others { for writer in first { order.constrain(reader, before: writer) } }
      plan.buffers[source].place = .output(position)
      plan.buffers[source].name = plan.buffers[target].name
      plan.buffers[target].place = .nowhere
      replace(number, with: nil)
    }
  }

  /// Whether a kernel reads each element of a buffer just before it writes it in the other one.
  private func isInStep(_ number: Int, reading input: Int, writing output: Int) -> Bool {
    guard case .loop(let loop)? = kernels[number] else { return false }
    let addresses = loop.results.filter { $0.buffer == output }
    guard addresses.count == 1, addresses[0].start == nil else { return false }
    return loop.reads.allSatisfy { buffer, address in buffer != input || address == addresses[0].address }
  }
}

extension LoopKernel {
  /// Where from and to, if all that the loop does is to copy an array as it is.
  fileprivate var copy: (source: Int, target: Int)? {
    guard body.statements.isEmpty, sources.count == 1, results.count == 1, results[0].start == nil,
      case .element(let source, let address) = sources[0], address == results[0].address,
      address == .address(LinearIndex.identity(over: extents), in: extents, rank: extents.count)
    else { return nil }
    return (source, results[0].buffer)
  }
}
