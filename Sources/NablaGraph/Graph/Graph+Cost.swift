extension Graph {
  /// What a program does, and what that costs by the operation table's declared costs.
  public struct OperationCount: Hashable, Sendable {
    /// Nodes that are not inputs, constants, views or arithmetic on constants alone.
    public var operations = 0
    /// Their declared costs, in additions.
    public var cost = 0

    /// What a hostile nest of calls would count beyond the machine word stays at its largest value.
    static func + (a: OperationCount, b: OperationCount) -> OperationCount {
      OperationCount(
        operations: saturating(a.operations.addingReportingOverflow(b.operations)),
        cost: saturating(a.cost.addingReportingOverflow(b.cost)))
    }

    static func * (count: OperationCount, times: Int) -> OperationCount {
      OperationCount(
        operations: saturating(count.operations.multipliedReportingOverflow(by: times)),
        cost: saturating(count.cost.multipliedReportingOverflow(by: times)))
    }

    private static func saturating(_ sum: (partialValue: Int, overflow: Bool)) -> Int {
      sum.overflow ? .max : sum.partialValue
    }
  }

  /// Counts what the roots need as one program, once an element-by-element pass. A call counts as its body, a scan as
  /// its body for each step where their number is known; a power with a literal integer exponent costs its
  /// multiplications; arithmetic on constants alone is done before the run.
  public func operationCount(of roots: some Sequence<NodeID>) -> OperationCount {
    let roots = Array(roots)
    var bodies: [String: OperationCount] = [:]
    // Callees come first, so a body finds the counts of all that it calls.
    for function in reachedFunctions(from: roots) {
      bodies[function.contentKey] = function.body.graph.operationCount(of: function.body.rootNodes, bodies)
    }
    return operationCount(of: roots, bodies)
  }

  private func operationCount(of roots: [NodeID], _ bodies: [String: OperationCount]) -> OperationCount {
    let live = live(from: roots)
    var total = OperationCount()
    var isConstant = Array(repeating: false, count: count)
    for id in ids where live[id.index] {
      guard let f = elementwise(id) else {
        let operation = operation(of: id)
        if case .constant = operation { isConstant[id.index] = true }
        total = total + count(of: operation, bodies)
        continue
      }
      if (0..<operandCount(of: id)).allSatisfy({ isConstant[operand($0, of: id).index] }) {
        isConstant[id.index] = true
      } else if f != .identity {
        // A quotient by a constant is a product with its reciprocal.
        let isScaling = f == .divide && isConstant[operand(1, of: id).index]
        total = total + OperationCount(operations: 1, cost: cost(of: isScaling ? .multiply : f, at: id))
      }
    }
    return total
  }

  private func count(of operation: Operation, _ bodies: [String: OperationCount]) -> OperationCount {
    switch operation {
    case .constant, .parameter, .elementwise, .stop, .broadcast, .reshape, .transpose, .slice, .view, .result, .iota:
      OperationCount()
    case .cast, .pad, .concatenate, .reduce, .gather, .scatter, .accumulate, .argReduce, .cumulative, .argsort:
      OperationCount(operations: 1, cost: 1)
    case .random:
      OperationCount(operations: 1, cost: 10)
    case .contract, .convolve:
      // A multiplication and an addition for each element; like everywhere, how many there are does not count.
      OperationCount(operations: 1, cost: 2)
    case .call(let function):
      bodies[functions[function.index].contentKey] ?? OperationCount()
    case .scan(let scan):
      (bodies[functions[scan.body.index].contentKey] ?? OperationCount()) * (scan.length.constant ?? 1)
    }
  }

  private func cost(of f: Elementwise, at id: NodeID) -> Int {
    if f == .power, let exponent = self.constant(operand(1, of: id))?.rational { return Graph.cost(ofPower: exponent) }
    return f.cost
  }

  /// What a power with a literal exponent costs: multiplications, and for a half a square root.
  public static func cost(ofPower exponent: Rational) -> Int {
    if let n = exponent.integer { return multiplications(forPower: n) }
    guard let doubled = (exponent * 2).integer else { return Elementwise.power.cost }
    let whole = multiplications(forPower: doubled / 2)
    return Elementwise.sqrt.cost + whole + (doubled.magnitude > 1 ? 1 : 0)
      + (doubled == -1 ? Elementwise.divide.cost : 0)
  }

  /// Multiplications of repeated squaring; a negative power divides once.
  static func multiplications(forPower exponent: Int) -> Int {
    let n = exponent.magnitude
    if n == 0 { return 0 }
    let squarings = UInt.bitWidth - 1 - n.leadingZeroBitCount
    let products = squarings + n.nonzeroBitCount - 1
    let limited = min(products, Elementwise.power.cost)
    return limited + (exponent < 0 ? Elementwise.divide.cost : 0)
  }
}
