import NablaGraph
import TestSupport

/// Random well-typed programs over arrays of known extents: odd shapes with 0, 1 and primes, all element types, and
/// every operation that moves, joins or combines elements.
///
/// Values stay small, so that sums in another order agree closely, and integers exactly.
struct RandomArrayProgram {
  var random: SplitMix64
  var graph = Graph()
  private var nodes: [NodeID] = []
  private var inputs: [NodeID] = []

  private static let extents = [0, 1, 1, 2, 3, 3, 5, 7, 11, 17]
  /// More elements than this are not made.
  private static let elementLimit = 4_000

  static func program(seed: UInt64, size: Int) -> Program {
    var builder = RandomArrayProgram(random: SplitMix64(seed: seed))
    return builder.build(size)
  }

  private init(random: SplitMix64) { self.random = random }

  private mutating func build(_ size: Int) -> Program {
    for element in ElementType.allCases.shuffled(using: &random).prefix(3) {
      addParameter(TensorType(element, shape(rank: Int.random(in: 0...3, using: &random))))
    }
    addParameter(TensorType(.f64, shape(rank: 2)))
    var attempts = 0
    while nodes.count < size, attempts < 40 * size {
      attempts += 1
      let (operation, operands, stated) = candidate()
      guard let type = try? graph.resultType(of: operation, operands, stated: stated),
        let count = type.shape.knownCount, count <= RandomArrayProgram.elementLimit, type.shape.rank <= 5
      else { continue }
      nodes.append(graph.append(operation, operands, type: stated))
    }
    var roots: [Program.Root] = []
    for number in 0..<Int.random(in: 1...5, using: &random) {
      roots.append(Program.Root("r\(number)", number == 0 ? nodes[nodes.count - 1] : pick()))
    }
    return Program(graph: graph, inputs: inputs, roots: roots)
  }

  private mutating func shape(rank: Int) -> Shape {
    Shape((0..<rank).map { _ in Dimension(RandomArrayProgram.extents.randomElement(using: &random) ?? 1) })
  }

  mutating func pick() -> NodeID {
    // Recent values are more likely, so that chains grow deep.
    let reach = Bool.random(using: &random) ? nodes.count : min(nodes.count, 8)
    return nodes[nodes.count - 1 - Int.random(in: 0..<reach, using: &random)]
  }

  private mutating func addParameter(_ type: TensorType) {
    let id = graph.parameter("x\(inputs.count)", type)
    nodes.append(id)
    inputs.append(id)
  }

  func extents(_ id: NodeID) -> [Int] { graph.type(of: id).shape.dimensions.map { $0.constant ?? 0 } }

  private mutating func candidate() -> (Operation, [NodeID], TensorType) {
    let operand = pick()
    let type = graph.type(of: operand)
    let extents = extents(operand)
    let rank = extents.count
    switch Int.random(in: 0..<34, using: &random) {
    case 0: return (.cast, [operand], TensorType(ElementType.allCases.randomElement(using: &random) ?? .f64))
    case 1: return (.broadcast, [operand], stretched(type))
    case 2: return (.reshape, [operand], TensorType(type.element, reshaped(extents)))
    case 3: return (.transpose(Array(0..<rank).shuffled(using: &random)), [operand], type)
    case 4: return (.slice(extents.map { slice($0) }), [operand], type)
    case 5:
      let padding = extents.map { _ in
        Operation.Padding(
          low: Dimension(Int.random(in: -1...2, using: &random)),
          interior: [0, 0, 1].randomElement(using: &random) ?? 0,
          high: Dimension(Int.random(in: -1...2, using: &random)))
      }
      return (.pad(padding), [operand], type)
    case 6:
      let others = (0..<Int.random(in: 0...2, using: &random)).map { _ in pick() }
      return (.concatenate(axis: Int.random(in: 0..<max(rank, 1), using: &random)), [operand] + others, type)
    case 7, 8, 9:
      let reduction = Operation.Reduction.allCases.randomElement(using: &random) ?? .sum
      return (.reduce(reduction, axes: (0..<rank).filter { _ in Bool.random(using: &random) }), [operand], type)
    case 10, 11, 12: return contraction(operand)
    case 13, 14: return constant()
    case 15...24: return indexing(operand)
    default:
      let f = RandomArrayProgram.functions.randomElement(using: &random) ?? .add
      return (.elementwise(f), (0..<f.arity).map { $0 == 0 ? operand : partner(of: operand, f) }, type)
    }
  }

