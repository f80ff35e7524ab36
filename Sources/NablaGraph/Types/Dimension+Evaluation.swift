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

extension Dimension {
  /// Whether two different dimensions are equal for some sizes: neither are they provably the same nor provably not.
  ///
  /// Names of a header are free, so a name is no other name and no number; an expression may be either.
  public func mayEqual(_ other: Dimension) -> Bool {
    if isUndefined || other.isUndefined || isNameOrNumber && other.isNameOrNumber { return self == other }
    let difference = self - other
    if difference.isUndefined || difference.constant != nil { return difference.constant == 0 }
    // Atoms are not negative, so that terms of one sign add up to nothing only where all of them are nothing.
    let signs = Set(difference.terms.map { $0.coefficient < 0 })
    return signs.count > 1
  }

  private var isNameOrNumber: Bool {
    if constant != nil { return true }
    guard terms.count == 1, terms[0].coefficient == 1, terms[0].atoms.count == 1, case .symbol = terms[0].atoms[0]
    else {
      return false
    }
    return true
  }
}

extension Dimension.Atom {
  fileprivate func evaluate(_ sizes: [String: Int]) -> Int? {
    switch self {
    case .symbol(let name): return sizes[name]
    case .floorQuotient(let a, let b):
      guard let x = a.evaluate(sizes), let y = b.evaluate(sizes) else { return nil }
      return checkedFloorQuotient(x, y)
    case .remainder(let a, let b):
      guard let x = a.evaluate(sizes), let y = b.evaluate(sizes) else { return nil }
      return checkedFloorRemainder(x, y)
    }
  }

  fileprivate func substituting(_ sizes: [String: Dimension]) -> Dimension {
    switch self {
    case .symbol(let name): sizes[name] ?? Dimension(name)
    case .floorQuotient(let a, let b): a.substituting(sizes).floorDividing(by: b.substituting(sizes))
    case .remainder(let a, let b): a.substituting(sizes).remainder(dividingBy: b.substituting(sizes))
    }
  }
}
