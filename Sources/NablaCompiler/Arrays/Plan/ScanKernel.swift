/// A loop whose body is a program of arrays of its own, called once a step.
public struct ScanKernel: KernelParts {
  /// A value that every step hands on to the next.
  public struct Carried: Hashable, Sendable {
    public let start: Int
    /// Where the value after the last step goes, if anybody wants it.
    public let result: Int?
    public let memory: Memory
  }

  /// Where a carried value lies between two steps. Nothing is copied from step to step.
  public enum Memory: Hashable, Sendable {
    /// In two places by turns.
    case alternating(Int, Int)
    /// In an output of the scan, which has the value after each step.
    case after(output: Int)
    /// In an output of the scan, which has the value before each step; after the last one in a place of its own.
    case before(output: Int, last: Int)

    var buffers: [Int] {
      switch self {
      case .alternating(let even, let odd): [even, odd]
      case .after(let output): [output]
      case .before(let output, let last): [output, last]
      }
    }

    /// Those that are no outputs.
    var ownBuffers: [Int] { if case .alternating(let even, let odd) = self { [even, odd] } else { [] } }
  }

  public let body: ArrayPlan
  public let carried: [Carried]
  /// Arrays of which each step reads one element.
  public let sequences: [Int]
  /// Arrays that are the same for all steps.
  public let captured: [Int]
  /// Arrays of which each step writes one element, apart from those that carried values lie in.
  public let outputs: [Int]
  /// The workspace of the body.
  public let scratch: Int
  public let length: Int
  public let isReversed: Bool
  /// Whether threads that share its steps need not meet between them.
  let keepsApart: Bool

  var readBuffers: [Int] { (carried.map(\.start) + sequences + captured).unique }
  var writtenBuffers: [Int] {
    (carried.flatMap { $0.memory.buffers + ($0.result.map { [$0] } ?? []) } + outputs + [scratch]).unique
  }
  var statementCount: Int { body.statementCount + 4 * (carried.count + sequences.count + outputs.count) }
  var canFail: Bool { body.canFail }
  var operationCount: Int { body.work.operations * length }
  var scratchBuffers: [Int] { carried.flatMap { $0.memory.ownBuffers } + [scratch] }
}

/// The right operand of a product in a scan's body, packed once before the first step.
public struct PackingKernel: KernelParts {
  /// The product, with the operand where it is before the scan.
  public let product: ContractionKernel
  public let result: Int

  var readBuffers: [Int] { [product.right.buffer] }
  var writtenBuffers: [Int] { [result] }
  var statementCount: Int { 4 }
  var operationCount: Int { 0 }
  var partCount: Int { product.partCount(.panels) }
}
