import NablaGraph

/// An element type of NumPy's, and what it becomes.
struct NPYElement: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case float16, float32, float64
    case signed8, signed16, signed32, signed64
    case unsigned8, unsigned16, unsigned32, unsigned64
    case boolean
  }

  let kind: Kind
  /// Whether the big end of a number comes first.
  let isBigEndian: Bool

  /// Reads a name such as `<f8`, `|b1` or `>i4`.
  init(_ name: String) throws(DataError) {
    let order = name.first.flatMap { "<>=|".contains($0) ? $0 : nil }
    isBigEndian = order == ">" || (order != "<" && Int(bigEndian: 1) == 1)
    switch order == nil ? name : String(name.dropFirst()) {
    case "f8", "d": kind = .float64
    case "f4", "f": kind = .float32
    case "f2", "e": kind = .float16
    case "i8", "q", "l": kind = .signed64
    case "i4", "i": kind = .signed32
    case "i2", "h": kind = .signed16
    case "i1", "b": kind = .signed8
    case "u8", "Q", "L": kind = .unsigned64
    case "u4", "I": kind = .unsigned32
    case "u2", "H": kind = .unsigned16
    case "u1", "B": kind = .unsigned8
    case "b1", "?": kind = .boolean
    default: throw .unsupportedType(name)
    }
  }

  /// Bytes of one number in the file.
  var size: Int {
    switch kind {
    case .float64, .signed64, .unsigned64: 8
    case .float32, .signed32, .unsigned32: 4
    case .float16, .signed16, .unsigned16: 2
    case .signed8, .unsigned8, .boolean: 1
    }
  }

  /// The smallest element type that holds all numbers of the type; `i64` for unsigned numbers of 64 bits, which need not
  /// fit.
  var element: ElementType {
    switch kind {
    case .float64: .f64
    case .float32, .float16: .f32
    case .signed64, .unsigned64, .unsigned32: .i64
    case .signed32, .signed16, .signed8, .unsigned16, .unsigned8: .i32
    case .boolean: .bool
    }
  }

  /// NumPy's name of an element type, in the order of this machine's bytes.
  static func name(of element: ElementType) -> String {
    let order = Int(bigEndian: 1) == 1 ? ">" : "<"
    return switch element {
    case .f64: order + "f8"
    case .f32: order + "f4"
    case .i64: order + "i8"
    case .i32: order + "i4"
    case .bool: "|b1"
    }
  }
}

extension Float {
  /// A number of half precision, by its bits; every one is a number of single precision.
  ///
  /// `Float16` is not there on every system.
  init(half bits: UInt16) {
    let sign = UInt32(bits >> 15) << 31
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: self = Float(fraction) * (sign == 0 ? 0x1p-24 : -0x1p-24)
    case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self = Float(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
    }
  }
}
