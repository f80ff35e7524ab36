import NablaDiagnostics
import NablaGraph
import NablaRuntime

extension ArrayPlan {
  /// Plans the kernels of a program whose sizes are known.
  ///
  /// - Parameters:
  ///   - unit: the registers that contractions are laid out for.
  ///   - threads: the most that share a call; no result depends on it.
  ///   - grain: nanoseconds that a kernel takes at least, if they share it.
  ///   - fuses: whether kernels may be joined that only C with vectors can join.
  ///   - strict: whether every product and sum is taken in the order in which the program has it.
  /// - Throws: ``CompilerError``.
  public init(
    _ program: Program, unit: VectorUnit = .native, threads: Int = 1,
    grain: Double = ArrayPlan.usualGrain, fuses: Bool = true, strict: Bool = false
  ) throws(CompilerError) {
    try self.init(
      program, unit: unit, sharing: Sharing(threads: threads, grain: grain, fuses: fuses, reorders: !strict))
  }

  init(_ program: Program, unit: VectorUnit, sharing: Sharing) throws(CompilerError) {
    try self.init(program, depth: 0, unit: unit, sharing: sharing)
  }

  /// How a call is shared, and whether it is written in vectors: with tiles, and kernels joined that nothing else can
  /// join.
  struct Sharing {
    var threads: Int
    var grain: Double
    var fuses: Bool
    /// Whether kernels may take products and sums in another order.
    var reorders = true
    /// How products of matrices are cut that have been measured.
    var choices = TileChoices()
  }

  /// Scans nest up to this deep.
  private static let depthLimit = 64

  /// - Parameter depth: how many scans there are around the program.
  init(_ program: Program, depth: Int, unit: VectorUnit, sharing: Sharing) throws(CompilerError) {
    if depth > ArrayPlan.depthLimit { throw .nested(limit: ArrayPlan.depthLimit) }
    var builder = try ArrayPlanBuilder(
      program.inlined(), depth: depth, unit: unit, sharing: sharing)
    self = try builder.build()
  }
}

/// What the C backend makes of a program: one kernel of numbers, or kernels over arrays.
public enum ProgramPlan: Sendable {
  case scalars(KernelPlan)
  case arrays(ArrayPlan)

  /// - Parameters:
  ///   - unit: the registers that contractions are laid out for.
  ///   - fuses: whether kernels over arrays may be joined that only C with vectors can join.
  ///   - strict: whether every product and sum is taken in the order in which the program has it.
  /// - Throws: ``CompilerError``.
  public init(
    _ program: Program, threads: Int = 1, grain: Double = ArrayPlan.usualGrain, unit: VectorUnit = .native,
    fuses: Bool = true, strict: Bool = false
  ) throws(CompilerError) {
    let program = program.inlined()
    self =
      program.isScalar
      ? .scalars(try KernelPlan(program))
      : .arrays(try ArrayPlan(program, unit: unit, threads: threads, grain: grain, fuses: fuses, strict: strict))
  }

  /// What every kernel computes, for people.
  public var description: String { description(in: nil) }

  /// The same with the lines of the text that kernels over arrays come from, and how long each takes.
  public func description(in source: SourceText?, profile: KernelProfile? = nil) -> String {
    switch self {
    case .scalars(let plan): plan.description
    case .arrays(let plan): KernelListing(plan).text(in: source, withBodies: profile == nil, profile: profile)
    }
  }

  /// Kernels, and those that the steps of loops run.
  public var kernelCount: Int {
    switch self {
    case .scalars: 1
    case .arrays(let plan): plan.kernelCount
    }
  }

  /// The work of one call, of a program of arrays.
  public var work: KernelWork {
    switch self {
    case .scalars(let plan): KernelWork(operations: plan.statements.count)
    case .arrays(let plan): plan.work
    }
  }

  /// Where values lie.
  public var memoryDescription: String {
    switch self {
    case .scalars(let plan): plan.memoryDescription
    case .arrays(let plan): plan.memoryDescription
    }
  }
}

extension Program {
  /// Whether every needed value is a number that follows from others by formulas, so that one kernel of scalars
  /// computes them all.
  ///
  /// - Precondition: the program has no calls.
  var isScalar: Bool {
    let live = graph.live(from: rootNodes + inputs)
    return graph.ids.allSatisfy { id in
      if !live[id.index] { return true }
      if !graph.type(of: id).isScalar { return false }
      if graph.elementwise(id) != nil { return true }
      switch graph.operation(of: id) {
      case .scan, .random, .view, .accumulate, .gather, .scatter, .convolve, .iota, .argReduce, .cumulative, .argsort:
        return false
      default: return true
      }
    }
  }
}
