import NablaGraph

/// Random scalar expressions over the whole table, with shared parts and awkward constants.
struct RandomExpression {
  static let parameters = 4

  private let operations: [Elementwise]
  private let constants: [Constant]
  private(set) var graph = Graph()
  private var reals: [NodeID] = []
  private var tests: [NodeID] = []

  var root: NodeID { reals[reals.count - 1] }

  /// - Parameters:
  ///   - size: how many operations are applied, one to the results of others.
  ///   - operations: what to choose from; all of the table, arithmetic the more often, unless stated.
  init(
    size: Int, operations: [Elementwise] = RandomExpression.all, constants: [Constant] = RandomExpression.constants,
    _ random: inout SplitMix64
  ) {
    self.operations = operations
    self.constants = constants
    for index in 0..<RandomExpression.parameters { reals.append(graph.parameter("p\(index)", TensorType(.f64))) }
    for _ in 0..<size { grow(&random) }
    // All loose ends together, so that nothing was made in vain.
    let uses = graph.useCounts(from: Array(reals.suffix(1)))
    for id in reals.dropLast() where id.index >= RandomExpression.parameters && uses[id.index] == 0 {
      if Bool.random(using: &random) { reals.append(graph.apply(.add, root, id)) }
    }
  }

  static let arithmetic: [Elementwise] = [.negate, .add, .add, .subtract, .multiply, .multiply, .divide, .power]
  static let all = Elementwise.allCases + arithmetic + arithmetic + arithmetic
  static let constants: [Constant] = [
    .zero, .one, Constant(-1), Constant(2), Constant(3), .rational(.half), .rational(Rational(-1, 3)), .pi, .e,
    .rational(Rational(1, 10)),
  ]
  static let specialConstants: [Constant] =
    constants + [
      .infinity, .nan, .bits((-0.0).bitPattern), Constant(exactly: .leastNonzeroMagnitude), Constant(exactly: 1e308),
    ]

  private mutating func grow(_ random: inout SplitMix64) {
    guard let f = operations.randomElement(using: &random) else { return }
    let typing = f.definition.typing
    var operands: [NodeID] = []
    for position in 0..<f.arity {
      let isTest = typing == .logical || typing == .selection && position == 0
      operands.append(isTest ? test(&random) : real(&random))
    }
    let id = graph.apply(f, operands)
    if typing == .logical || typing == .comparison { tests.append(id) } else { reals.append(id) }
  }

  private mutating func real(_ random: inout SplitMix64) -> NodeID {
    if Int.random(in: 0..<5, using: &random) == 0 {
      return graph.constant(constants.randomElement(using: &random) ?? .one, .f64)
    }
    // The latest the more often: deep rather than flat.
    let recent = reals.suffix(Bool.random(using: &random) ? 3 : reals.count)
    return recent.randomElement(using: &random) ?? root
  }

  private mutating func test(_ random: inout SplitMix64) -> NodeID {
    if let known = tests.randomElement(using: &random), Bool.random(using: &random) { return known }
    let (a, b) = (real(&random), real(&random))
    return graph.apply(.less, a, b)
  }
}
