extension Graph {
  /// What a program does, and what that costs by the operation table's declared costs.
  public struct OperationCount: Hashable, Sendable {
    /// Nodes that are not inputs, constants, views or arithmetic on constants alone.
    public var operations = 0
    /// Their declared costs, in additions.
    public var cost = 0
  }

  /// Counts what the roots need as one program. A power with a literal integer exponent costs its multiplications;
  /// arithmetic on constants alone is done before the run and costs nothing.
  public func operationCount(of roots: some Sequence<NodeID>) -> OperationCount {
    let live = live(from: roots)
    var total = OperationCount()
    var constant = Array(repeating: false, count: count)
    for index in 0..<count where live[index] {
      let id = NodeID(index)
      guard let f = elementwise(id) else {
        switch operation(of: id) {
        case .constant: constant[index] = true
        case .reduce, .concatenate, .pad:
          total.operations += 1
          total.cost += 1
        default: break
        }
        continue
      }
      if (0..<operandCount(of: id)).allSatisfy({ constant[operand($0, of: id).index] }) {
        constant[index] = true
        continue
      }
      total.operations += 1
      total.cost += cost(of: f, at: id)
    }
    return total
  }

  private func cost(of f: Elementwise, at id: NodeID) -> Int {
    if f == .power, let exponent = self.constant(operand(1, of: id))?.rational {
      if let n = exponent.integer { return Graph.multiplications(forPower: n) }
      // A half-integer power is a square root and an integer power.
      if let doubled = (exponent * 2).integer {
        return Elementwise.sqrt.definition.cost + Graph.multiplications(forPower: doubled)
      }
    }
    return f.definition.cost
  }

  /// Multiplications of repeated squaring; a negative power divides once.
  static func multiplications(forPower exponent: Int) -> Int {
    let n = exponent.magnitude
    if n == 0 { return 0 }
    let squarings = UInt.bitWidth - 1 - n.leadingZeroBitCount
    let products = squarings + n.nonzeroBitCount - 1
    let limited = min(products, Elementwise.power.definition.cost)
    return limited + (exponent < 0 ? Elementwise.divide.definition.cost : 0)
  }
}