  /// Operations that keep numbers small, and whose results are fixed to the bit.
  private static let functions: [Elementwise] = [
    .negate, .add, .subtract, .multiply, .min, .max, .abs, .relu, .step, .floor, .sqrt, .clamp, .less, .lessEqual,
    .equal, .and, .or, .not, .select, .select, .identity, .mod, .tanh, .sigmoid,
  ]

  /// A value that goes together with another one, if there is any.
  private mutating func partner(of id: NodeID, _ f: Elementwise) -> NodeID {
    let element = graph.type(of: id).element
    for _ in 0..<12 {
      let other = pick()
      let type = graph.type(of: other)
      let isFit = f == .select || type.element == element
      if isFit, (try? type.shape.broadcast(with: graph.type(of: id).shape)) != nil { return other }
    }
    return id
  }

  private mutating func stretched(_ type: TensorType) -> TensorType {
    var shape = type.shape
    for axis in shape.dimensions.indices where shape.dimensions[axis] == 1 {
      shape.dimensions[axis] = Dimension([1, 2, 5].randomElement(using: &random) ?? 1)
    }
    if Bool.random(using: &random) {
      shape.dimensions.insert(Dimension([1, 3].randomElement(using: &random) ?? 1), at: 0)
    }
    return TensorType(type.element, shape)
  }

  private mutating func reshaped(_ extents: [Int]) -> Shape {
    var factors: [Int] = []
    var rest = extents.reduce(1, *)
    if rest == 0 { return Shape([Dimension(0), 3]) }
    for prime in [2, 3, 5, 7, 11, 13, 17] {
      while rest % prime == 0 {
        factors.append(prime)
        rest /= prime
      }
    }
    if rest > 1 { factors.append(rest) }
    var result = Array(repeating: 1, count: Int.random(in: factors.isEmpty ? 0...2 : 1...3, using: &random))
    for factor in factors { result[Int.random(in: 0..<result.count, using: &random)] *= factor }
    return Shape(result.map { Dimension($0) })
  }

  private mutating func slice(_ extent: Int) -> Operation.Slice {
    let step = [-2, -1, 1, 1, 2].randomElement(using: &random) ?? 1
    guard extent > 0 else { return .init(start: 0, step: step, count: 0) }
    let start = Int.random(in: 0..<extent, using: &random)
    let room = step > 0 ? (extent - 1 - start) / step : start / -step
    return .init(start: Dimension(start), step: step, count: Dimension(Int.random(in: 0...room + 1, using: &random)))
  }

  private mutating func contraction(_ a: NodeID) -> (Operation, [NodeID], TensorType) {
    let b = partner(of: a, .select)
    var left: [Int] = []
    var right: [Int] = []
    let (first, second) = (extents(a), extents(b))
    for axis in first.indices { left.append(axis) }
    for extent in second {
      // An axis runs together with one of the same extent, or alone.
      let fitting = first.indices.filter { first[$0] == extent && !right.contains($0) }
      let shared = Bool.random(using: &random) ? fitting.randomElement(using: &random) : nil
      right.append(shared ?? 100 + right.count)
    }
    let labels = Array(Set(left + right)).sorted().shuffled(using: &random)
    let kept = labels.filter { _ in Bool.random(using: &random) }
    return (.contract(Contraction(left, right, to: kept)), [a, b], TensorType())
  }

  private mutating func constant() -> (Operation, [NodeID], TensorType) {
    let element = ElementType.allCases.randomElement(using: &random) ?? .f64
    let value: Constant = element == .bool ? .boolean(true) : Constant(Int.random(in: -3...3, using: &random))
    return (.constant(value), [], TensorType(element))
  }
}
