import NablaGraph

/// Loops that go through the same rows, done row by row: reductions along a row and what needs their results find the
/// row in the nearest cache. Softmax, normalisation and cross-entropy with their derivatives are one kernel each.
public struct RowKernel: KernelParts {
  /// The extents of the axes that all parts begin with.
  public let rows: [Int]
  /// What is done in each row, in order. Reductions over the rows themselves add up in memory.
  public internal(set) var parts: [LoopKernel]
  /// Where each part stood in the plan.
  var ranks: [Int]
  /// Arrays of which each row needs only its own part, and nobody else any: how many elements that is.
  var locals: [Int: Int] = [:]
  /// The sums over rows that are made in parts.
  var partial = PartialSums()

  var readBuffers: [Int] { parts.flatMap(\.readBuffers).unique.filter { locals[$0] == nil } }
  var writtenBuffers: [Int] {
    parts.flatMap(\.writtenBuffers).unique.filter { locals[$0] == nil } + partial.scratch
  }
  var scratchBuffers: [Int] { partial.scratch }
  var canFail: Bool { parts.contains(where: \.canFail) }
  var statementCount: Int { parts.reduce(0) { $0 + $1.statementCount } }

  /// Whether a part collapses rows.
  func isAcrossRows(_ part: LoopKernel) -> Bool { part.reduced.contains { $0 < rows.count } }
}
