import NablaGraph
import NablaRuntime

extension CTemplate {
  /// How an elementwise operation is written on vectors.
  ///
  /// Operators are the compiler's own. A function is the section `v_NAME`, or on floats `vf_NAME`, of the mathematical
  /// functions.
  init(_ f: Elementwise, on element: ElementType, of lanes: CLanes) {
    let definition = f.definition
    switch definition.typing {
    case .numeric where element.isInteger, .real where element.isInteger:
      guard let form = f.integerForm else { preconditionFailure("\(f.name) has no meaning on integers") }
      self.init(form, f, on: element, of: lanes)
    case .comparison where element == .bool, .logical:
      self.init(pieces: CTemplate.maskForm(f))
    case .comparison:
      self.init(pieces: CTemplate.test(CTemplate.pieces(definition.c), on: element, of: lanes))
    case .selection:
      switch element {
      case .bool: self.init(pieces: CTemplate.pieces("($0 & $1) | (~$0 & $2)"))
      case .i64, .i32:
        let condition = lanes.fitsMask(element) ? "$0" : "__builtin_convertvector($0, \(lanes.type(element)))"
        self.init(pieces: CTemplate.pieces("\(CTemplate.choice(element))(\(condition), $1, $2)"))
      case .f32:
        let condition = lanes == .floats ? "$0" : "__builtin_convertvector($0, nabla_vf_mask)"
        self.init(pieces: CTemplate.pieces("nabla_vf_select(\(condition), $1, $2)"), sections: ["vf"])
      case .f64: self.init(pieces: CTemplate.pieces("nabla_v_select($0, $1, $2)"), sections: ["v"])
      }
    case .numeric, .real:
      switch definition.notation {
      case .prefix, .infix: self.init(pieces: CTemplate.pieces(definition.c))
      case .call, .postfixPower:
        let section = CTemplate.vectorSection(f, on: element)
        let operands = (0..<f.arity).map { "$\($0)" }.joined(separator: ", ")
        self.init(pieces: CTemplate.pieces("nabla_\(section)(\(operands))"), sections: [section])
      }
    }
  }

  /// An operation on integers, which is exact.
  private init(_ form: IntegerForm, _ f: Elementwise, on element: ElementType, of lanes: CLanes) {
    let type = lanes.type(element)
    if form.support.isEmpty {
      let text = (form.lanes ?? form.c).filled(["S": type, "U": type + "_bits", "C": CTemplate.choice(element)])
      self.init(pieces: CTemplate.pieces(text))
      return
    }
    // One lane after the other, as machines divide integers.
    let scalar = CTemplate(f, on: element)
    var pieces: [Piece] = [.text("({ \(type) r; for (int l = 0; l < NABLA_VF_LANES; l++) r[l] = ")]
    for piece in scalar.pieces {
      pieces.append(piece)
      if case .operand = piece { pieces.append(.text("[l]")) }
    }
    self.init(pieces: pieces + [.text("; NABLA_V_OPAQUE(r); r; })")], support: scalar.support)
  }

  /// The macro that chooses between two vectors of integers.
  private static func choice(_ element: ElementType) -> String {
    element == .i64 ? "NABLA_VL_SELECT" : "NABLA_VI_SELECT"
  }

  /// A float towards zero, the nearest end of the range where it lies outside, NaN as 0. No lane is converted whose
  /// number does not fit.
  private static func saturation(from source: ElementType, to target: ElementType, of lanes: CLanes) -> String {
    let (from, to) = (lanes.type(source), lanes.type(target))
    let limit = (target == .i64 ? "0x1p63" : "0x1p31") + (source == .f32 ? "f" : "")
    return """
      static inline \(to) nabla_saturate_\(to)_\(from)(\(from) x) {
        typedef __typeof__(x < x) mask;
        const mask high = x >= \(limit), low = x < -\(limit), fits = ~(high | low | (mask)(x != x));
        const \(to) whole = __builtin_convertvector((\(from))((mask)x & fits), \(to));
        const \(target.cType) most = (\(target.cType))((\(target.cUnsigned))-1 >> 1);
        return whole | (__builtin_convertvector(high, \(to)) & most) | (__builtin_convertvector(low, \(to)) & (-most - 1));
      }

      """
  }

  /// How a value of one element type becomes another.
  init(castFrom source: ElementType, to target: ElementType, of lanes: CLanes) {
    if target == .bool {
      self.init(pieces: CTemplate.test(CTemplate.pieces("$0 != 0"), on: source, of: lanes))
    } else if source.isFloat && target.isInteger {
      let name = "nabla_saturate_\(lanes.type(target))_\(lanes.type(source))"
      self.init(
        pieces: CTemplate.pieces("\(name)($0)"), support: CTemplate.saturation(from: source, to: target, of: lanes))
    } else {
      // A mask is 0 or -1.
      let operand = source == .bool ? "-$0" : "$0"
      self.init(pieces: CTemplate.pieces("__builtin_convertvector(\(operand), \(lanes.type(target)))"))
    }
  }

  /// The section of the mathematical functions that has an operation on vectors.
  private static func vectorSection(_ f: Elementwise, on element: ElementType) -> String {
    vectorPrefix(element) + f.name
  }

  /// What the sections for vectors of an element type begin with.
  static func vectorPrefix(_ element: ElementType) -> String { element == .f32 ? "vf_" : "v_" }

  /// Whether there is a form on vectors.
  static func hasVectorForm(_ f: Elementwise, on element: ElementType) -> Bool {
    switch f.definition.typing {
    case .comparison, .logical, .selection: return true
    case .numeric, .real:
      if element.isInteger { return f.integerForm != nil }
      switch f.definition.notation {
      case .prefix, .infix: return true
      case .call, .postfixPower: return MathLibrary.shared.has(vectorSection(f, on: element))
      }
    }
  }

  /// A test of operands of a type, as a mask of the lanes.
  private static func test(_ test: [Piece], on element: ElementType, of lanes: CLanes) -> [Piece] {
    !lanes.fitsMask(element)
      ? [.text("__builtin_convertvector(")] + test + [.text(", \(lanes.mask))")]
      : [.text("(\(lanes.mask))(")] + test + [.text(")")]
  }

  private static func maskForm(_ f: Elementwise) -> [Piece] {
    switch f {
    case .and: pieces("$0 & $1")
    case .or: pieces("$0 | $1")
    case .not: pieces("~$0")
    case .notEqual: pieces("$0 ^ $1")
    case .less: pieces("~$0 & $1")
    case .lessEqual: pieces("~$0 | $1")
    default: pieces("~($0 ^ $1)")
    }
  }

  /// Text with `$0`, `$1`, `$2` for the operands.
  private static func pieces(_ text: String) -> [Piece] {
    var pieces: [Piece] = []
    for (position, part) in text.split(separator: "$", omittingEmptySubsequences: false).enumerated() {
      guard position > 0, let digit = part.first?.wholeNumberValue else {
        pieces.append(.text(String(part)))
        continue
      }
      pieces += [.operand(digit), .text(String(part.dropFirst()))]
    }
    return pieces
  }
}
