import NablaGraph

/// The styles that a mathematician reads: sums with signs pulled out, fractions, powers.
///
/// The structure is decided here once; what differs between the dialects is a few spellings
/// (`MathNotation+Dialect.swift`) and LaTeX's templates.
struct MathNotation: ExpressionNotation {
  enum Dialect: Sendable { case text, unicode, latex }

  let dialect: Dialect

  typealias Form = PrintedForm
  typealias Place = PrintedForm.Place
  typealias Aspect = PrintedForm.Aspect

  func form(of id: NodeID, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    if traits(of: id, in: layout).isPlaced { return elements(of: id, in: layout) }
    switch layout.graph.operation(of: id) {
    case .constant(let value):
      return constant(value, layout.graph.type(of: id).element, aspect, in: layout)
    case .parameter(let index):
      return Form(atom: spelling(of: layout.parameterNames[index]))
    case .elementwise(let f):
      return elementwise(f, id, aspect, in: layout)
    case let structural:
      return self.structural(structural, id, in: layout)
    }
  }

  func elementwise(_ f: Elementwise, _ id: NodeID, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    let graph = layout.graph
    switch f.definition.notation {
    case .postfixPower:
      return power(graph.operand(0, of: id), graph.operand(1, of: id), in: layout)
    case .prefix(let sign):
      return prefix(f, sign, graph.operand(0, of: id), aspect, in: layout)
    case .infix(let sign, let binding):
      let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
      switch f {
      case .add: return sum(a, b, subtracting: false, in: layout)
      case .subtract: return sum(a, b, subtracting: true, in: layout)
      case .multiply: return product(a, b, aspect, in: layout)
      case .divide: return quotient(a, b, aspect, in: layout)
      default:
        return relation(f, sign, Strength(binding), a, b, in: layout)
      }
    case .call:
      return call(f, graph.operands(of: id), in: layout)
    }
  }

  func traits(of id: NodeID, in layout: PrintLayout) -> PrintTraits {
    let graph = layout.graph
    if let value = graph.constant(id) { return traits(of: value, id) }
    guard let f = graph.elementwise(id) else { return PrintTraits(isPlaced: isPlaced(id, in: layout)) }
    if !graph.type(of: id).isScalar {
      for position in 0..<graph.operandCount(of: id) where layout.traits(of: graph.operand(position, of: id)).isPlaced {
        return PrintTraits(isPlaced: true)
      }
    }
    switch f {
    case .negate:
      return PrintTraits(isNegative: true)
    case .multiply:
      let (a, b) = (graph.operand(0, of: id), graph.operand(1, of: id))
      let left = layout.traits(of: a)
      let divisor = left.divisor ?? (layout.constant(b) == nil ? nil : layout.traits(of: b).divisor)
      return PrintTraits(isNegative: left.isNegative, divisor: divisor)
    case .divide:
      return PrintTraits(isNegative: layout.traits(of: graph.operand(0, of: id)).isNegative)
    default:
      return PrintTraits()
    }
  }

  private func traits(of value: Constant, _ id: NodeID) -> PrintTraits {
    switch value {
    case .rational(let value):
      let isFraction = if case .fraction = NumberSpelling(value) { true } else { false }
      return PrintTraits(isNegative: value.isNegative, divisor: isFraction ? id : nil)
    case .bits(let bits):
      let value = Double(bitPattern: bits)
      return PrintTraits(isNegative: value.sign == .minus && !value.isNaN)
    case .pi, .e, .boolean:
      return PrintTraits()
    }
  }
}
