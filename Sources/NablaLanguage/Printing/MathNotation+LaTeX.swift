import NablaGraph

extension MathNotation {
  /// `{x}^{2}`, `x^{1/2}`, `\sin^{2} x`.
  func latexPower(_ base: NodeID, _ exponent: NodeID, _ literal: Rational?, in layout: PrintLayout) -> Form {
    guard let literal else {
      return Form(
        [.operand(base, Place(.atom)), .text("^{"), .operand(exponent, .argument), .text("}")], .power)
    }
    let raised = "^{\(literal)}"
    if let n = literal.integer, n > 1, !layout.isShared(base), let f = layout.graph.elementwise(base) {
      let template = ExpressionTemplate.latex(f)
      if template.isFunctionName {
        let name = template.opening.dropLast()
        return Form([.text(name + raised + " "), .operand(layout.graph.operand(0, of: base), Place(.atom))], .factor)
      }
    }
    return Form([.operand(base, Place(.atom)), .text(raised)], .power)
  }

  func latexCall(_ f: Elementwise, _ operands: [NodeID]) -> Form {
    let template = ExpressionTemplate.latex(f)
    let pieces = template.parts.map { part -> Form.Piece in
      switch part {
      case .literal(let text): .text(text)
      case .operand(let index, let demand): .operand(operands[index], Place(demand, nests: true))
      }
    }
    return Form(pieces, template.strength)
  }

  /// A number that a symbol may follow without a sign: `2 x`.
  func isCoefficient(_ id: NodeID, in layout: PrintLayout) -> Bool {
    guard let value = layout.constant(id) else { return false }
    if case .bits = value { return false }
    return true
  }

  /// Whether the text of a right factor begins with a letter or a bracket, so that no sign is needed after a number.
  func beginsWithLetter(_ id: NodeID, in layout: PrintLayout) -> Bool {
    var id = id
    var demand = Strength.product.tighter
    // The first operand of the first operand …; a long way down a sign is never wrong.
    for _ in 0..<8 {
      if layout.isShared(id) || layout.graph.parameterIndex(id) != nil { return true }
      let form = self.form(of: id, [], in: layout)
      if form.strength < demand || form.isSigned { return true }
      switch form.pieces.first {
      case .text(let text): return !(text.first?.isNumber ?? true) && !text.hasPrefix(#"\frac"#)
      case .operand(let first, let place), .element(let first, _, let place): (id, demand) = (first, place.strength)
      case nil: return false
      }
    }
    return false
  }
}
