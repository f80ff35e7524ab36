import NablaGraph

extension Workspace {
  /// One round node by node: rules at each node, nothing collected. What runs where bits must not change, and where the
  /// form is for machines.
  mutating func plainRound(_ roots: [NodeID]) -> [NodeID] {
    countUses(of: roots)
    resetDemand()
    var nodes = NodeColumn<NodeID>()
    nodes.reset(count: usage.count)
    let saved = graph.currentOrigin
    for index in usage.indices where usage[index].isLive {
      let id = NodeID(index)
      enter(id)
      nodes[index] = plainImage(of: id, nodes)
      addDemand(usage[index].users, for: nodes[index])
      leave(id, as: nodes[index])
    }
    graph.currentOrigin = saved
    return roots.map { nodes[$0.index] }
  }

  private mutating func plainImage(of id: NodeID, _ nodes: borrowing NodeColumn<NodeID>) -> NodeID {
    guard let f = graph.elementwise(id) else {
      summarise(id)
      let operands = graph.operands(of: id).map { nodes[$0.index] }
      if operands == graph.operands(of: id) { return id }
      return make(graph.operation(of: id), operands, type: graph.type(of: id))
    }
    return fitted(plain(f, graph.elementwiseOperands(of: id).mapped { nodes[$0.index] }), like: id)
  }

  /// An operation on nodes, folded or matched against the rules.
  mutating func plain(_ f: Elementwise, _ operands: ElementwiseOperands) -> NodeID {
    if operands.allSatisfy({ graph.constant($0) != nil }), let value = rounded(f, operands) { return value }
    if !isStrict, f == .power, let expanded = expandedPower(operands) { return expanded }
    if depth < Workspace.depthLimit, let value = applyFunctionRules(f, operands) { return value.node }
    return make(f, operands)
  }

  /// The value of an operation on constants.
  ///
  /// Strict: what the machine would compute from the rounded operands, where every machine computes the same. Else the
  /// exact value, or the table's, rounded once.
  private mutating func rounded(_ f: Elementwise, _ operands: ElementwiseOperands) -> NodeID? {
    let constants = operands.compactMap { graph.constant($0) }
    let isTest = f.isTest
    let element = element(of: operands[operands.count - 1])
    if !element.isFloat, !isTest || element != .bool { return nil }
    if !isStrict, let exact = f.exactValue(of: constants) { return constant(exact, isTest ? .bool : element) }
    if isStrict, !f.isCorrectlyRounded { return nil }
    func double(_ index: Int) -> Double {
      guard index < constants.count else { return 0 }
      return element == .f32 ? Double(Float(constants[index].double)) : constants[index].double
    }
    let value = f.definition.evaluation.scalar(double(0), double(1), double(2))
    if isTest { return constant(.boolean(value != 0), .bool) }
    let result = element == .f32 ? Double(Float(value)) : value
    let isPlain = abs(result) < 0x1p53 && result.rounded() == result && !(result == 0 && result.sign == .minus)
    return constant(isPlain || isStrict ? Constant(exactly: result) : .bits(result.bitPattern), element)
  }

  // MARK: Powers

  /// The largest literal exponent that becomes multiplications; beyond it `pow` is more accurate.
  static let largestExpandedPower = 32

  /// A small literal power as multiplications by repeated squaring, which powers of one base share; halves as a root.
  private mutating func expandedPower(_ operands: ElementwiseOperands) -> NodeID? {
    guard let doubled = literal(operands[1]).flatMap({ ($0 * 2).integer }),
      doubled.magnitude <= 2 * Workspace.largestExpandedPower
    else { return nil }
    let base = operands[0]
    let one = self.one(element(of: base))
    let n = Int(doubled.magnitude)
    var result = n / 2 > 0 ? multiplied(base, n / 2) : nil
    if n & 1 == 1 {
      let root = make(.sqrt, base)
      result = result.map { make(.multiply, $0, root) } ?? root
    }
    guard let magnitude = result else { return fitted(one, like: base) }
    return doubled < 0 ? make(.divide, one, magnitude) : magnitude
  }

  private mutating func multiplied(_ base: NodeID, _ n: Int) -> NodeID {
    if n == 1 { return base }
    let half = multiplied(base, n / 2)
    let square = make(.multiply, half, half)
    return n & 1 == 0 ? square : make(.multiply, square, base)
  }
}

extension Elementwise {
  /// Whether the value is a truth value.
  var isTest: Bool { Elementwise.tests[Int(rawValue)] }

  private static let tests: [Bool] = allCases.map {
    $0.typing == .comparison || $0.typing == .logical
  }

  /// Whether every machine computes the same bits: the operations that IEEE 754 rounds correctly, and exact ones.
  var isCorrectlyRounded: Bool {
    switch self {
    case .negate, .add, .subtract, .multiply, .divide, .sqrt, .abs, .sign, .floor, .ceil, .round, .trunc, .min, .max,
      .clamp, .step, .relu, .identity, .strongMultiply:
      true
    default: isTest
    }
  }
}
