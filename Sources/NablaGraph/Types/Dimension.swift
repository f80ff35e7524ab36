/// The extent of one axis: an integer expression over named sizes, in normal form.
///
/// The normal form is a polynomial with integer coefficients over atoms; an atom is a name, or a floor quotient or
/// remainder that does not divide out. Equal polynomials are equal values, so `n + n` and `2*n` are the same dimension
/// and "provably equal" is `==`.
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

  /// Sorted by descending degree, then by atoms; no coefficient is zero.
  public let terms: [Term]

  private init(terms: [Term]) { self.terms = terms }

  public init(_ value: Int) { terms = value == 0 ? [] : [Term(coefficient: value, atoms: [])] }

  public init(_ name: String) { terms = [Term(coefficient: 1, atoms: [.symbol(name)])] }

  private init(atom: Atom) { terms = [Term(coefficient: 1, atoms: [atom])] }

  /// The value, where the dimension is a known number.
  public var constant: Int? {
    if terms.isEmpty { return 0 }
    return terms.count == 1 && terms[0].atoms.isEmpty ? terms[0].coefficient : nil
  }

  public var isOne: Bool { constant == 1 }

  public static func + (a: Dimension, b: Dimension) -> Dimension { Dimension(collecting: a.terms + b.terms) }
  public static func - (a: Dimension, b: Dimension) -> Dimension { a + Dimension(-1) * b }

  public static func * (a: Dimension, b: Dimension) -> Dimension {
    var products: [Term] = []
    for x in a.terms {
      for y in b.terms {
        products.append(Term(coefficient: x.coefficient &* y.coefficient, atoms: (x.atoms + y.atoms).sorted()))
      }
    }
    return Dimension(collecting: products)
  }

  /// `⌊a / b⌋`; divides out where every coefficient allows it.
  public func floorDividing(by divisor: Dimension) -> Dimension {
    if let b = divisor.constant, b != 0 {
      if let a = constant { return Dimension(flooredQuotient(a, b)) }
      if terms.allSatisfy({ $0.coefficient % b == 0 }) {
        return Dimension(terms: terms.map { Term(coefficient: $0.coefficient / b, atoms: $0.atoms) })
      }
    }
    return Dimension(atom: .floorQuotient(self, divisor))
  }

  /// `a - b*⌊a / b⌋`.
  public func remainder(dividingBy divisor: Dimension) -> Dimension {
    if let b = divisor.constant, b != 0 {
      if let a = constant { return Dimension(a - b * flooredQuotient(a, b)) }
      if terms.allSatisfy({ $0.coefficient % b == 0 }) { return Dimension(0) }
    }
    return Dimension(atom: .remainder(self, divisor))
  }

  private init(collecting terms: [Term]) {
    var coefficients: [[Atom]: Int] = [:]
    for term in terms { coefficients[term.atoms, default: 0] &+= term.coefficient }
    self.terms = coefficients.filter { $0.value != 0 }
      .map { Term(coefficient: $0.value, atoms: $0.key) }
      .sorted { a, b in
        if a.atoms.count != b.atoms.count { return a.atoms.count > b.atoms.count }
        return a.atoms.lexicographicallyPrecedes(b.atoms)
      }
  }
}

/// The quotient rounded towards −∞. `b` is not zero.
private func flooredQuotient(_ a: Int, _ b: Int) -> Int {
  if b == -1 { return 0 &- a }
  let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
  return remainder != 0 && (remainder < 0) != (b < 0) ? quotient - 1 : quotient
}

// MARK: - Names and values

extension Dimension {
  /// The names that the dimension mentions.
  public var symbols: Set<String> {
    terms.reduce(into: []) { names, term in
      for atom in term.atoms {
        switch atom {
        case .symbol(let name): names.insert(name)
        case .floorQuotient(let a, let b), .remainder(let a, let b): names.formUnion(a.symbols.union(b.symbols))
        }
      }
    }
  }

  /// The value for given sizes; `nil` where a name is missing, a divisor is zero, or the result overflows.
  public func evaluate(_ sizes: [String: Int]) -> Int? {
    var sum = 0
    for term in terms {
      var product = term.coefficient
      for atom in term.atoms {
        guard let factor = atom.evaluate(sizes) else { return nil }
        let (value, overflow) = product.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        product = value
      }
      let (value, overflow) = sum.addingReportingOverflow(product)
      if overflow { return nil }
      sum = value
    }
    return sum
  }

  /// The dimension with names replaced by dimensions.
  public func substituting(_ sizes: [String: Dimension]) -> Dimension {
    var sum = Dimension(0)
    for term in terms {
      sum = sum + term.atoms.reduce(Dimension(term.coefficient)) { $0 * $1.substituting(sizes) }
    }
    return sum
  }
}

extension Dimension.Atom: Comparable {
  fileprivate func evaluate(_ sizes: [String: Int]) -> Int? {
    switch self {
    case .symbol(let name): return sizes[name]
    case .floorQuotient(let a, let b):
      guard let x = a.evaluate(sizes), let y = b.evaluate(sizes), y != 0 else { return nil }
      return flooredQuotient(x, y)
    case .remainder(let a, let b):
      guard let x = a.evaluate(sizes), let y = b.evaluate(sizes), y != 0 else { return nil }
      return x - y * flooredQuotient(x, y)
    }
  }

  fileprivate func substituting(_ sizes: [String: Dimension]) -> Dimension {
    switch self {
    case .symbol(let name): sizes[name] ?? Dimension(name)
    case .floorQuotient(let a, let b): a.substituting(sizes).floorDividing(by: b.substituting(sizes))
    case .remainder(let a, let b): a.substituting(sizes).remainder(dividingBy: b.substituting(sizes))
    }
  }

  public static func < (a: Dimension.Atom, b: Dimension.Atom) -> Bool {
    if case .symbol(let x) = a, case .symbol(let y) = b { return x < y }
    return a.description < b.description
  }
}

// MARK: - Text

extension Dimension.Atom: CustomStringConvertible {
  public var description: String {
    switch self {
    case .symbol(let name): name
    case .floorQuotient(let a, let b): "(\(a))//(\(b))"
    case .remainder(let a, let b): "mod(\(a), \(b))"
    }
  }
}

extension Dimension: CustomStringConvertible, ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }

  /// As one writes it: `n - 1`, `2*m + n`.
  public var description: String {
    if terms.isEmpty { return "0" }
    var text = ""
    for term in terms {
      let magnitude = term.coefficient.magnitude
      var factors = term.atoms.map(\.description)
      if magnitude != 1 || factors.isEmpty { factors.insert("\(magnitude)", at: 0) }
      let sign = term.coefficient < 0 ? (text.isEmpty ? "-" : " - ") : (text.isEmpty ? "" : " + ")
      text += sign + factors.joined(separator: "*")
    }
    return text
  }
}
