import NablaData

/// What gathering needs of the types that numbers are stored as.
protocol StoredNumber: BitwiseCopyable {
  var single: Float { get }
  var double: Double { get }
  /// The number as an integer, if it is one.
  var integer: Int64? { get }
}

extension StoredNumber where Self: BinaryInteger {
  var single: Float { Float(self) }
  var double: Double { Double(self) }
  var integer: Int64? { Int64(exactly: self) }
}

extension Int8: StoredNumber {}
extension Int16: StoredNumber {}
extension Int32: StoredNumber {}
extension Int64: StoredNumber {}
extension UInt8: StoredNumber {}
extension UInt16: StoredNumber {}
extension UInt32: StoredNumber {}
extension UInt64: StoredNumber {}

extension Float: StoredNumber {
  var single: Float { self }
  var double: Double { Double(self) }
  var integer: Int64? { Int64(exactly: self) }
}

extension Double: StoredNumber {
  var single: Float { Float(self) }
  var double: Double { self }
  var integer: Int64? { Int64(exactly: self) }
}

/// Half precision, by its bits.
struct StoredHalf: StoredNumber {
  let bits: UInt16

  var single: Float { Float(half: bits) }
  var double: Double { Double(single) }
  var integer: Int64? { Int64(exactly: single) }
}

/// The upper half of a number of single precision.
struct StoredBrain: StoredNumber {
  let bits: UInt16

  var single: Float { Float(bitPattern: UInt32(bits) << 16) }
  var double: Double { Double(single) }
  var integer: Int64? { Int64(exactly: single) }
}

/// A truth value: whatever is not 0 is 1.
struct StoredTruth: StoredNumber {
  let bits: UInt8

  var single: Float { bits == 0 ? 0 : 1 }
  var double: Double { bits == 0 ? 0 : 1 }
  var integer: Int64? { bits == 0 ? 0 : 1 }
}

/// Something to be done with numbers of a type that is known only when the program runs.
protocol StoredNumberVisitor {
  associatedtype Result
  mutating func visit<Number: StoredNumber>(_ type: Number.Type) -> Result
}

extension StoredElement.Kind {
  func accept<Visitor: StoredNumberVisitor>(_ visitor: inout Visitor) -> Visitor.Result {
    switch self {
    case .float64: visitor.visit(Double.self)
    case .float32: visitor.visit(Float.self)
    case .float16: visitor.visit(StoredHalf.self)
    case .bfloat16: visitor.visit(StoredBrain.self)
    case .signed64: visitor.visit(Int64.self)
    case .signed32: visitor.visit(Int32.self)
    case .signed16: visitor.visit(Int16.self)
    case .signed8: visitor.visit(Int8.self)
    case .unsigned64: visitor.visit(UInt64.self)
    case .unsigned32: visitor.visit(UInt32.self)
    case .unsigned16: visitor.visit(UInt16.self)
    case .unsigned8: visitor.visit(UInt8.self)
    case .boolean: visitor.visit(StoredTruth.self)
    }
  }
}
