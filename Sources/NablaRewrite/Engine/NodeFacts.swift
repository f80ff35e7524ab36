import NablaGraph

/// What is known of a node's value: what conditions of rules are proved from.
///
/// Signs are meant over the reals and forgive NaN; `finite` holds for every input, NaN and infinities included.
struct NodeFacts: OptionSet {
  let rawValue: UInt16

  static let nonnegative = NodeFacts(rawValue: 1 << 0)
  static let nonpositive = NodeFacts(rawValue: 1 << 1)
  /// Not zero: with `nonnegative`, positive.
  static let nonzero = NodeFacts(rawValue: 1 << 2)
  static let finite = NodeFacts(rawValue: 1 << 3)
  static let integer = NodeFacts(rawValue: 1 << 4)
  /// In [-1, 1].
  static let withinUnit = NodeFacts(rawValue: 1 << 5)
  /// Made of constants alone: computed before the run.
  static let constant = NodeFacts(rawValue: 1 << 6)
  /// `exp` of something, or a sum of such.
  static let exponentialSum = NodeFacts(rawValue: 1 << 7)
  /// A product whose first factor is a constant.
  static let constantFactor = NodeFacts(rawValue: 1 << 8)

  /// A constant between 2⁻¹²⁶ and 2¹²⁶ in magnitude.
  static let invertible = NodeFacts(rawValue: 1 << 9)
  /// Such a constant that is a power of two.
  static let powerOfTwo = NodeFacts(rawValue: 1 << 10)

  static let positive: NodeFacts = [.nonnegative, .nonzero]
  static let negative: NodeFacts = [.nonpositive, .nonzero]

  /// What holds for all elements of an array, wherever they are.
  static let ofElements: NodeFacts = [.positive, .nonpositive, .finite, .integer, .withinUnit, .exponentialSum]
  /// What holds for sums of such elements, also for the sum of none.
  static let ofSums: NodeFacts = [.nonnegative, .nonpositive, .integer]

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The facts of a constant.
  init(_ constant: Constant) {
    self = .constant
    let value = constant.double
    // By the exact value: a tiny rational is above zero although its double may not be.
    let isZero = constant.rational?.isZero ?? (value == 0)
    let isNegative = constant.rational?.isNegative ?? (value < 0)
    if value.isNaN { return }
    if isZero || !isNegative { insert(.nonnegative) }
    if isZero || isNegative { insert(.nonpositive) }
    if !isZero { insert(.nonzero) }
    if value.isFinite { insert(.finite) }
    if abs(value) <= 1 { insert(.withinUnit) }
    if constant.rational?.isInteger ?? false { insert(.integer) }
    if (0x1p-126...0x1p126).contains(abs(value)) {
      insert(.invertible)
      if value.significand == 1, constant.rational.map({ Rational(exactly: value) == $0 }) ?? true {
        insert(.powerOfTwo)
      }
    }
  }

  func satisfy(_ property: Condition.Property) -> Bool {
    switch property {
    case .nonnegative: contains(.nonnegative)
    case .positive: contains(.positive)
    case .finite: contains(.finite)
    case .integer: contains(.integer)
    case .nonzeroConstant: isSuperset(of: [.constant, .nonzero, .finite])
    case .invertibleConstant: contains(.invertible)
    case .powerOfTwo: contains(.powerOfTwo)
    case .exponentialSum: contains(.exponentialSum)
    }
  }

  /// The facts of an operation's value.
  ///
  /// - Parameter exponent: the literal exponent, where the operation is a power with one.
  init(_ f: Elementwise, _ a: NodeFacts, _ b: NodeFacts, _ c: NodeFacts, exponent: Rational?) {
    let table = f.facts
    self = []
    if a.contains(.constant), b.contains(.constant), c.contains(.constant) { insert(.constant) }
    if table.contains(.nonnegative) { insert(.nonnegative) }
    if table.contains(.positive) { insert(.positive) }
    if table.contains(.withinUnit) { insert(.withinUnit) }
    if f.isTest || (f.arity == 1 && table.contains(.bounded) && a.contains(.finite)) { insert(.finite) }
    insertSign(f, a, b, c, exponent)
  }

  private mutating func insertSign(
    _ f: Elementwise, _ a: NodeFacts, _ b: NodeFacts, _ c: NodeFacts, _ exponent: Rational?
  ) {
    switch f {
    case .negate: formUnion(a.mirrored)
    case .add: formUnion(NodeFacts.sum(a, b))
    case .subtract:
      formUnion(NodeFacts.sum(a, b.mirrored))
      if a.contains(.constantOne), b.contains(.withinUnit) { insert(.nonnegative) }
    case .multiply, .strongMultiply: formUnion(NodeFacts.product(a, b))
    case .divide: formUnion(NodeFacts.product(a, b).subtracting([.integer, .withinUnit]))
    case .power:
      if a.contains(.nonnegative) { insert(.nonnegative) }
      if a.contains(.positive) { insert(.nonzero) }
      if let n = exponent?.integer {
        if n & 1 == 0 { insert(.nonnegative) }
        if n >= 0, a.contains(.integer) { insert(.integer) }
      }
    case .sqrt, .abs:
      if a.contains(.nonzero) { insert(.nonzero) }
      if f == .abs { formUnion(a.intersection([.finite, .integer, .withinUnit])) }
    case .exp: insert(.exponentialSum)
    case .floor, .ceil, .round, .trunc, .sign, .step: insert(.integer)
    case .identity: formUnion(a)
    case .min, .max:
      formUnion(a.intersection(b).intersection(.carried))
      let sign: NodeFacts = f == .max ? .nonnegative : .nonpositive
      if a.union(b).contains(sign) { insert(sign) }
    case .select: formUnion(b.intersection(c).intersection(.carried))
    default: break
    }
    let table = f.facts
    if table.contains([.increasing, .zeroPreserving]), f.arity == 1 {
      formUnion(a.intersection([.nonnegative, .nonpositive]))
      if !table.contains(.locallyConstant), f != .relu { formUnion(a.intersection(.nonzero)) }
    }
  }

  /// What selecting between two values keeps, if both have it.
  private static let carried: NodeFacts = [.positive, .nonpositive, .finite, .integer, .withinUnit]

  private static let constantOne: NodeFacts = [.constant, .positive, .integer, .withinUnit]

  private var mirrored: NodeFacts {
    var result = intersection([.nonzero, .finite, .integer, .withinUnit])
    if contains(.nonnegative) { result.insert(.nonpositive) }
    if contains(.nonpositive) { result.insert(.nonnegative) }
    return result
  }

  private static func sum(_ a: NodeFacts, _ b: NodeFacts) -> NodeFacts {
    let both = a.intersection(b)
    var result = both.intersection([.nonnegative, .nonpositive, .integer])
    if !result.isDisjoint(with: [.nonnegative, .nonpositive]) { result.formUnion(a.union(b).intersection(.nonzero)) }
    if both.contains(.exponentialSum) { result.insert(.exponentialSum) }
    return result
  }

  private static func product(_ a: NodeFacts, _ b: NodeFacts) -> NodeFacts {
    let both = a.intersection(b)
    var result = both.intersection([.nonzero, .integer, .withinUnit])
    if !both.isDisjoint(with: [.nonnegative, .nonpositive]) { result.insert(.nonnegative) }
    if a.contains(.nonnegative) && b.contains(.nonpositive) || a.contains(.nonpositive) && b.contains(.nonnegative) {
      result.insert(.nonpositive)
    }
    return result
  }
}
