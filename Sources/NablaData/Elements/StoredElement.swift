import NablaGraph

/// How a file stores its numbers: their kind, and which end of one comes first.
public struct StoredElement: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    case float64 = "f64"
    case float32 = "f32"
    case float16 = "f16"
    /// The upper half of a number of single precision.
    case bfloat16 = "bf16"
    case signed64 = "i64"
    case signed32 = "i32"
    case signed16 = "i16"
    case signed8 = "i8"
    case unsigned64 = "u64"
    case unsigned32 = "u32"
    case unsigned16 = "u16"
    case unsigned8 = "u8"
    case boolean = "bool"
  }

  public let kind: Kind
  /// Whether the big end of a number comes first.
  public let isBigEndian: Bool

  static let isMachineBigEndian = Int(bigEndian: 1) == 1

  public init(_ kind: Kind, isBigEndian: Bool) {
    self.kind = kind
    self.isBigEndian = isBigEndian
  }

  /// Numbers as this machine has them.
  public init(_ kind: Kind) { self.init(kind, isBigEndian: StoredElement.isMachineBigEndian) }

  /// The elements of columns.
  public init(_ element: ElementType) {
    switch element {
    case .f64: self.init(.float64)
    case .f32: self.init(.float32)
    case .i64: self.init(.signed64)
    case .i32: self.init(.signed32)
    case .bool: self.init(.boolean)
    }
  }

  /// Whether the bytes have another order than this machine's.
  public var isSwapped: Bool { kind.size > 1 && isBigEndian != StoredElement.isMachineBigEndian }

  public var size: Int { kind.size }
  public var element: ElementType { kind.element }
}

extension StoredElement.Kind {
  /// Bytes of one number in the file.
  public var size: Int {
    switch self {
    case .float64, .signed64, .unsigned64: 8
    case .float32, .signed32, .unsigned32: 4
    case .float16, .bfloat16, .signed16, .unsigned16: 2
    case .signed8, .unsigned8, .boolean: 1
    }
  }

  /// The smallest element type that holds all numbers of the kind; `i64` for unsigned numbers of 64 bits, which need not
  /// fit.
  public var element: ElementType {
    switch self {
    case .float64: .f64
    case .float32, .float16, .bfloat16: .f32
    case .signed64, .unsigned64, .unsigned32: .i64
    case .signed32, .signed16, .signed8, .unsigned16, .unsigned8: .i32
    case .boolean: .bool
    }
  }

  public var isFloat: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    case .signed64, .signed32, .signed16, .signed8, .unsigned64, .unsigned32, .unsigned16, .unsigned8, .boolean: false
    }
  }
}

extension Float {
  /// A number of half precision, by its bits; every one is a number of single precision.
  ///
  /// `Float16` is not there on every system.
  public init(half bits: UInt16) {
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
