import NablaGraph

extension Graph {
  /// A small node as infix text, every shared part written out. For small expressions only.
  func infixText(of id: NodeID, binding outer: Int = 0) -> String {
    if let constant = constant(id) {
      let text = constant.description
      return (text.hasPrefix("-") && outer > 60) || (text.contains("/") && outer > 70) ? "(\(text))" : text
    }
    if let index = parameterIndex(id) { return parameters[index].name }
    guard let f = elementwise(id) else {
      return "\(operation(of: id).name)(\(operands(of: id).map { infixText(of: $0) }.joined(separator: ", ")))"
    }
    let operands = operands(of: id)
    // A rational coefficient as one reads it: x/3, 2*x/3.
    if f == .multiply, let q = constant(operands[0])?.rational, !q.isInteger {
      let n = q.numerator == 1 ? "" : "\(q.numerator)*"
      let text = "\(n == "-1*" ? "-" : n)\(infixText(of: operands[1], binding: n.isEmpty ? 70 : 71))/\(q.denominator)"
      return outer > 70 ? "(\(text))" : text
    }
    let text: String
    let binding: Int
    switch f.definition.notation {
    case .infix(let symbol, let power):
      binding = power
      let space = power <= 60 ? " " : ""
      text =
        infixText(of: operands[0], binding: power) + space + symbol + space
        + infixText(of: operands[1], binding: power + 1)
    case .prefix(let symbol):
      binding = 80
      text = symbol + infixText(of: operands[0], binding: 71)
    case .postfixPower:
      binding = 90
      text = infixText(of: operands[0], binding: 91) + "^" + infixText(of: operands[1], binding: 90)
    case .call:
      return "\(f.name)(\(operands.map { infixText(of: $0) }.joined(separator: ", ")))"
    }
    return binding < outer ? "(\(text))" : text
  }
}
