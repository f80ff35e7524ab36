import NablaGraph
import NablaRuntime

/// A loop nest with a straight body: elementwise chains with any number of results, movements, and reductions.
///
/// The body is a ``KernelPlan`` of scalars whose inputs are elements that are read, positions, and accumulators.
public struct LoopKernel: KernelParts {
  /// What an input of the body is.
  public enum Source: Hashable, Sendable {
    /// The element of a buffer at an address.
    case element(buffer: Int, LinearIndex)
    /// An integer that follows from the place in the loops.
    case position(LinearIndex)
    /// What a reduction has come to: the result of this number.
    case accumulator(result: Int)
    /// The element of a product of matrices that a body follows.
    case product
  }

  /// Where a value of the body goes.
  public struct Result: Hashable, Sendable {
    public var buffer: Int
    /// The address; it does not move along reduced axes if this is a reduction.
    public var address: LinearIndex
    /// What a reduction starts from; `nil` for a value that is written as it is.
    public var start: Literal?
  }

  /// The iteration space, outermost first.
  public var extents: [Int]
  /// The axes that reductions collapse, in ascending order.
  public var reduced: [Int] = []
  public var body = KernelPlan()
  public var sources: [Source] = []
  public var results: [Result] = []
  /// What must be true of the integers that it reads with.
  var checks: [PlaceCheck] = []
  /// The sums that are made in parts.
  var partial = PartialSums()
  /// What is subtracted before exponentials are taken, where it need not be the largest element.
  var guess: GuessedMaximum?
  /// What threads keep their parts of.
  var owned: Owned?
  /// Into how many equal parts the axis that threads share should fall, of which each takes some.
  var units: Int?

  /// Buffers that are read, each once, in order of first use.
  var readBuffers: [Int] {
    (reads.map(\.buffer).filter { $0 != guess?.buffer } + checks.flatMap(\.readBuffers)).unique
  }

  /// Everything that is read, and where: elements, and the integers that say where those lie.
  var reads: [(buffer: Int, address: LinearIndex)] {
    var reads: [(buffer: Int, address: LinearIndex)] = []
    for source in sources {
      if case .element(let buffer, let address) = source { reads.append((buffer, address)) }
      if let index = source.index, !index.lookups.isEmpty { reads += index.reads }
    }
    return reads
  }

  var writtenBuffers: [Int] { results.map(\.buffer).unique + partial.scratch }
  var scratchBuffers: [Int] { partial.scratch }
  var canFail: Bool { !checks.isEmpty }
  var statementCount: Int { body.statements.count + sources.count + results.count }
}
