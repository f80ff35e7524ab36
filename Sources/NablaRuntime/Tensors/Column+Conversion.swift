import NablaGraph

extension Column {
  /// Doubles in another element type.
  ///
  /// - Returns: `nil` if the type cannot hold a value exactly: a fraction or NaN as an integer, anything but 0 and 1 as
  ///   a `bool`. A float is rounded to `f32`.
  public init?(converting values: [Double], to element: ElementType) {
    guard let column = try? Column(values).converted(to: element) else { return nil }
    self = column
  }

  /// The same numbers in another element type; the column itself where it has that type.
  ///
  /// Floats are rounded to the nearest of the type, and so are integers that become floats. Integers and bools must hold
  /// the number exactly.
  ///
  /// - Throws: ``ConversionError`` with the first number that does not fit.
  public func converted(to target: ElementType) throws(ConversionError) -> Column {
    switch element {
    case target: self
    case .f64: try converted(from: Double.self, to: target)
    case .f32: try converted(from: Float.self, to: target)
    case .i64: try converted(from: Int64.self, to: target)
    case .i32: try converted(from: Int32.self, to: target)
    case .bool: try converted(from: UInt8.self, to: target)
    }
  }

  private func converted<From: BitwiseCopyable & Numeral>(
    from: From.Type, to target: ElementType
  ) throws(ConversionError) -> Column {
    switch target {
    case .f64: try mapped(from, target) { $0.double }
    case .f32: try mapped(from, target) { $0.single }
    case .i64: try mapped(from, target) { $0.exactly(Int64.self) }
    case .i32: try mapped(from, target) { $0.exactly(Int32.self) }
    case .bool: try mapped(from, target) { $0.exactly(UInt8.self).flatMap { $0 < 2 ? $0 : nil } }
    }
  }

  private func mapped<From: BitwiseCopyable & Numeral, To: BitwiseCopyable>(
    _ from: From.Type, _ target: ElementType, _ convert: (From) -> To?
  ) throws(ConversionError) -> Column {
    var failure: ConversionError?
    let result = Column(count, of: target) { bytes in
      let values = bytes.bindMemory(to: To.self)
      withUnsafeBytes { source in
        for (index, value) in source.bindMemory(to: From.self).enumerated() {
          guard let converted = convert(value) else {
            failure = ConversionError(index: index, value: value.double, element: target)
            return
          }
          values.initializeElement(at: index, to: converted)
        }
      }
    }
    if let failure { throw failure }
    return result
  }
}

/// A number that an element type does not hold.
public struct ConversionError: Error, Hashable, Sendable {
  /// The position in row-major order.
  public let index: Int
  public let value: Double
  public let element: ElementType
}

/// What conversions need of the types that elements are stored as.
private protocol Numeral {
  var double: Double { get }
  var single: Float { get }
  func exactly<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer?
}

extension Numeral where Self: BinaryInteger {
  var double: Double { Double(self) }
  var single: Float { Float(self) }
  func exactly<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? { Integer(exactly: self) }
}

extension Numeral where Self: BinaryFloatingPoint {
  var double: Double { Double(self) }
  var single: Float { Float(self) }
  func exactly<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? { Integer(exactly: self) }
}

extension Double: Numeral {}
extension Float: Numeral {}
extension Int64: Numeral {}
extension Int32: Numeral {}
extension UInt8: Numeral {}
