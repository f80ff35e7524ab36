import NablaGraph

extension Graph {
  /// The values of scalar nodes by the operation table alone, in array order.
  func values(of nodes: [NodeID], at point: [Double]) -> [Double] {
    let needed = live(from: nodes)
    var values = Array(repeating: 0.0, count: count)
    for index in 0..<count where needed[index] {
      let id = NodeID(index)
      switch operation(of: id) {
      case .constant(let constant): values[index] = constant.double
      case .parameter(let position): values[index] = point[position]
      case .elementwise(let f):
        let operands = operands(of: id).map { values[$0.index] }
        values[index] = f.definition.evaluation.scalar(
          operands[0], operands.count > 1 ? operands[1] : 0, operands.count > 2 ? operands[2] : 0)
      case .stop, .cast, .broadcast: values[index] = values[operand(0, of: id).index]
      default: values[index] = .nan
      }
    }
    return nodes.map { values[$0.index] }
  }
}
