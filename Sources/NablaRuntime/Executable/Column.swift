import NablaGraph

/// Numbers of one element type that own their memory: what the safe calls take and give.
public struct Column: Hashable, Sendable {
  public let element: ElementType
  public let count: Int
  /// As an ``Executable`` reads them, in words so that every element type is aligned.
  private var words: [UInt64]

  /// `count` zeros.
  public init(zeros count: Int, of element: ElementType) {
    self.element = element
    self.count = count
    words = Array(repeating: 0, count: (count * element.size + 7) / 8)
  }

  public init(_ values: [Double]) { self.init(values, of: .f64) }
  public init(_ values: [Float]) { self.init(values, of: .f32) }
  public init(_ values: [Int64]) { self.init(values, of: .i64) }
  public init(_ values: [Int32]) { self.init(values, of: .i32) }
  public init(_ values: [Bool]) { self.init(values.map { $0 ? 1 : 0 } as [UInt8], of: .bool) }

  private init<Value: BitwiseCopyable>(_ values: [Value], of element: ElementType) {
    self.init(zeros: values.count, of: element)
    words.withUnsafeMutableBytes { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[...])) }
    }
  }

  /// Doubles in another element type.
  ///
  /// - Returns: `nil` if the type cannot hold a value exactly: a fraction or NaN as an integer, anything but 0 and 1 as
  ///   a `bool`. A float is rounded to `f32`.
  public init?(converting values: [Double], to element: ElementType) {
    switch element {
    case .f64: self.init(values)
    case .f32: self.init(values.map { Float($0) })
    case .i64:
      let integers = values.compactMap { Int64(exactly: $0) }
      guard integers.count == values.count else { return nil }
      self.init(integers)
    case .i32:
      let integers = values.compactMap { Int32(exactly: $0) }
      guard integers.count == values.count else { return nil }
      self.init(integers)
    case .bool:
      guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else { return nil }
      self.init(values.map { $0 == 1 })
    }
  }

  /// The values as doubles; integers beyond 2⁵³ are rounded.
  public var doubles: [Double] {
    switch element {
    case .f64: values(as: Double.self)
    case .f32: values(as: Float.self).map { Double($0) }
    case .i64: values(as: Int64.self).map { Double($0) }
    case .i32: values(as: Int32.self).map { Double($0) }
    case .bool: values(as: UInt8.self).map { $0 == 0 ? 0 : 1 }
    }
  }

  /// The values as integers, where the element type is one or `bool`.
  public var integers: [Int64]? {
    switch element {
    case .f64, .f32: nil
    case .i64: values(as: Int64.self)
    case .i32: values(as: Int32.self).map { Int64($0) }
    case .bool: values(as: UInt8.self).map { $0 == 0 ? 0 : 1 }
    }
  }

  /// Some of the numbers as a column of their own.
  ///
  /// - Precondition: the range lies in `0..<count`.
  public func part(_ range: Range<Int>) -> Column {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "numbers that the column does not have")
    var part = Column(zeros: range.count, of: element)
    withUnsafeBytes { bytes in
      let source = UnsafeRawBufferPointer(
        rebasing: bytes[range.lowerBound * element.size..<range.upperBound * element.size])
      part.withUnsafeMutableBytes { $0.copyMemory(from: source) }
    }
    return part
  }

  private func values<Value: BitwiseCopyable>(as type: Value.Type) -> [Value] {
    words.withUnsafeBytes { Array($0.bindMemory(to: type).prefix(count)) }
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try words.withUnsafeBytes(body)
  }

  mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try words.withUnsafeMutableBytes(body)
  }
}
