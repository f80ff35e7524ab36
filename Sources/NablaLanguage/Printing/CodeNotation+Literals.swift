import NablaGraph

extension CodeNotation {
  /// A number in the element type. A ratio is written as a division of its exact parts, which rounds as the constant
  /// does; a number that no literal spells is the nearest double.
  func literal(_ value: Constant, _ element: ElementType) -> Form {
    switch value {
    case .boolean(let value):
      return Form(atom: dialect == .c ? (value ? "1" : "0") : (value ? "true" : "false"))
    case .rational(let value):
      return rational(value, element)
    case .pi, .e, .bits:
      return number(value.double, element)
    }
  }

  private func rational(_ value: Rational, _ element: ElementType) -> Form {
    if !element.isFloat { return signed("\(value.magnitude)", isNegative: value.isNegative) }
    let parts = "\(value.magnitude)".split(separator: "/").compactMap { Int($0) }
    let limit = element == .f32 ? 1 << 24 : 1 << 53
    guard parts.count == 2, parts.allSatisfy({ $0 <= limit }), case .fraction = NumberSpelling(value) else {
      return number(value.double, element)
    }
    let suffix = self.suffix(element)
    let text = "\(parts[0]).0\(suffix) / \(parts[1]).0\(suffix)"
    return Form([.text(value.isNegative ? "-" + text : text)], .product, isSigned: value.isNegative)
  }

  private func number(_ value: Double, _ element: ElementType) -> Form {
    if value.isNaN { return Form(atom: dialect == .c ? "NAN" : "\(typeName(element)).nan") }
    if value.isInfinite {
      return signed(dialect == .c ? "INFINITY" : "\(typeName(element)).infinity", isNegative: value < 0)
    }
    let digits = element == .f32 ? "\(Float(value).magnitude)" : "\(value.magnitude)"
    return signed(digits + suffix(element), isNegative: value.sign == .minus)
  }

  private func signed(_ text: String, isNegative: Bool) -> Form {
    isNegative ? Form([.text("-" + text)], .sign, isSigned: true) : Form(atom: text)
  }

  private func suffix(_ element: ElementType) -> String { dialect == .c && element == .f32 ? "f" : "" }
}
