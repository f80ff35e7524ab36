import NablaGraph

extension MathNotation {
  /// `f(x, y)`, `√x`, `σ(x)`.
  func call(_ f: Elementwise, _ operands: [NodeID], in layout: PrintLayout) -> Form {
    switch dialect {
    case .text: return call(f.name, operands)
    case .latex: return latexCall(f, operands)
    case .unicode:
      if f == .sqrt { return Form([.text("√"), .operand(operands[0], Place(.atom, nests: true))], .power) }
      return call(GreekName.letter(of: f) ?? f.name, operands)
    }
  }

  func call(_ name: String, _ operands: [NodeID], labels: [String] = []) -> Form {
    let label = labels.map { ", " + $0 }.joined()
    var pieces: [Form.Piece] = [.text(name + "(")]
    for (position, operand) in operands.enumerated() {
      if position > 0 { pieces.append(.text(", ")) }
      pieces.append(.operand(operand, .argument))
    }
    return Form(pieces + [.text(label + ")")], .atom)
  }

  func mentions(of operand: Int, by f: Elementwise) -> Int {
    guard dialect == .latex, f.definition.notation == .call else { return 1 }
    return ExpressionTemplate.latex(f).mentions(of: operand)
  }
}
