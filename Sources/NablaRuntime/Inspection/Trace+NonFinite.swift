import NablaGraph

/// A node that makes a value that is no number, found by `--check-finite`.
public struct NonFinite: Hashable, Sendable {
  public enum Problem: Hashable, Sendable {
    /// NaN or ±∞ from finite operands.
    case value(Double)
    /// A remainder by an integer 0, which is 0 by convention.
    case integerDivisionByZero
  }

  /// In ``Trace/program``, or in the body of a loop.
  public let node: NodeID
  public let operation: Operation
  public let problem: Problem
  /// The first elements of the operands.
  public let operands: [Double]
  /// Where the node comes from.
  public let origin: Origin
  /// Which of the points.
  public let point: Int
  /// The step of the loop that the node is in, counted from 0, and of loops in that; empty outside of loops.
  public internal(set) var steps: [Int] = []
}

extension Tracer {
  /// The first node, of the first point that has one, whose operands are finite and whose value is not.
  ///
  /// Branches that a scalar `select` does not take are left out; both branches of a `select` between arrays count.
  /// - Complexity: linear in nodes and points, a point at a time.
  public func firstNonFinite(_ inputs: [Column]) throws(ExecutionError) -> NonFinite? {
    let (points, _) = try signature.layout(of: inputs, points: nil)
    for point in 0..<points {
      if let found = try trace(inputs, point: point).firstNonFinite(point) { return found }
    }
    return nil
  }
}

extension Trace {
  func firstNonFinite(_ point: Int) throws(ExecutionError) -> NonFinite? {
    let graph = program.graph
    let taken = taken()
    for id in graph.ids where taken[id.index] {
      guard graph.operandCount(of: id) > 0, let problem = problem(at: id) else { continue }
      if case .result = graph.operation(of: id), case let scan = graph.operand(0, of: id),
        let inside = try firstNonFinite(inScan: scan, point: point)
      {
        return inside
      }
      return NonFinite(
        node: id, operation: graph.operation(of: id), problem: problem,
        operands: sources(of: id).compactMap { self[$0].first?.double }, origin: graph.origin(of: id),
        point: point)
    }
    return nil
  }

  private func problem(at id: NodeID) -> NonFinite.Problem? {
    let graph = program.graph
    let element = graph.type(of: id).element
    if element.isInteger {
      let f = graph.elementwise(id)
      guard f == .mod || f == .floorDivide else { return nil }
      let zero = self[graph.operand(1, of: id)].contains { $0.integer == 0 }
      return zero ? .integerDivisionByZero : nil
    }
    guard let value = self[id].first(where: { !$0.double.isFinite })?.double else { return nil }
    let inherited = sources(of: id).contains { operand in self[operand].contains { !$0.double.isFinite } }
    return inherited ? nil : .value(value)
  }

  /// What a node is computed of; a result of a scan, of the operands of that.
  private func sources(of id: NodeID) -> [NodeID] {
    if case .result = program.graph.operation(of: id) {
      return program.graph.operands(of: program.graph.operand(0, of: id))
    }
    return program.graph.operands(of: id)
  }

  /// Which nodes the roots depend on at this point.
  private func taken() -> [Bool] {
    let graph = program.graph
    var taken = Array(repeating: false, count: graph.count)
    for root in program.roots { taken[root.node.index] = true }
    for index in stride(from: graph.count - 1, through: 0, by: -1) where taken[index] {
      let id = NodeID(index)
      var skipped: Int?
      if graph.elementwise(id) == .select, let condition = scalar(graph.operand(0, of: id)) {
        skipped = condition != 0 ? 2 : 1
      }
      for position in 0..<graph.operandCount(of: id) where position != skipped {
        taken[graph.operand(position, of: id).index] = true
      }
    }
    return taken
  }
}
