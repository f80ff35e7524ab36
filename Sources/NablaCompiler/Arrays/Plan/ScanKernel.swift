/// A loop whose body is a program of arrays of its own, called once a step.
public struct ScanKernel: KernelParts {
  /// A value that every step hands on to the next: it alternates between two places.
  public struct Carried: Hashable, Sendable {
    public let start: Int
    public let states: [Int]
    public let result: Int
  }

  public let body: ArrayPlan
  public let carried: [Carried]
  /// Arrays of which each step reads one element.
  public let sequences: [Int]
  /// Arrays that are the same for all steps.
  public let captured: [Int]
  /// Arrays of which each step writes one element.
  public let outputs: [Int]
  /// The workspace of the body.
  public let scratch: Int
  public let length: Int
  public let isReversed: Bool

  var readBuffers: [Int] { (carried.map(\.start) + sequences + captured).unique }
  var writtenBuffers: [Int] { carried.flatMap { $0.states + [$0.result] } + outputs + [scratch] }
  var statementCount: Int { body.statementCount + 4 * (carried.count + sequences.count + outputs.count) }
  var canFail: Bool { body.canFail }
  var operationCount: Int { body.work.operations * length }
  var scratchBuffers: [Int] { carried.flatMap(\.states) + [scratch] }
}
