import NablaGraph
import NablaRuntime

extension ArrayPlan {
  /// Plans the kernels of a program whose sizes are known.
  ///
  /// - Throws: ``CompilerError``.
  public init(_ program: Program) throws(CompilerError) {
    var builder = try ArrayPlanBuilder(program.inlined())
    self = try builder.build()
  }
}

extension Program {
  /// Whether every needed value is a number, so that one kernel of scalars computes it.
  var isScalar: Bool {
    let live = graph.live(from: rootNodes + inputs)
    return graph.ids.allSatisfy { !live[$0.index] || graph.type(of: $0).isScalar }
  }
}
