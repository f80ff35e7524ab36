import NablaGraph

/// A program of scalar inputs, built by a closure that gets the graph and the input nodes.
func program(
  _ inputs: [(String, TensorType)], _ build: (inout Graph, [NodeID]) -> [NodeID]
) -> Program {
  var graph = Graph()
  let nodes = inputs.map { graph.parameter($0.0, $0.1) }
  let roots = build(&graph, nodes)
  return Program(
    graph: graph, inputs: nodes, roots: roots.enumerated().map { Program.Root("r\($0.offset)", $0.element) })
}

/// The same with inputs `x0`, `x1`, … of one element type.
func program(
  _ count: Int, _ element: ElementType = .f64, _ build: (inout Graph, [NodeID]) -> [NodeID]
) -> Program {
  program((0..<count).map { ("x\($0)", TensorType(element)) }, build)
}

extension TensorType {
  /// A tensor of known extents.
  static func array(_ extents: Int..., of element: ElementType = .f64) -> TensorType {
    TensorType(element, Shape(extents.map { Dimension($0) }))
  }
}

/// A reproducible source of random numbers.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Numbers at which functions go wrong.
let specialValues: [Double] = [
  0, -0.0, 1, -1, 0.5, -0.5, 2, -2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
  .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-300, 1e300, 710, -746, 3, 1e17,
]

/// Equal bits, or both NaN.
func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }
