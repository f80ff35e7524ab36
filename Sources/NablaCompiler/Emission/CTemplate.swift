import NablaGraph
import NablaRuntime

/// The C expression of an operation on one element type, with places for the operands.
struct CTemplate: Sendable {
  enum Piece: Sendable {
    case text(String)
    case operand(Int)
  }

  let pieces: [Piece]
  /// Functions of libm that it calls.
  let libm: Set<String>
  /// Sections of the math library that it needs.
  let sections: Set<String>
  /// Functions of its own, which must stand before.
  let support: String

  init(pieces: [Piece], libm: Set<String> = [], sections: Set<String> = [], support: String = "") {
    self.pieces = pieces
    self.libm = libm
    self.sections = sections
    self.support = support
  }

  /// How an elementwise operation is written on operands of a type.
  ///
  /// In `f32`, operators work on floats; a function is that of doubles, rounded once, as the interpreter has it.
  init(_ f: Elementwise, on element: ElementType) {
    let definition = f.definition
    if element.isInteger, let form = f.integerForm {
      self.init(form.c, element, support: form.support)
    } else if element == .f32, definition.typing != .selection, !definition.notation.isOperator {
      self.init(definition.c, element, operand: "(double)", around: ("(float)(", ")"))
    } else {
      self.init(definition.c, element)
    }
  }

  /// The expression of operands that are names.
  func text(_ operands: String...) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .operand(let position): operands[position]
      }
    }.joined()
  }

  /// How a value of one element type becomes another.
  init(castFrom source: ElementType, to target: ElementType) {
    if target == .bool {
      self.init("$0 != 0", target)
    } else if target.isInteger && source.isFloat {
      self.init("nabla_saturate_$T($0)", target, support: CTemplate.saturation)
    } else {
      self.init("(\(target.cType))$0", target)
    }
  }

  /// Towards zero, the nearest end of the range where the value lies outside, NaN is 0: C leaves the rest undefined.
  private static let saturation = """
    static inline $S nabla_saturate_$T(double x) {
      if (x != x) return 0;
      if (x >= $H) return ($S)(($U)-1 >> 1);
      if (x < -$H) return (-($S)(($U)-1 >> 1)) - 1;
      return ($S)x;
    }

    """

  private init(
    _ text: String, _ element: ElementType, operand prefix: String = "", around: (String, String) = ("", ""),
    support: String = ""
  ) {
    var pieces: [Piece] = []
    var literal = around.0
    var libm: Set<String> = []
    var sections: Set<String> = []
    var word = ""
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "$"), place < bytes.count {
        let mark = bytes[place]
        place += 1
        if let name = CTemplate.typeName(mark, element) {
          literal += name
          word += name
        } else {
          pieces.append(.text(literal + prefix))
          pieces.append(.operand(Int(mark) - 0x30))
          literal = ""
        }
        continue
      }
      let character = Character(UnicodeScalar(byte))
      literal.append(character)
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        if character == "(", let first = word.first, first.isLetter, support.isEmpty {
          if word.hasPrefix("nabla_") { sections.insert(String(word.dropFirst(6))) } else { libm.insert(word) }
        }
        word = ""
      }
    }
    pieces.append(.text(literal + around.1))
    self.pieces = pieces
    self.libm = libm
    self.sections = sections
    self.support = support.isEmpty ? "" : CTemplate.typed(support, element)
  }

  /// What `$S`, `$U`, `$T` and `$H` stand for: the type, the unsigned one, its name in names, and where it ends.
  private static func typeName(_ mark: UInt8, _ element: ElementType) -> String? {
    switch mark {
    case UInt8(ascii: "S"): element.cType
    case UInt8(ascii: "U"): element.cUnsigned
    case UInt8(ascii: "T"): element.cSuffix
    case UInt8(ascii: "H"): element == .i32 ? "0x1p31" : "0x1p63"
    default: nil
    }
  }

  private static func typed(_ text: String, _ element: ElementType) -> String {
    text.filled { typeName($0, element) }
  }
}

extension Elementwise.Notation {
  /// Whether C has an operator of its own for it.
  fileprivate var isOperator: Bool {
    switch self {
    case .prefix, .infix: true
    case .call, .postfixPower: false
    }
  }
}
