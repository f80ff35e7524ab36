import NablaGraph

/// Swift and C: the graph as it stands, in floating-point arithmetic.
///
/// Nothing is rearranged, so the code computes what the graph says, operation by operation. Functions that libm lacks
/// are called by their names in `nabla_math.h`.
struct CodeNotation: ExpressionNotation {
  enum Dialect: Sendable { case swift, c }

  let dialect: Dialect

  typealias Form = PrintedForm
  typealias Place = PrintedForm.Place

  /// The strength of `c ? a : b`.
  private static let conditional = Strength(10)

  let brackets = (open: "(", close: ")")

  /// Swift's type checker takes long over long expressions.
  var lengthLimit: Int { dialect == .swift ? 60 : 160 }

  func form(of id: NodeID, _ aspect: PrintedForm.Aspect, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    let type = graph.type(of: id)
    switch graph.operation(of: id) {
    case .constant(let value):
      return literal(value, type.element)
    case .parameter(let index):
      return Form(atom: layout.parameterNames[index])
    case .elementwise(let f):
      return elementwise(f, graph.operands(of: id))
    case .cast:
      return cast(graph.operand(0, of: id), to: type.element, in: layout)
    case let other:
      // Not an expression of scalars; ``ExpressionPrinter/canExpress(_:_:)`` says so beforehand.
      return call(other.name, graph.operands(of: id))
    }
  }

  private func elementwise(_ f: Elementwise, _ operands: [NodeID]) -> Form {
    let template = ExpressionTemplate.c(f)
    switch f.definition.notation {
    case .infix(_, let binding):
      let strength = Strength(binding)
      let isComparison = f.definition.typing == .comparison
      return Form(
        [
          .operand(operands[0], Place(isComparison ? strength.tighter : strength, allowsSign: true)),
          .text(" \(template.infix) "), .operand(operands[1], Place(strength.tighter)),
        ], strength)
    case .prefix:
      // Brackets of the template are for operands that bring none of their own.
      let sign = String(template.opening.prefix { $0 != "(" })
      let operand = Form.Piece.operand(operands[0], Place(.sign, nests: true))
      return Form([.text(sign), operand], .sign, isSigned: f == .negate)
    case .call where f == .select:
      let branch = Place(CodeNotation.conditional.tighter, allowsSign: true, nests: true)
      return Form(
        [
          .operand(operands[0], branch), .text(" ? "), .operand(operands[1], branch), .text(" : "),
          .operand(operands[2], branch),
        ], CodeNotation.conditional)
    case .call, .postfixPower:
      return call(template.callee ?? f.name, operands)
    }
  }

  private func call(_ name: String, _ operands: [NodeID]) -> Form {
    var pieces: [Form.Piece] = [.text(name + "(")]
    for (position, operand) in operands.enumerated() {
      if position > 0 { pieces.append(.text(", ")) }
      pieces.append(.operand(operand, .argument))
    }
    return Form(pieces + [.text(")")], .atom)
  }

  private func cast(_ operand: NodeID, to element: ElementType, in layout: PrintLayout) -> Form {
    let type = typeName(element)
    switch dialect {
    case .c: return Form([.text("(\(type))"), .operand(operand, Place(.atom))], .sign)
    case .swift where layout.graph.type(of: operand).element == .bool:
      let condition = Form.Piece.operand(operand, Place(CodeNotation.conditional.tighter, nests: true))
      return Form([.text("\(type)("), condition, .text(" ? 1 : 0)")], .atom)
    case .swift: return call(type, [operand])
    }
  }

  func alias(of id: NodeID, in layout: PrintLayout) -> NodeID? {
    switch layout.graph.operation(of: id) {
    case .elementwise(.identity), .stop: layout.graph.operand(0, of: id)
    default: nil
    }
  }

  func elementForm(
    of id: NodeID, _ places: [String], _ aspect: PrintedForm.Aspect, in layout: PrintLayout
  ) -> Form {
    form(of: id, aspect, in: layout)
  }

  func traits(of id: NodeID, in layout: PrintLayout) -> PrintTraits { PrintTraits() }

  func mentions(of operand: Int, by f: Elementwise) -> Int { 1 }
}
