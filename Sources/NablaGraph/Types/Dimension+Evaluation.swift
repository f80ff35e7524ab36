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
