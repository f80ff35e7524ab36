import NablaGraph

/// Random programs that use every operation, several shapes and types, functions, hostile names and aliases.
struct RandomProgram {
  private var random: SplitMix64
  private var graph = Graph()
  private var nodes: [NodeID] = []
  private var inputs: [NodeID] = []

  private static let names = [
    "x", "β", "h1", "a b", "\"", "\\n", "line\nbreak", "%0", "program {", "", "🙂", "\u{202E}",
  ]
  private static let dimensions: [Dimension] = [
    0, 1, 2, 3, Dimension("m"), Dimension("n") - 1, Dimension("m") * Dimension("n"), Dimension("two words") + 1,
    (Dimension("d") * (Dimension("d") - 1)).floorDividing(by: 2), Dimension("n").remainder(dividingBy: 3),
    Dimension("m") * Dimension("n").floorDividing(by: 2) - 4, Dimension(-1) * Dimension("n").floorDividing(by: 2) + 9,
    Dimension("k").floorDividing(by: Dimension("n") - 1), Dimension("mod"),
  ]

  /// - Parameter functionDepth: how deep calls nest.
  static func program(seed: UInt64, size: Int, functionDepth: Int = 2) -> Program {
    var builder = RandomProgram(random: SplitMix64(seed: seed))
    return builder.build(size, functionDepth)
  }

  private init(random: SplitMix64) { self.random = random }

  private mutating func build(_ size: Int, _ depth: Int) -> Program {
    for _ in 0..<Int.random(in: 1...3, using: &random) { addParameter(TensorType()) }
    for _ in 0..<Int.random(in: 0...3, using: &random) { addParameter(randomType()) }
    for _ in 0..<size { addNode(depth) }
    let roots = (0..<Int.random(in: 1...4, using: &random)).map { _ in Program.Root(name(), pick()) }
    // What a root needs must be an input; others need not be one.
    let live = graph.live(from: roots.map(\.node))
    inputs = inputs.filter { live[$0.index] || Bool.random(using: &random) }.shuffled(using: &random)
    var aliases: [Int: Int] = [:]
    for (output, root) in roots.enumerated() {
      let free = inputs.indices.filter { !aliases.values.contains($0) }
      aliases[output] = free.first { graph.type(of: inputs[$0]) == graph.type(of: root.node) }
    }
    return Program(graph: graph, inputs: inputs, roots: roots, aliases: aliases)
  }

  private mutating func name() -> String { RandomProgram.names.randomElement(using: &random) ?? "x" }
  private mutating func pick() -> NodeID { nodes.randomElement(using: &random) ?? NodeID(0) }
  private mutating func dimension() -> Dimension { RandomProgram.dimensions.randomElement(using: &random) ?? 1 }

  private mutating func randomType() -> TensorType {
    let rank = Int.random(in: 0...3, using: &random)
    return TensorType(
      ElementType.allCases.randomElement(using: &random) ?? .f64, Shape((0..<rank).map { _ in dimension() }))
  }

  private mutating func addParameter(_ type: TensorType) {
    let id = graph.parameter(name(), type)
    nodes.append(id)
    inputs.append(id)
  }

  private mutating func addNode(_ depth: Int) {
    if Bool.random(using: &random) {
      graph.currentOrigin = graph.intern(Origin(name: Bool.random(using: &random) ? name() : nil))
    }
    let (operation, operands, stated) = candidate(depth)
    // Whatever the type rule refuses is drawn again by the next call.
    if (try? graph.resultType(of: operation, operands, stated: stated)) != nil {
      nodes.append(graph.append(operation, operands, type: stated))
    }
  }

  private mutating func candidate(_ depth: Int) -> (Operation, [NodeID], TensorType) {
    let operand = pick()
    let type = graph.type(of: operand)
    let rank = type.shape.rank
    switch Int.random(in: 0..<22, using: &random) {
    case 0: return (.constant(constant()), [], TensorType(ElementType.allCases.randomElement(using: &random) ?? .f64))
    case 1: return (.cast, [operand], randomType())
    case 2: return (.stop, [operand], TensorType())
    case 3: return (.broadcast, [operand], TensorType(.f64, Shape([dimension()] + type.shape.dimensions)))
    case 4: return (.reshape, [operand], TensorType(.f64, Shape([1] + type.shape.dimensions.reversed())))
    case 5: return (.transpose(Array(0..<rank).shuffled(using: &random)), [operand], TensorType())
    case 6:
      let step = [-2, -1, 1, 3].randomElement(using: &random) ?? 1
      return (
        .slice((0..<rank).map { _ in .init(start: dimension(), step: step, count: dimension()) }), [operand], type
      )
    case 7:
      let interior = Int.random(in: 0...2, using: &random)
      let padding = (0..<rank).map { _ in Operation.Padding(low: dimension(), interior: interior, high: dimension()) }
      return (.pad(padding), [operand], type)
    case 8:
      let count = Int.random(in: 1...6, using: &random)
      return (.concatenate(axis: Int.random(in: 0...1, using: &random)), Array(repeating: operand, count: count), type)
    case 9:
      let reduction = Operation.Reduction.allCases.randomElement(using: &random) ?? .sum
      let axes = (0..<rank).filter { _ in Bool.random(using: &random) }
      return (.reduce(reduction, axes: axes), [operand], type)
    case 10 where depth > 0: return call(depth)
    case 12:
      let other = pick()
      let (a, b) = (
        Array(0..<rank), (0..<graph.type(of: other).shape.rank).map { _ in Int.random(in: 0...3, using: &random) }
      )
      let result = Array(Set(a + b)).filter { _ in Bool.random(using: &random) }.sorted()
      return (.contract(Contraction(a, b, to: result)), [operand, other], TensorType())
    case 11: return (.result(Int.random(in: 0...2, using: &random)), [operand], type)
    default:
      let f = Elementwise.allCases.randomElement(using: &random) ?? .add
      return (.elementwise(f), (0..<f.arity).map { _ in pick() }, TensorType())
    }
  }

  private mutating func call(_ depth: Int) -> (Operation, [NodeID], TensorType) {
    var inner = RandomProgram(random: SplitMix64(seed: random.next()))
    let body = inner.build(6, depth - 1)
    let function = graph.intern(Function(name: name(), body: body))
    let operands = body.inputs.map { input in
      let type = body.graph.type(of: input)
      return nodes.filter { graph.type(of: $0) == type }.randomElement(using: &random) ?? pick()
    }
    return (.call(function), operands, TensorType())
  }

  private mutating func constant() -> Constant {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: .pi
    case 1: .e
    case 2: .boolean(Bool.random(using: &random))
    case 3: .bits(random.next())
    case 4: [.infinity, .nan, .bits((-Double.infinity).bitPattern)].randomElement(using: &random) ?? .nan
    case 5: Constant(exactly: Double(bitPattern: random.next()))
    default: .rational(Rational(Int.random(in: -9...9, using: &random), Int.random(in: 1...9, using: &random)))
    }
  }
}
