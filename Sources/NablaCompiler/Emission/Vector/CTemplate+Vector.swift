import NablaGraph
import NablaRuntime

extension CTemplate {
  /// How an elementwise operation is written on vectors.
  ///
  /// Operators are the compiler's own. A function is the section `v_NAME` of the mathematical functions where there is
  /// one, else the function of scalars, lane by lane. In `f32`, a function is that of doubles, rounded once.
  init(vector f: Elementwise, on element: ElementType) {
    let definition = f.definition
    switch definition.typing {
    case .comparison where element == .bool, .logical:
      self.init(pieces: CTemplate.maskForm(f))
    case .comparison:
      let test = CTemplate.pieces(definition.c)
      self.init(
        pieces: element == .f32
          ? CTemplate.around("__builtin_convertvector(", test, ", nabla_v_mask)")
          : CTemplate.around("(nabla_v_mask)(", test, ")"))
    case .selection:
      switch element {
      case .bool: self.init(pieces: CTemplate.pieces("($0 & $1) | (~$0 & $2)"))
      case .f32: self.init(pieces: CTemplate.pieces("nabla_floats_select($0, $1, $2)"), support: CTemplate.floatsSelect)
      default: self.init(pieces: CTemplate.pieces("nabla_v_select($0, $1, $2)"), sections: ["v"])
      }
    case .numeric, .real:
      switch definition.notation {
      case .prefix, .infix: self.init(pieces: CTemplate.pieces(definition.c))
      case .call, .postfixPower: self.init(vectorFunction: f, on: element)
      }
    }
  }

  private init(vectorFunction f: Elementwise, on element: ElementType) {
    let name = CTemplate.vectorSection(f)
    let operands = (0..<f.arity).map { element == .f32 ? "__builtin_convertvector($\($0), nabla_v)" : "$\($0)" }
    let call = "nabla_\(name ?? "lanes_\(f.name)")(\(operands.joined(separator: ", ")))"
    let text = element == .f32 ? "__builtin_convertvector(\(call), nabla_floats)" : call
    if let name {
      self.init(pieces: CTemplate.pieces(text), sections: [name])
    } else {
      let scalar = CTemplate(f, on: .f64)
      self.init(
        pieces: CTemplate.pieces(text), libm: scalar.libm, sections: scalar.sections,
        support: CTemplate.laneByLane(f, scalar))
    }
  }

  /// How a value of one element type becomes another; not to or from integers.
  init(vectorCastFrom source: ElementType, to target: ElementType) {
    switch (source, target) {
    case (.f32, .bool): self.init(pieces: CTemplate.pieces("__builtin_convertvector($0 != 0, nabla_v_mask)"))
    case (_, .bool): self.init(pieces: CTemplate.pieces("(nabla_v_mask)($0 != 0)"))
    case (.bool, .f32): self.init(pieces: CTemplate.pieces("__builtin_convertvector(-$0, nabla_floats)"))
    case (.bool, _): self.init(pieces: CTemplate.pieces("__builtin_convertvector(-$0, nabla_v)"))
    default: self.init(pieces: CTemplate.pieces("__builtin_convertvector($0, \(CVector.type(target)))"))
    }
  }

  /// The section of the mathematical functions that has an operation on vectors.
  static func vectorSection(_ f: Elementwise) -> String? {
    let name = "v_" + f.name
    return MathLibrary.shared.has(name) ? name : nil
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

  /// A function of scalars, applied to the lanes one after another.
  private static func laneByLane(_ f: Elementwise, _ scalar: CTemplate) -> String {
    let names = ["x", "y", "z"]
    let expression = scalar.pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .operand(let position): "\(names[position])[lane]"
      }
    }
    let parameters = names.prefix(f.arity).map { "nabla_v \($0)" }.joined(separator: ", ")
    return """
      static inline nabla_v nabla_lanes_\(f.name)(\(parameters)) {
        nabla_v result;
        for (int lane = 0; lane < NABLA_V_LANES; lane++) result[lane] = \(expression.joined());
        return result;
      }

      """
  }

  private static let floatsSelect = """
    static inline nabla_floats nabla_floats_select(nabla_v_mask mask, nabla_floats a, nabla_floats b) {
      const nabla_floats_mask m = __builtin_convertvector(mask, nabla_floats_mask);
      return (nabla_floats)(((nabla_floats_mask)a & m) | ((nabla_floats_mask)b & ~m));
    }

    """

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

  private static func around(_ before: String, _ inner: [Piece], _ after: String) -> [Piece] {
    [.text(before)] + inner + [.text(after)]
  }
}
