import NablaGraph
import NablaRuntime

/// The largest element of an array, from some of its places: what a sum of exponentials subtracts is right if no
/// exponential is large, and cancels later. So a softmax along an axis that no near cache holds is read once before it
/// is divided by its sum.
///
/// Where an element is much larger than those that were looked at, is infinite or NaN, everything is done again with
/// the largest element.
struct GuessedMaximum: Sendable {
  /// The array of the one number.
  let buffer: Int
  /// The loop over all elements.
  var loop: LoopKernel { loops[0] }
  /// The same over some of them.
  var sample: LoopKernel { loops[1] }
  private let loops: [LoopKernel]

  /// Places that are looked at, and neighbours there.
  private static let places = (count: 64, width: 16)
  /// Shorter arrays stay in near caches.
  private static let leastExtent = 1 << 16
  /// How large exponentials may be on the average of a part of the sum.
  static let meanLimit = 4

  /// - Parameter loop: a loop.
  /// - Returns: `nil` if that is no search along one axis whose elements lie side by side.
  init?(_ loop: LoopKernel, _ element: (Int) -> ElementType) {
    var loop = loop.withoutSingleAxes
    loop.partial = PartialSums()
    guard loop.extents.count == 1, loop.extents[0] >= GuessedMaximum.leastExtent, loop.reduced == [0],
      loop.results.count == 1, loop.body.statements.count == 1, element(loop.results[0].buffer).isFloat,
      case .element(let source, let address)? = loop.maximum(0), address.steps == [1], address.lookups.isEmpty,
      element(source) == element(loop.results[0].buffer)
    else { return nil }
    var sample = loop
    let (count, width) = GuessedMaximum.places
    sample.mapIndices { index in
      LinearIndex(offset: index.offset, steps: [index.steps[0] * (loop.extents[0] / count), index.steps[0]])
    }
    sample.extents = [count, width]
    sample.reduced = [0, 1]
    buffer = loop.results[0].buffer
    loops = [loop, sample]
  }

  /// Whether a loop stores the exponentials of the differences, and adds them up.
  func isSubtracted(in kernel: LoopKernel) -> Bool {
    let kernel = kernel.withoutSingleAxes
    guard kernel.extents == loop.extents, kernel.reduced == [0], kernel.results.count == 2,
      let power = kernel.results.firstIndex(where: { $0.start == nil }), kernel.isSum(1 - power),
      kernel.summand(1 - power) == kernel.body.results[power],
      kernel.results[power].address.steps == [1], let (source, maximum) = kernel.shiftedExponential(power),
      maximum == buffer, source == loop.maximum(0)
    else { return false }
    return !kernel.writtenBuffers.contains { loop.readBuffers.contains($0) }
  }
}

extension ArrayPlan {
  /// More sums are as well made as they are.
  private static let guessLimit = 16

  /// Leaves out searches for largest elements that later sums cancel.
  mutating func guessMaxima() {
    var found: [Int: (number: Int, guess: GuessedMaximum)] = [:]
    var pairs: [(search: Int, sum: Int, guess: GuessedMaximum)] = []
    for number in kernels.indices {
      guard case .loop(let loop) = kernels[number], loop.isVectorial({ buffers[$0].element }) else { continue }
      if let guess = GuessedMaximum(loop, { buffers[$0].element }) {
        found[guess.buffer] = (number, guess)
      } else if let (search, guess) = loop.readBuffers.lazy.compactMap({ found[$0] }).first,
        !loop.partial.isEmpty, guess.isSubtracted(in: loop), pairs.count < ArrayPlan.guessLimit
      {
        pairs.append((search, number, guess))
      }
    }
    var removed: Set<Int> = []
    for (search, sum, guess) in pairs {
      guard case .loop(var loop) = kernels[sum], case .workspace = buffers[guess.buffer].place,
        kernels.indices.allSatisfy({ $0 == sum || !kernels[$0].readBuffers.contains(guess.buffer) }),
        cancels(loop.results.map(\.buffer), behind: sum)
      else { continue }
      loop = loop.withoutSingleAxes
      loop.guess = guess
      kernels[sum] = .loop(loop)
      for buffer in kernels[search].writtenBuffers { buffers[buffer].place = .nowhere }
      if origins.indices.contains(search), origins.indices.contains(sum) {
        origins[sum] = origins[sum].union(origins[search])
      }
      removed.insert(search)
    }
    if removed.isEmpty { return }
    let kept = kernels.indices.filter { !removed.contains($0) }
    if origins.count == kernels.count { origins = kept.map { origins[$0] } }
    kernels = kept.map { kernels[$0] }
  }

  /// Whether no result changes if all elements of some arrays are multiplied with one number.
  private func cancels(_ scaled: [Int], behind number: Int) -> Bool {
    var degrees = ScaleDegrees(of: scaled)
    func isTemporary(_ buffer: Int) -> Bool {
      if case .workspace = buffers[buffer].place { true } else { false }
    }
    if !scaled.allSatisfy(isTemporary) { return false }
    for kernel in kernels[(number + 1)...] where kernel.readBuffers.contains(where: degrees.isScaled) {
      let parts: [LoopKernel]
      switch kernel {
      case .loop(let loop): parts = [loop]
      case .rows(let rows): parts = rows.parts
      default: return false
      }
      for part in parts where !degrees.enter(part) { return false }
      if !kernel.writtenBuffers.allSatisfy({ !degrees.isScaled($0) || isTemporary($0) }) { return false }
    }
    return true
  }
}
