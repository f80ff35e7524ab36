import NablaGraph

/// The spellings in which the dialects differ.
extension MathNotation {
  /// Numerator over denominator with a bar, not side by side with a stroke.
  var stacksFractions: Bool { dialect == .latex }

  var brackets: (open: String, close: String) { dialect == .latex ? (#"\left("#, #"\right)"#) : ("(", ")") }

  var lengthLimit: Int { .max }

  /// The sign between the factors `a` and `b`.
  func times(_ a: NodeID, _ b: NodeID, in layout: PrintLayout) -> String {
    switch dialect {
    case .text: "*"
    case .unicode: "·"
    case .latex: isCoefficient(a, in: layout) && beginsWithLetter(b, in: layout) ? " " : #" \cdot "#
    }
  }

  /// A numerator, already written for its place, over a denominator.
  func fraction(_ numerator: [Form.Piece], _ denominator: [Form.Piece], isSigned: Bool) -> Form {
    guard stacksFractions else {
      return Form(numerator + [.text("/")] + denominator, .product, isSigned: isSigned)
    }
    let opening = isSigned ? #"-\frac{"# : #"\frac{"#
    return Form([.text(opening)] + numerator + [.text("}{")] + denominator + [.text("}")], .factor, isSigned: isSigned)
  }

  func relationSign(_ f: Elementwise, _ sign: String, flipped: Bool) -> String {
    switch dialect {
    case .text: return flipped ? sign.replacing("<", with: ">") : sign
    case .unicode:
      let ascii = flipped ? sign.replacing("<", with: ">") : sign
      return ["<=": "≤", ">=": "≥", "!=": "≠"][ascii] ?? ascii
    case .latex:
      let infix = ExpressionTemplate.latex(f).infix
      return flipped ? infix.replacing("<", with: ">").replacing(#"\le"#, with: #"\ge"#) : infix
    }
  }

  /// The number itself; a fraction as its aspect demands.
  func constant(_ value: Constant, _ element: ElementType, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    switch value {
    case .rational(let value):
      return rational(value, element, aspect)
    case .pi:
      return named("pi", unicode: "π", latex: #"\pi"#, hidden: "acos(-1)", in: layout)
    case .e:
      return named("e", unicode: "e", latex: "e", hidden: dialect == .latex ? #"\mathrm{e}"# : "exp(1)", in: layout)
    case .boolean(let value):
      let text = value ? "true" : "false"
      return named(
        text, unicode: text, latex: #"\mathrm{\#(text)}"#, hidden: value ? "(0 == 0)" : "(0 == 1)", in: layout)
    case .bits(let bits):
      return double(Double(bitPattern: bits), aspect, in: layout)
    }
  }

  private func rational(_ value: Rational, _ element: ElementType, _ aspect: Aspect) -> Form {
    let isSigned = value.isNegative && !aspect.contains(.magnitude)
    let sign = isSigned ? "-" : ""
    switch NumberSpelling(value) {
    case .digits(let digits):
      let digits = element.isInteger ? value.magnitude.description : digits
      return Form([.text(sign + scientific(digits))], isSigned ? .sign : .atom, isSigned: isSigned)
    case .fraction(let p, let q):
      if aspect.contains(.numerator) { return Form([.text(sign + p)], isSigned ? .sign : .atom, isSigned: isSigned) }
      if stacksFractions { return fraction([.text(p)], [.text(q)], isSigned: isSigned) }
      return Form([.text("\(sign)\(p)/\(q)")], .product, isSigned: isSigned)
    }
  }

  /// A rounded number in the shortest form that reads back as the same double.
  private func double(_ value: Double, _ aspect: Aspect, in layout: PrintLayout) -> Form {
    if value.isNaN {
      return named("nan", unicode: "nan", latex: #"\mathrm{NaN}"#, hidden: "(0*1e999)", in: layout)
    }
    let isSigned = value.sign == .minus && !aspect.contains(.magnitude)
    let strength: Strength = isSigned ? .sign : .atom
    let sign = isSigned ? "-" : ""
    if value.isInfinite {
      var form = named("inf", unicode: "∞", latex: #"\infty"#, hidden: "1e999", in: layout)
      form.pieces.insert(.text(sign), at: 0)
      form.strength = strength
      form.isSigned = isSigned
      return form
    }
    return Form([.text(sign + scientific("\(value.magnitude)"))], strength, isSigned: isSigned)
  }

  /// A named constant, or what stands for it where the program took the name for something else.
  private func named(
    _ name: String, unicode: String, latex: String, hidden: String, in layout: PrintLayout
  ) -> Form {
    if layout.hides(name) { return Form(atom: hidden) }
    switch dialect {
    case .text: return Form(atom: name)
    case .unicode: return Form(atom: layout.hides(unicode) ? hidden : unicode)
    case .latex: return Form(atom: latex)
    }
  }

  /// LaTeX writes `1e-6` as a power of ten.
  private func scientific(_ digits: String) -> String {
    guard dialect == .latex, let split = digits.firstIndex(of: "e") else { return digits }
    let exponent = Int(digits[digits.index(after: split)...]) ?? 0
    let mantissa = digits[..<split]
    let power = "10^{\(exponent)}"
    return mantissa == "1" || mantissa == "1.0" ? power : #"\#(mantissa) \cdot \#(power)"#
  }
}
