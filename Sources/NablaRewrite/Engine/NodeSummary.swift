import NablaGraph

/// What the engine keeps beside a node: facts for proofs, and its place in the order of sums and products.
///
/// Everything is computed from the operation and the operands' summaries, never from node ids, so that the order of a
/// sum does not depend on the order in which its terms were made.
struct NodeSummary {
  /// The kinds of factors, in the order in which a product is written.
  enum Rank: UInt8 { case constant, parameter, function, sum }

  /// A structural hash; 0, as all else, where the node has no summary yet.
  var hash: UInt64 = 0
  /// A hash that is linear in exponents: of `a*b` it is the sum, of `a^n` the multiple. Like terms have equal ones.
  var monomial: UInt64 = 0
  /// The first parameter among the factors, by position, and the next one; of a function, `second` is the first
  /// parameter inside.
  var lead = UInt32.max
  var second = UInt32.max
  /// Twice the exponent of the first parameter.
  var degree: Int16 = 0
  var rank = Rank.function
  /// Nodes of the expression written out, up to a limit: the simpler of two terms comes first.
  var size: UInt16 = 1
  var facts: NodeFacts = []

  var isConstant: Bool { facts.contains(.constant) }
}

extension NodeSummary {
  static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    var z = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) | 1
  }

  init(_ constant: Constant) {
    hash = NodeSummary.mix(11, constant.double.bitPattern)
    // A factor 1 adds nothing: 1/y times x is x/y.
    monomial = constant.isOne ? 0 : hash
    rank = .constant
    facts = NodeFacts(constant)
  }

  init(parameter index: Int) {
    hash = NodeSummary.mix(13, UInt64(index))
    monomial = hash
    lead = UInt32(index)
    degree = 2
    rank = .parameter
  }

  /// A structural node: known by its name and operands.
  init(name: String, _ operands: [NodeSummary]) {
    hash = name.utf8.reduce(17) { NodeSummary.mix($0, UInt64($1)) }
    for operand in operands { take(operand) }
    monomial = hash
  }

  /// Stands for an operand that the operation does not have.
  static let absent = NodeSummary(absentFacts: .constant)

  private init(absentFacts: NodeFacts) { facts = absentFacts }

  /// An elementwise node, from the summaries of its operands; ``absent`` ones complete them to three.
  ///
  /// - Parameter exponent: the literal exponent, where the operation is a power with one.
  init(_ f: Elementwise, _ a: NodeSummary, _ b: NodeSummary, _ c: NodeSummary, exponent: Rational?) {
    hash = NodeSummary.mix(19, UInt64(f.rawValue))
    take(a)
    if b.hash != 0 { take(b) }
    if c.hash != 0 { take(c) }
    monomial = hash
    facts = NodeFacts(f, a.facts, b.facts, c.facts, exponent: exponent)
    switch f {
    case .add, .subtract:
      (lead, degree, second, rank) = (a.lead, a.degree, a.second, .sum)
    case .negate:
      (lead, degree, second, rank) = (a.lead, a.degree, a.second, a.rank)
    case .multiply:
      multiply(a, b, sign: 1)
    case .divide:
      multiply(a, b, sign: -1)
    case .sqrt where a.rank == .parameter:
      (lead, degree, second, rank) = (a.lead, a.degree / 2, a.second, a.rank)
    case .power:
      guard let exponent else { break }
      if a.rank == .sum, exponent.isInteger { rank = .sum }
      if let n = exponent.integer, abs(n) < 1 << 20 { monomial = a.monomial &* UInt64(bitPattern: Int64(n)) }
      if a.rank == .parameter, a.lead != .max {
        let scaled = (Double(a.degree) * exponent.double).rounded()
        (lead, degree, second, rank) = (a.lead, Int16(max(-30000, min(30000, scaled))), a.second, a.rank)
      }
    default: break
    }
    if isConstant { rank = .constant }
  }

  private mutating func take(_ operand: NodeSummary) {
    hash = NodeSummary.mix(hash, operand.hash)
    second = min(second, operand.lead, operand.second)
    size = UInt16(clamping: UInt32(size) + UInt32(operand.size))
  }

  private mutating func multiply(_ a: NodeSummary, _ b: NodeSummary, sign: Int16) {
    rank = max(a.rank, b.rank)
    let bDegree = sign &* b.degree
    if a.lead == b.lead {
      (lead, degree, second) = (a.lead, a.degree &+ bDegree, min(a.second, b.second))
    } else if a.lead < b.lead {
      (lead, degree, second) = (a.lead, a.degree, min(a.second, b.lead))
    } else {
      (lead, degree, second) = (b.lead, bDegree, min(a.lead, b.second))
    }
    monomial = sign > 0 ? a.monomial &+ b.monomial : a.monomial &- b.monomial
    if a.isConstant || a.facts.contains(.constantFactor) { facts.insert(.constantFactor) }
  }
}

extension NodeSummary.Rank: Comparable {
  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
