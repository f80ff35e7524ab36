extension Dimension: CustomStringConvertible {
  /// As one writes it: `n - 1`, `2*m + n`, `(d*d - d)//2`. Reads back as the same dimension.
  public var description: String {
    if terms.isEmpty { return "0" }
    var text = ""
    for term in terms {
      let isNegative = term.coefficient < 0
      text += isNegative ? (text.isEmpty ? "-" : " - ") : (text.isEmpty ? "" : " + ")
      let magnitude = term.coefficient.magnitude
      if term.atoms.isEmpty {
        text += "\(magnitude)"
      } else if magnitude == 1, term.atoms.count == 1 {
        // A sign in front of a quotient would bind tighter than `//`.
        text += isNegative && text.count == 1 ? term.atoms[0].factor : term.atoms[0].description
      } else {
        text += (magnitude == 1 ? "" : "\(magnitude)*") + term.atoms.map(\.factor).joined(separator: "*")
      }
    }
    return text
  }

  /// The spelling as an operand of `//`.
  fileprivate var operand: String {
    if let value = constant { return value < 0 ? "(\(value))" : "\(value)" }
    guard terms.count == 1, terms[0].coefficient == 1, terms[0].atoms.count == 1 else { return "(\(self))" }
    return terms[0].atoms[0].factor
  }
}

extension Dimension.Atom: CustomStringConvertible {
  public var description: String {
    switch self {
    case .symbol(let name): GraphText.isIdentifier(name) ? name : GraphText.quoted(name)
    case .floorQuotient(let a, let b): "\(a.operand)//\(b.operand)"
    case .remainder(let a, let b): "mod(\(a), \(b))"
    }
  }

  /// The spelling as a factor of a product.
  fileprivate var factor: String {
    if case .floorQuotient = self { "(\(self))" } else { description }
  }
}
