import NablaGraph

/// How a product of powers is written: one quotient, equal powers together, `(x/y)^2 * z`.
struct ProductPlan {
  /// A power of a small product or quotient.
  struct Piece {
    var bases: [NodeID]
    var denominators: [NodeID] = []
    var exponent: Rational
    /// Whether the piece stands in the denominator.
    var isInverse: Bool
  }

  private(set) var pieces: [Piece] = []
  /// The declared cost of computing it from the bases.
  private(set) var cost = 0
  /// A constant factor in front takes a coefficient for nothing.
  private(set) var hasConstantFactor = false

  /// - Parameter factors: merged; the order does not matter.
  init(_ factors: [Factor], in workspace: borrowing Workspace) {
    let ordered = factors.sorted { workspace.precedesInProduct($0.base, $1.base) }
    let inverses = ordered.filter(\.exponent.isNegative)
    // A quotient under one power, if that takes the whole denominator.
    if let first = inverses.first, ProductPlan.isGrouped(first, workspace),
      inverses.allSatisfy({ $0.exponent == first.exponent && ProductPlan.isGrouped($0, workspace) })
    {
      let upper = ordered.filter { $0.exponent == -first.exponent && ProductPlan.isGrouped($0, workspace) }
      if !upper.isEmpty {
        let rest = ordered.filter { factor in
          !factor.exponent.isNegative && !upper.contains { $0.base == factor.base }
        }
        add(rest, inverse: false, workspace)
        pieces.append(
          Piece(
            bases: upper.map(\.base), denominators: inverses.map(\.base), exponent: -first.exponent, isInverse: false))
        finish(workspace)
        return
      }
    }
    add(ordered.filter { !$0.exponent.isNegative }, inverse: false, workspace)
    add(inverses.map { Factor(base: $0.base, exponent: -$0.exponent) }, inverse: true, workspace)
    finish(workspace)
  }

  /// Only integer powers of expressions are taken together.
  private static func isGrouped(_ factor: Factor, _ workspace: borrowing Workspace) -> Bool {
    guard let n = factor.exponent.integer else { return false }
    return n.magnitude > 1 && !workspace.isConstant(factor.base)
  }

  private mutating func add(_ factors: [Factor], inverse: Bool, _ workspace: borrowing Workspace) {
    let start = pieces.count
    for factor in factors {
      if ProductPlan.isGrouped(factor, workspace),
        let known = (start..<pieces.count).first(where: { pieces[$0].exponent == factor.exponent }),
        !workspace.isConstant(pieces[known].bases[0])
      {
        pieces[known].bases.append(factor.base)
      } else {
        pieces.append(Piece(bases: [factor.base], exponent: factor.exponent, isInverse: inverse))
      }
    }
  }

  private mutating func finish(_ workspace: borrowing Workspace) {
    pieces.sort { a, b in
      a.isInverse != b.isInverse ? b.isInverse : workspace.precedesInProduct(a.bases[0], b.bases[0])
    }
    var operands = (upper: 0, lower: 0)
    for piece in pieces where !piece.bases.allSatisfy({ workspace.isConstant($0) }) {
      cost += piece.bases.count - 1 + workspace.cost(ofPower: piece.exponent)
      if !piece.denominators.isEmpty {
        cost += piece.denominators.count - 1 + workspace.cost(of: .divide)
      }
      if piece.isInverse { operands.lower += 1 } else { operands.upper += 1 }
    }
    let isConstant = operands.upper + operands.lower == 0
    let upperConstant = pieces.contains { !$0.isInverse && $0.bases.allSatisfy { workspace.isConstant($0) } }
    let lowerConstant = pieces.contains { $0.isInverse && $0.bases.allSatisfy { workspace.isConstant($0) } }
    hasConstantFactor = upperConstant || operands.upper == 0
    if isConstant {
      cost = 0
      return
    }
    cost += max(0, operands.upper + (upperConstant ? 1 : 0) - 1) + max(0, operands.lower + (lowerConstant ? 1 : 0) - 1)
    if operands.lower > 0 {
      cost += workspace.cost(of: .divide)
    } else if lowerConstant {
      cost += upperConstant ? 0 : workspace.cost(of: .multiply)
    }
  }
}

extension Workspace {
  /// Whether a factor shares its power with others: only integer powers of expressions do.
  func isGrouped(_ factor: Factor) -> Bool {
    guard let n = factor.exponent.integer else { return false }
    return n.magnitude > 1 && !isConstant(factor.base)
  }

  /// Builds a product as planned.
  mutating func layout(_ plan: ProductPlan, _ element: ElementType) -> NodeID {
    var upper: NodeID?
    var lower: NodeID?
    for piece in plan.pieces {
      var node = chain(piece.bases)
      if !piece.denominators.isEmpty { node = make(.divide, node, chain(piece.denominators)) }
      node = power(node, piece.exponent)
      if piece.isInverse {
        lower = lower.map { make(.multiply, $0, node) } ?? node
      } else {
        upper = upper.map { make(.multiply, $0, node) } ?? node
      }
    }
    guard let lower else { return upper ?? one(element) }
    return make(.divide, upper ?? one(element), lower)
  }

  private mutating func chain(_ bases: [NodeID]) -> NodeID {
    bases.dropFirst().reduce(bases[0]) { make(.multiply, $0, $1) }
  }

  /// A literal power in its own spelling: the base itself, a square root, or `power`.
  mutating func power(_ base: NodeID, _ exponent: Rational) -> NodeID {
    if exponent.isOne { return base }
    if exponent == .half { return make(.sqrt, base) }
    return make(.power, base, constant(.rational(exponent), element(of: base)))
  }
}
