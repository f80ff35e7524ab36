import NablaGraph

extension Workspace {
  /// The canonical value of a function of nodes: folded, matched against the rules, or built.
  mutating func function(_ f: Elementwise, _ operands: ElementwiseOperands) -> Scaled {
    var operands = ordered(f, operands)
    var isNegative = false
    if f.arity == 1, !f.facts.isDisjoint(with: [.odd, .even]) {
      let value = peeled(operands[0])
      if value.scale.isNegative, !isOne(value.node) {
        operands[0] = materialise(value.negated)
        isNegative = f.facts.contains(.odd)
      }
    }
    let value = unsigned(f, operands)
    return isNegative ? value.negated : value
  }

  private mutating func unsigned(_ f: Elementwise, _ operands: ElementwiseOperands) -> Scaled {
    if operands.allSatisfy({ isConstant($0) }), let folded = folded(f, operands) { return folded }
    if f == .log, let value = logarithm(of: operands[0]) ?? logarithmBeforeMove(operands[0]) { return value }
    if f == .xlogy, let value = productOfLogarithm(operands) { return value }
    if depth < Workspace.depthLimit, let value = applyFunctionRules(f, operands) { return value }
    return Scaled(make(f, operands))
  }

  /// Rules within the replacement of a rule within …: deeper than any sensible chain, and finite.
  static let depthLimit = 16

  /// The exact value of a function of constants, where there is one.
  private mutating func folded(_ f: Elementwise, _ operands: ElementwiseOperands) -> Scaled? {
    let constants = operands.compactMap { graph.constant($0) }
    guard constants.count == operands.count, let value = f.exactValue(of: constants) else { return nil }
    let element: ElementType =
      switch f.typing {
      case .comparison, .logical: .bool
      case .selection: self.element(of: operands[1])
      default: self.element(of: operands[0])
      }
    return image(of: value, element)
  }

  /// The image of a constant.
  mutating func image(of value: Constant, _ element: ElementType) -> Scaled {
    if element.isFloat, let rational = value.rational { return Scaled(rational, one(element)) }
    // A zero is a zero: what follows treats sums and products as those of the real numbers.
    if element.isFloat, value.double == 0 { return Scaled(.zero, one(element)) }
    return Scaled(constant(value, element))
  }

  /// The value of an operation on values: sums and products by their forms, all else as a function.
  mutating func construct(_ f: Elementwise, _ operands: [Scaled]) -> Scaled {
    if !isCollecting { return Scaled(plain(f, ElementwiseOperands(operands.map(\.node)))) }
    let model = operands[operands.count - 1].node
    guard isReal(model) else { return function(f, materialised(operands)) }
    let element = element(of: model)
    switch f {
    case .add, .subtract:
      var form = LinearForm(element)
      for (index, operand) in operands.enumerated() {
        let value = f == .subtract && index == 1 ? operand.negated : operand
        addFlattened(value, to: &form)
      }
      return sum(&form)
    case .negate: return operands[0].negated
    case .multiply, .divide:
      var factors = Factorisation()
      for (index, operand) in operands.enumerated() {
        guard addFactors(of: operand, f == .divide && index == 1 ? .minusOne : .one, to: &factors) else {
          return function(f, materialised(operands))
        }
      }
      if let value = product(factors.coefficient, factors.factors, element) { return value.result }
    case .power where isOne(operands[1].node):
      if let value = literalPower(operands[0], operands[1].scale, element) { return value }
    case .sqrt:
      if let value = literalPower(operands[0], .half, element) { return value }
    default: break
    }
    return function(f, materialised(operands))
  }

  private mutating func materialised(_ operands: [Scaled]) -> ElementwiseOperands {
    ElementwiseOperands(operands.map { materialise($0) })
  }

  mutating func addFlattened(_ value: Scaled, to form: inout LinearForm) {
    if isSum(value.node), !isShared(value.node), var inner = linearForm(of: value.node, limit: 16),
      inner.canScale(by: value.scale)
    {
      inner.scale(by: value.scale)
      form.terms += inner.terms
      form.constants += inner.constants
      add(Scaled(inner.constant, one(form.element)), to: &form)
    } else {
      add(value, to: &form)
    }
  }

  private mutating func addFactors(of value: Scaled, _ exponent: Rational, to result: inout Factorisation) -> Bool {
    guard let power = value.scale.power(exponent) else { return false }
    let coefficient = result.coefficient * power
    guard coefficient.bitWidth <= Rational.bitLimit else { return false }
    result.coefficient = coefficient
    if isOne(value.node) { return true }
    if !isShared(value.node),
      let inner = factorisation(of: value.node, to: exponent, limit: 16, reaching: .open)
    {
      result.coefficient = result.coefficient * inner.coefficient
      result.factors += inner.factors
    } else {
      result.factors.append(Factor(base: value.node, exponent: exponent))
    }
    return true
  }
}
