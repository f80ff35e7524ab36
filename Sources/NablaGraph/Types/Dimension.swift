/// The extent of one axis: an integer expression over named sizes, in normal form.
///
/// The normal form is a polynomial with integer coefficients over atoms; an atom is a name, or a floor quotient or
/// remainder that does not divide out. Equal polynomials are equal values, so `n + n` and `2*n` are the same dimension
/// and "provably equal" is `==`.
///
/// What cannot be written down is ``undefined``, which every further operation keeps: a quotient by zero, a
/// coefficient beyond the machine word, or an expression beyond the limits below, which only exist so that a short
/// hostile text cannot describe a polynomial of a million terms.
public struct Dimension: Hashable, Sendable {
  /// What a polynomial cannot look into.
  public indirect enum Atom: Hashable, Sendable {
    case symbol(String)
    case floorQuotient(Dimension, Dimension)
    case remainder(Dimension, Dimension)
  }

  /// A coefficient times a product of atoms; the atoms are sorted, repeated atoms stand repeatedly.
  public struct Term: Hashable, Sendable {
    public var coefficient: Int
    public var atoms: [Atom]
  }

  /// The most terms that a dimension has.
  public static let termLimit = 1024
  /// The most factors that a term has.
  public static let degreeLimit = 64
  /// How deep quotients and remainders nest.
  public static let depthLimit = 16

  /// Sorted by descending degree, then by atoms; no coefficient is zero.
  public let terms: [Term]

  init(terms: [Term]) { self.terms = terms }

  public init(_ value: Int) {
    // Without the least integer, every coefficient has a negative.
    terms = value == 0 ? [] : value == .min ? Dimension.undefined.terms : [Term(coefficient: value, atoms: [])]
  }

  public init(_ name: String) { terms = [Term(coefficient: 1, atoms: [.symbol(name)])] }

  init(atom: Atom) { terms = [Term(coefficient: 1, atoms: [atom])] }

  /// The dimension that no size has, `1//0`.
  public static let undefined = Dimension(
    atom: .floorQuotient(Dimension(terms: [Term(coefficient: 1, atoms: [])]), Dimension(terms: [])))

  public var isUndefined: Bool {
    guard terms.count == 1, terms[0].atoms.count == 1 else { return false }
    if case .floorQuotient(_, let divisor) = terms[0].atoms[0] { return divisor.terms.isEmpty }
    return false
  }

  /// The value, where the dimension is a known number.
  public var constant: Int? {
    if terms.isEmpty { return 0 }
    return terms.count == 1 && terms[0].atoms.isEmpty ? terms[0].coefficient : nil
  }

  public var isOne: Bool { constant == 1 }
}

extension Dimension: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

// MARK: - Sums and products

extension Dimension {
  public static func + (a: Dimension, b: Dimension) -> Dimension {
    if let x = a.constant, let y = b.constant { return Dimension(checked: x.addingReportingOverflow(y)) }
    return a.isUndefined || b.isUndefined ? .undefined : Dimension(collecting: a.terms + b.terms)
  }

  public static func - (a: Dimension, b: Dimension) -> Dimension { a + Dimension(-1) * b }

  public static func * (a: Dimension, b: Dimension) -> Dimension {
    if let x = a.constant, let y = b.constant { return Dimension(checked: x.multipliedReportingOverflow(by: y)) }
    if a.isUndefined || b.isUndefined || a.terms.count * b.terms.count > termLimit { return .undefined }
    var products: [Term] = []
    products.reserveCapacity(a.terms.count * b.terms.count)
    for x in a.terms {
      for y in b.terms {
        let (coefficient, overflow) = x.coefficient.multipliedReportingOverflow(by: y.coefficient)
        if overflow || coefficient == .min || x.atoms.count + y.atoms.count > degreeLimit { return .undefined }
        products.append(Term(coefficient: coefficient, atoms: merge(x.atoms, y.atoms)))
      }
    }
    return Dimension(collecting: products)
  }

  private init(checked: (partialValue: Int, overflow: Bool)) {
    self = checked.overflow ? .undefined : Dimension(checked.partialValue)
  }

  /// Both lists are sorted, and so is the result.
  private static func merge(_ a: [Atom], _ b: [Atom]) -> [Atom] {
    if a.isEmpty { return b }
    return b.isEmpty ? a : (a + b).sorted()
  }

  private init(collecting terms: [Term]) {
    var coefficients: [[Atom]: Int] = [:]
    for term in terms {
      let (sum, overflow) = coefficients[term.atoms, default: 0].addingReportingOverflow(term.coefficient)
      if overflow || sum == .min {
        self = .undefined
        return
      }
      coefficients[term.atoms] = sum
    }
    let kept = coefficients.filter { $0.value != 0 }
    if kept.count > Dimension.termLimit {
      self = .undefined
      return
    }
    self.terms = kept.map { Term(coefficient: $0.value, atoms: $0.key) }
      .sorted { a, b in
        if a.atoms.count != b.atoms.count { return a.atoms.count > b.atoms.count }
        return a.atoms.lexicographicallyPrecedes(b.atoms)
      }
  }
}

extension Dimension.Atom: Comparable {
  /// Names in alphabetical order, then quotients and remainders by their spelling.
  public static func < (a: Dimension.Atom, b: Dimension.Atom) -> Bool {
    switch (a, b) {
    case (.symbol(let x), .symbol(let y)): x < y
    case (.symbol, _): true
    case (_, .symbol): false
    default: a.description < b.description
    }
  }
}
