// Division by a known number keeps only what it must under the quotient: terms that divide come out, and the constant
// is reduced to 0..<divisor, so that `(n - 1)//2 + 1` and `(n + 1)//2` are one dimension.

extension Dimension {
  /// `⌊a / b⌋`, undefined for a zero divisor.
  public func floorDividing(by divisor: Dimension) -> Dimension {
    guard let b = divisor.constant else { return atom(Atom.floorQuotient, divisor) }
    if b == 0 || isUndefined { return .undefined }
    if b < 0 { return (Dimension(-1) * self).floorDividing(by: Dimension(-1) * divisor) }
    let (quotient, rest) = divided(by: b)
    // A number that is left lies in 0..<b.
    if rest.constant != nil { return quotient }
    // ⌊⌊x / a⌋ / b⌋ = ⌊x / ab⌋ for positive numbers a and b.
    if rest.terms.count == 1, rest.terms[0].coefficient == 1, rest.terms[0].atoms.count == 1,
      case .floorQuotient(let inner, let a) = rest.terms[0].atoms[0], let a = a.constant, a > 0
    {
      return quotient + inner.floorDividing(by: Dimension(a) * divisor)
    }
    return quotient + rest.atom(Atom.floorQuotient, divisor)
  }

  /// `a - b*⌊a / b⌋`, undefined for a zero divisor; it has the divisor's sign.
  public func remainder(dividingBy divisor: Dimension) -> Dimension {
    guard let b = divisor.constant else { return atom(Atom.remainder, divisor) }
    if b == 0 || isUndefined { return .undefined }
    if b < 0 { return Dimension(-1) * (Dimension(-1) * self).remainder(dividingBy: Dimension(-1) * divisor) }
    let rest = divided(by: b).rest
    if rest.constant != nil { return rest }
    return rest.atom(Atom.remainder, divisor)
  }

  /// The dimension as `b*quotient + rest`, where the rest has no term that `b > 0` divides and a constant in `0..<b`.
  private func divided(by b: Int) -> (quotient: Dimension, rest: Dimension) {
    var quotients: [Term] = []
    var rests: [Term] = []
    for term in terms {
      // Only the constant is floored: `(d*d - d)//2` stays as one writes it.
      let quotient = term.atoms.isEmpty ? floorQuotient(term.coefficient, b) : term.coefficient / b
      let rest = term.atoms.isEmpty ? floorRemainder(term.coefficient, b) : term.coefficient % b
      if quotient != 0 { quotients.append(Term(coefficient: quotient, atoms: term.atoms)) }
      if rest != 0 { rests.append(Term(coefficient: rest, atoms: term.atoms)) }
    }
    return (Dimension(terms: quotients), Dimension(terms: rests))
  }

  private func atom(_ make: (Dimension, Dimension) -> Atom, _ divisor: Dimension) -> Dimension {
    if isUndefined || divisor.isUndefined { return .undefined }
    return max(depth, divisor.depth) < Dimension.depthLimit ? Dimension(atom: make(self, divisor)) : .undefined
  }

  /// How deep quotients and remainders nest.
  private var depth: Int {
    var depth = 0
    for term in terms {
      for case .floorQuotient(let a, let b) in term.atoms { depth = max(depth, 1 + max(a.depth, b.depth)) }
      for case .remainder(let a, let b) in term.atoms { depth = max(depth, 1 + max(a.depth, b.depth)) }
    }
    return depth
  }
}

/// The quotient rounded towards −∞; `nil` for a zero divisor and where it overflows.
func checkedFloorQuotient(_ a: Int, _ b: Int) -> Int? {
  if b == 0 || (a == .min && b == -1) { return nil }
  return floorQuotient(a, b)
}

/// `a - b*⌊a / b⌋`; `nil` for a zero divisor.
func checkedFloorRemainder(_ a: Int, _ b: Int) -> Int? {
  if b == 0 { return nil }
  return b == -1 ? 0 : floorRemainder(a, b)
}

private func floorQuotient(_ a: Int, _ b: Int) -> Int {
  let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
  return remainder != 0 && (remainder < 0) != (b < 0) ? quotient - 1 : quotient
}

private func floorRemainder(_ a: Int, _ b: Int) -> Int {
  let remainder = a % b
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
}
