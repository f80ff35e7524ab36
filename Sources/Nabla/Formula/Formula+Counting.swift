import NablaGraph

extension Formula {
  /// What a function costs, alone and together with its gradient.
  public struct OperationCounts: Hashable, Sendable {
    public let value: Graph.OperationCount
    /// Value and gradient as one program; the Jacobian where there are several results.
    public let gradient: Graph.OperationCount

    /// The cost of value and gradient in costs of the value; `nil` where the value costs nothing.
    public var ratio: Double? { value.cost == 0 ? nil : Double(gradient.cost) / Double(value.cost) }
  }

  /// Counts operations and their declared costs, after simplification.
  public func operationCounts(by parameters: [String]? = nil) throws(DerivativeError) -> OperationCounts {
    let derived = try differentiated(valueAndDerivatives, by: parameters)
    let program = derived.program
    let values = zip(derived.outputs, program.roots).filter { $0.0.want == .value }.map(\.1.node)
    return OperationCounts(
      value: program.graph.operationCount(of: values), gradient: program.graph.operationCount(of: program.rootNodes))
  }
}
