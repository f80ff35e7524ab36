import NablaGraph

/// The spelling of one node in terms of its operands.
struct PrintedForm: Sendable {
  var pieces: [Piece]
  var strength: Strength
  /// The text begins with a minus sign.
  var isSigned = false

  init(_ pieces: [Piece], _ strength: Strength, isSigned: Bool = false) {
    self.pieces = pieces
    self.strength = strength
    self.isSigned = isSigned
  }

  init(atom text: String) {
    pieces = [.text(text)]
    strength = .atom
  }

  /// Text, or an operand in a place.
  enum Piece: Sendable {
    case text(String)
    case operand(NodeID, Place)
    /// One element of an operand, by its index along each axis of a shape that the operand broadcasts to.
    case element(NodeID, [String], Place)
  }

  /// Where an operand stands.
  struct Place: Sendable {
    /// The loosest strength that needs no brackets here.
    var strength: Strength
    /// Whether the operand may begin with a minus sign.
    var allowsSign: Bool
    var aspect: Aspect
    /// The place is inside brackets of its own or is an exponent: one level deeper for a reader.
    var nests: Bool

    init(_ strength: Strength, allowsSign: Bool = false, _ aspect: Aspect = [], nests: Bool? = nil) {
      self.strength = strength
      self.allowsSign = allowsSign || strength == .any
      self.aspect = aspect
      self.nests = nests ?? (strength == .any)
    }

    static let argument = Place(.any)
  }

  /// Parts of a node that its user writes for it.
  struct Aspect: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// Without the leading minus sign: in `a - 3*b` the sum writes the sign of `-3*b`.
    static let magnitude = Aspect(rawValue: 1)
    /// Without the divisor of its rational coefficient: in `2*x*y/3` the last factor writes `/3`.
    static let numerator = Aspect(rawValue: 2)
  }
}
