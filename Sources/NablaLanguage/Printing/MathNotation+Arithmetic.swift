import NablaGraph

extension MathNotation {
  /// `a + b`, `a - b`; a sign of the right operand is taken over, which is exact: `a + -3*b` is `a - 3*b`.
  func sum(_ a: NodeID, _ b: NodeID, subtracting: Bool, in layout: PrintLayout) -> Form {
    let absorbs = layout.traits(of: b).isNegative
    let sign = subtracting != absorbs ? " - " : " + "
    return Form(
      [
        .operand(a, Place(.sum, allowsSign: true)), .text(sign),
        .operand(b, Place(Strength.sum.tighter, absorbs ? .magnitude : [])),
      ], .sum, isSigned: layout.traits(of: a).isNegative)
  }

  /// `-x`, `-x*y` (exactly `-(x*y)`), `not c`.
  func prefix(_ f: Elementwise, _ sign: String, _ x: NodeID, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    guard f == .negate else {
      let spelling = dialect == .latex ? ExpressionTemplate.latex(f).opening : sign
      return Form([.text(spelling), .operand(x, Place(.not, nests: true))], .not)
    }
    let operand = Form.Piece.operand(x, Place(.product, nests: layout.traits(of: x).isNegative))
    if aspect.contains(.magnitude) { return Form([operand], .product) }
    return Form([.text(sign), operand], .product, isSigned: true)
  }

  /// `a*b`. A rational coefficient `p/q` writes `p` in front and `/q` behind: `2*x*y/3`, `x/3`.
  func product(_ a: NodeID, _ b: NodeID, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    let left = layout.traits(of: a)
    let right = layout.constant(b) == nil ? PrintTraits() : layout.traits(of: b)
    let divisor = left.divisor ?? right.divisor
    let showsDivisor = divisor != nil && !aspect.contains(.numerator)
    let isSigned = left.isNegative && !aspect.contains(.magnitude)
    // A stacked fraction has its sign in front of the bar.
    let dropsSign = left.isNegative && (aspect.contains(.magnitude) || (showsDivisor && stacksFractions))
    var inner: Aspect = dropsSign ? .magnitude : []
    if left.divisor != nil { inner.insert(.numerator) }

    var pieces: [Form.Piece] = []
    if let coefficient = layout.constant(a)?.rational, isUnit(coefficient, hasDivisor: left.divisor != nil) {
      if isSigned && !dropsSign { pieces.append(.text("-")) }
      pieces.append(.operand(b, Place(.product)))
    } else {
      pieces.append(.operand(a, Place(.product, allowsSign: true, inner)))
      let isUnitOnRight = left.divisor == nil && right.divisor != nil && hasUnitNumerator(b, in: layout)
      if !isUnitOnRight {
        let takesApart: Aspect = left.divisor == nil && right.divisor != nil ? .numerator : []
        pieces.append(.text(times(a, b, in: layout)))
        pieces.append(.operand(b, Place(Strength.product.tighter, takesApart)))
      }
    }
    guard showsDivisor, let divisor else { return Form(pieces, .product, isSigned: isSigned) }
    return fraction(pieces, [.text(denominator(of: divisor, in: layout))], isSigned: isSigned)
  }

  /// `a/b`; the divisor of a rational coefficient in `a` joins `b`: `2*x/(3*y)`.
  func quotient(_ a: NodeID, _ b: NodeID, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    let left = layout.traits(of: a)
    let isSigned = left.isNegative && !aspect.contains(.magnitude)
    var inner: Aspect = left.isNegative && (aspect.contains(.magnitude) || stacksFractions) ? .magnitude : []
    if left.divisor != nil { inner.insert(.numerator) }
    let numerator = Form.Piece.operand(
      a, stacksFractions ? Place(.any, inner) : Place(.product, allowsSign: true, inner))
    guard let divisor = left.divisor else {
      let place = stacksFractions ? Place.argument : Place(Strength.product.tighter)
      return fraction([numerator], [.operand(b, place)], isSigned: isSigned)
    }
    let (open, close) = stacksFractions ? ("", "") : ("(", ")")
    let q = denominator(of: divisor, in: layout)
    return fraction(
      [numerator],
      [
        .text(open + q + times(divisor, b, in: layout)),
        .operand(b, Place(Strength.product.tighter, nests: true)), .text(close),
      ], isSigned: isSigned)
  }

  /// `x^2`, `x^-2`, `x^(3/2)`, `x^y^z`.
  func power(_ base: NodeID, _ exponent: NodeID, in layout: PrintLayout) -> Form {
    let literal = layout.constant(exponent)?.rational
    if dialect == .latex { return latexPower(base, exponent, literal, in: layout) }
    let foot = Form.Piece.operand(base, Place(.atom))
    if let n = literal?.integer {
      return Form([foot, .text(dialect == .unicode ? Superscript.spelling(of: n) : "^\(n)")], .power)
    }
    return Form([foot, .text("^"), .operand(exponent, Place(.power, nests: true))], .power)
  }

  /// `a < b`, `p and q`. A constant moves to the right: `0 < x` is `x > 0`.
  func relation(
    _ f: Elementwise, _ sign: String, _ strength: Strength, _ a: NodeID, _ b: NodeID, in layout: PrintLayout
  ) -> Form {
    let isComparison = f.definition.typing == .comparison
    let flips = isComparison && layout.constant(a) != nil && layout.constant(b) == nil
    let (left, right) = flips ? (b, a) : (a, b)
    return Form(
      [
        .operand(left, Place(isComparison ? strength.tighter : strength, allowsSign: true)),
        .text(" \(relationSign(f, sign, flipped: flips)) "),
        .operand(right, Place(strength.tighter, allowsSign: true)),
      ], strength)
  }

  /// Whether a coefficient is all sign and divisor: `-1`, `1/q`, `-1/q`.
  private func isUnit(_ coefficient: Rational, hasDivisor: Bool) -> Bool {
    if coefficient == .minusOne { return true }
    guard hasDivisor, case .fraction(numerator: "1", _) = NumberSpelling(coefficient) else { return false }
    return true
  }

  private func hasUnitNumerator(_ id: NodeID, in layout: PrintLayout) -> Bool {
    guard let value = layout.constant(id)?.rational, !value.isNegative else { return false }
    return isUnit(value, hasDivisor: true)
  }

  private func denominator(of id: NodeID, in layout: PrintLayout) -> String {
    guard let value = layout.graph.constant(id)?.rational, case .fraction(_, let q) = NumberSpelling(value) else {
      return "1"
    }
    return q
  }
}
