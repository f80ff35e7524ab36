import NablaGraph

extension Graph {
  /// For every node: can it be NaN or infinite, if the inputs are finite? And if they are anything?
  ///
  /// Only what is certain by the operation table counts; sums and products of finite values may overflow, which the
  /// weaker assumption forgives.
  struct Finiteness {
    private(set) var always: [Bool] = []
    private(set) var forFiniteInputs: [Bool] = []
    /// What is known of signs, over the reals: what a quotient or a root is finite by.
    private var sign: [Sign] = []

    /// `positive` is at least a positive constant, or a root of such: nothing that might underflow.
    private enum Sign { case any, nonnegative, positive }

    init(_ graph: Graph) { extend(graph) }

    /// Takes in nodes that were appended since.
    mutating func extend(_ graph: Graph) {
      always.reserveCapacity(graph.count)
      forFiniteInputs.reserveCapacity(graph.count)
      sign.reserveCapacity(graph.count)
      for index in always.count..<graph.count {
        let id = NodeID(index)
        if let f = graph.elementwise(id) {
          appendElementwise(f, id, graph)
        } else {
          appendStructural(id, graph)
        }
      }
    }

    // MARK: Elementwise operations

    private mutating func appendElementwise(_ f: Elementwise, _ id: NodeID, _ graph: Graph) {
      always.append(f.typing == .comparison || f.typing == .logical)
      var given = true
      graph.forEachOperand(of: id) { given = given && forFiniteInputs[$0.index] }
      forFiniteInputs.append(given && isFiniteOfFinite(f, id, graph))
      sign.append(sign(of: f, id, graph))
    }

    private func isFiniteOfFinite(_ f: Elementwise, _ id: NodeID, _ graph: Graph) -> Bool {
      // A bounded function of something that cannot be NaN: `sin` of ∞ is NaN, `tanh` of ∞ is not.
      let facts = f.facts
      if facts.contains(.bounded) || facts.contains(.linear) || facts.contains(.withinUnit) { return true }
      switch f {
      case .multiply, .strongMultiply, .select, .abs, .max, .min, .clamp, .relu, .step, .identity: return true
      case .power: return naturalExponent(graph, id) != nil
      case .divide: return sign[graph.operand(1, of: id).index] == .positive
      case .log, .log2, .log10: return sign[graph.operand(0, of: id).index] == .positive
      case .sqrt: return sign[graph.operand(0, of: id).index] != .any
      default: return false
      }
    }

    private func sign(of f: Elementwise, _ id: NodeID, _ graph: Graph) -> Sign {
      func operand(_ position: Int) -> Sign { sign[graph.operand(position, of: id).index] }
      func both(_ a: Sign, _ b: Sign) -> Sign { a == .any || b == .any ? .any : .nonnegative }
      let known: Sign = f.facts.contains(.nonnegative) || f.facts.contains(.positive) ? .nonnegative : .any
      switch f {
      case .identity: return operand(0)
      case .sqrt: return operand(0) == .positive ? .positive : known
      case .add:
        let signs = both(operand(0), operand(1))
        return signs != .any && (operand(0) == .positive || operand(1) == .positive) ? .positive : signs
      case .multiply, .strongMultiply:
        return graph.operand(0, of: id) == graph.operand(1, of: id) ? .nonnegative : both(operand(0), operand(1))
      case .divide: return both(operand(0), operand(1))
      case .max:
        if operand(0) == .positive || operand(1) == .positive { return .positive }
        return operand(0) == .any && operand(1) == .any ? .any : .nonnegative
      case .power:
        return naturalExponent(graph, id).map { $0 & 1 == 0 } ?? false
          ? .nonnegative : operand(0) == .any ? .any : known
      default: return known
      }
    }

    private func naturalExponent(_ graph: Graph, _ id: NodeID) -> Int? {
      guard let n = graph.constant(graph.operand(1, of: id))?.rational?.integer, n >= 0 else { return nil }
      return Int(n)
    }

    // MARK: The others

    private mutating func appendStructural(_ id: NodeID, _ graph: Graph) {
      var (isFinite, isAlways) = (true, true)
      graph.forEachOperand(of: id) {
        isFinite = isFinite && forFiniteInputs[$0.index]
        isAlways = isAlways && always[$0.index]
      }
      let first = graph.operandCount(of: id) > 0 ? sign[graph.operand(0, of: id).index] : .any
      switch graph.operation(of: id) {
      case .constant(let value):
        let isZero = value.isZero
        let isPositive = value.double > 0
        append(value.double.isFinite, value.double.isFinite, isPositive ? .positive : isZero ? .nonnegative : .any)
      case .parameter:
        append(false, true, .any)
      case .stop, .broadcast, .reshape, .transpose, .slice, .gather, .view:
        append(isAlways, isFinite, first)
      case .cast:
        append(isAlways && !graph.element(of: graph.operand(0, of: id)).isFloat, isFinite, first)
      case .pad, .concatenate:
        append(isAlways, isFinite, .any)
      case .reduce(.sum, _), .cumulative(.sum, _, _), .scatter, .accumulate:
        append(false, isFinite, first == .any ? .any : .nonnegative)
      case .reduce, .cumulative, .contract, .convolve:
        append(false, isFinite, .any)
      case .iota, .argReduce, .argsort, .random:
        append(true, true, .nonnegative)
      case .call, .scan, .result, .elementwise:
        append(false, false, .any)
      }
    }

    private mutating func append(_ always: Bool, _ forFiniteInputs: Bool, _ sign: Sign) {
      self.always.append(always)
      self.forFiniteInputs.append(forFiniteInputs)
      self.sign.append(sign)
    }
  }
}
