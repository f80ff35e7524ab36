import NablaGraph

/// Numbers of one element type that own their memory: what the safe calls take and give.
///
/// The memory is laid out as an ``Executable`` reads it. Copies share it until one of them is written to, and a call
/// reads it where it is.
public struct Column: Sendable {
  public let element: ElementType
  public let count: Int
  private(set) var storage: ColumnStorage

  /// `count` zeros.
  public init(zeros count: Int, of element: ElementType) {
    self.element = element
    self.count = count
    storage = ColumnStorage(zeros: count * element.size)
  }

  /// Memory that `fill` writes, all of it.
  public init(
    _ count: Int, of element: ElementType, filledBy fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    self.element = element
    self.count = count
    storage = ColumnStorage(uninitialised: count * element.size)
    try fill(storage.mutableBytes)
  }

  public init(_ values: [Double]) { self.init(values, of: .f64) }
  public init(_ values: [Float]) { self.init(values, of: .f32) }
  public init(_ values: [Int64]) { self.init(values, of: .i64) }
  public init(_ values: [Int32]) { self.init(values, of: .i32) }
  public init(_ values: [Bool]) { self.init(values.map { $0 ? 1 : 0 } as [UInt8], of: .bool) }

  private init<Value: BitwiseCopyable>(_ values: [Value], of element: ElementType) {
    self.init(values.count, of: element) { bytes in values.withUnsafeBytes { bytes.copyMemory(from: $0) } }
  }

  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body($0.bytes) }
  }

  /// Gives `body` the memory to write to, after a copy where others share it.
  public mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) { storage = ColumnStorage(copying: storage) }
    return try withExtendedLifetime(storage) { try body($0.mutableBytes) }
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
    return withUnsafeBytes { bytes in
      Column(range.count, of: element) {
        $0.copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: bytes[range.lowerBound * element.size..<range.upperBound * element.size]))
      }
    }
  }

  private func values<Value: BitwiseCopyable>(as type: Value.Type) -> [Value] {
    withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }
}

extension Column: Hashable {
  /// Equal types and equal bits: 0 is not -0, and a NaN is itself.
  public static func == (a: Column, b: Column) -> Bool {
    guard a.element == b.element, a.count == b.count else { return false }
    if a.storage === b.storage { return true }
    return a.withUnsafeBytes { x in b.withUnsafeBytes { y in x.elementsEqual(y) } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(element)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
