import NablaGraph

/// Which cotangents may be exactly zero by a choice that was made at run time.
///
/// Below a selection the branch not taken must contribute exactly zero, whatever it evaluates to; a product
/// `0 · ∞` on the way down would make it NaN. So products there are strong (0 wherever the cotangent is 0), and relaxed
/// to ordinary ones where the other factor cannot be NaN or infinite.
enum Masking: Comparable {
  case none
  /// Below `max`, `min`, `clamp`, `relu`, which also return an operand: their inputs count as finite.
  case kink
  /// Below `select` and strong products: nothing is assumed about the inputs.
  case selection
}

extension Elementwise {
  /// What the cotangent of operand `index` is masked by, beyond what masks the result.
  func masking(ofOperand index: Int) -> Masking {
    switch self {
    case .select: .selection
    case .strongMultiply: index == 1 ? .selection : .none
    case .max, .min, .clamp, .relu: .kink
    default: .none
    }
  }
}

extension Graph {
  /// For every node: can it be NaN or infinite, if the inputs are finite? And if they are anything?
  ///
  /// Only what is certain by the operation table counts; sums and products of finite values may overflow, which the
  /// weaker assumption forgives.
  struct Finiteness {
    private(set) var always: [Bool]
    private(set) var forFiniteInputs: [Bool]

    init(_ graph: Graph) {
      always = []
      forFiniteInputs = []
      extend(graph)
    }

    /// Takes in nodes that were appended since.
    mutating func extend(_ graph: Graph) {
      always.reserveCapacity(graph.count)
      forFiniteInputs.reserveCapacity(graph.count)
      for index in always.count..<graph.count {
        let id = NodeID(index)
        guard let f = graph.elementwise(id) else {
          let isFinite = graph.constant(id)?.double.isFinite
          always.append(isFinite ?? false)
          forFiniteInputs.append(isFinite ?? (graph.parameterIndex(id) != nil))
          continue
        }
        // A bounded function of something that cannot be NaN: `sin` of ∞ is NaN, `tanh` of ∞ is not.
        let operands = graph.operands(of: id)
        let facts = f.facts
        let given = operands.allSatisfy { forFiniteInputs[$0.index] }
        always.append(f.typing == .comparison || f.typing == .logical)
        forFiniteInputs.append(
          given
            && (facts.contains(.bounded) || facts.contains(.linear) || facts.contains(.withinUnit)
              || f == .multiply || f == .strongMultiply || f == .select || f == .power && hasNaturalExponent(graph, id)
              || Finiteness.returningOperands.contains(f))
        )
      }
    }

    private static let returningOperands: Set<Elementwise> = [.abs, .max, .min, .clamp, .relu, .step, .identity]

    private func hasNaturalExponent(_ graph: Graph, _ id: NodeID) -> Bool {
      guard let n = graph.constant(graph.operand(1, of: id))?.rational else { return false }
      return n.isInteger && !n.isNegative
    }
  }
}
