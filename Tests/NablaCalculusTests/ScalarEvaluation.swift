import NablaGraph

extension Graph {
  /// The values of scalar nodes by the operation table alone, in array order: what the tests hold derivatives against.
  func values(of nodes: [NodeID], at point: [Double]) -> [Double] {
    var values = Array(repeating: 0.0, count: count)
    let live = live(from: nodes)
    for index in 0..<count where live[index] {
      let id = NodeID(index)
      switch operation(of: id) {
      case .constant(let constant): values[index] = constant.double
      case .parameter(let position): values[index] = point[position]
      case .elementwise(let f):
        var operands = operands(of: id).map { values[$0.index] }
        while operands.count < 3 { operands.append(0) }
        values[index] = f.definition.evaluation.scalar(operands[0], operands[1], operands[2])
      case .stop, .cast: values[index] = values[operand(0, of: id).index]
      default: values[index] = .nan
      }
    }
    return nodes.map { values[$0.index] }
  }
}

/// Relative to the larger magnitude, absolute below one.
func difference(_ a: Double, _ b: Double) -> Double {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  return abs(a - b) / max(1, abs(a), abs(b))
}

/// A small generator with a seed that a failing test prints.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
