import NablaGraph

extension Graph {
  /// The values of scalar nodes by the operation table alone, in array order: what other ways to evaluate are held
  /// against. NaN where an operation has no scalar meaning.
  public func values(of nodes: [NodeID], at point: [Double]) -> [Double] {
    var values = Array(repeating: 0.0, count: count)
    let live = live(from: nodes)
    for index in 0..<count where live[index] {
      let id = NodeID(index)
      switch operation(of: id) {
      case .constant(let constant): values[index] = constant.double
      case .parameter(let position): values[index] = point[position]
      case .elementwise(let f): values[index] = f.evaluate(operands(of: id).map { values[$0.index] })
      case .stop, .cast, .broadcast: values[index] = values[operand(0, of: id).index]
      default: values[index] = .nan
      }
    }
    return nodes.map { values[$0.index] }
  }
}

extension Elementwise {
  /// The reference value at a point of one to three coordinates.
  public func evaluate(_ point: [Double]) -> Double {
    let padded = point + [0, 0]
    return definition.evaluation.scalar(padded[0], padded[1], arity > 2 ? padded[2] : 0)
  }
}
