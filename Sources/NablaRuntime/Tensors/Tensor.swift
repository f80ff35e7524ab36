import NablaGraph

/// Numbers of one element type in a grid: what programs take and give.
///
///     let x: Tensor = [[1, 2, 3], [4, 5, 6]]
///     x.shape                                       // [2, 3]
///     Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])     // the same
///
/// Elements lie in row-major order, the last axis fastest. A scalar has no axes; an axis may have extent 0. Copies share
/// their memory until one of them is written to.
public struct Tensor: Hashable, Sendable {
  /// The extents of the axes, outermost first.
  public let shape: [Int]
  /// The elements in row-major order.
  public private(set) var column: Column

  /// Numbers in row-major order; without a shape, a vector.
  ///
  /// - Precondition: as many numbers as the shape has elements.
  public init(_ column: Column, shape: [Int]? = nil) {
    self.shape = shape ?? [column.count]
    self.column = column
    precondition(Tensor.elementCount(of: self.shape) == column.count, "as many numbers as the shape has elements")
  }

  /// A tensor of zeros.
  ///
  /// - Precondition: the extents are not negative, and their product is a number.
  public init(zeros shape: [Int], of element: ElementType = .f64) {
    guard let count = Tensor.elementCount(of: shape) else { preconditionFailure("extents that make a size") }
    self.shape = shape
    column = Column(zeros: count, of: element)
  }

  /// A scalar.
  public init(_ value: Double) { self.init(Column([value]), shape: []) }

  /// Doubles in row-major order; without a shape, a vector.
  public init(_ values: [Double], shape: [Int]? = nil) { self.init(Column(values), shape: shape) }

  public var element: ElementType { column.element }
  public var rank: Int { shape.count }
  /// The number of elements.
  public var count: Int { column.count }

  /// The type that a parameter for this tensor has.
  public var type: TensorType { TensorType(element, Shape(shape.map { Dimension($0) })) }

  /// The elements as doubles in row-major order; integers beyond 2⁵³ are rounded.
  public var doubles: [Double] { column.doubles }

  /// The elements as integers, where the element type is one or `bool`.
  public var integers: [Int64]? { column.integers }

  /// The number of a tensor that has just one, whatever its rank.
  public var scalar: Double? { count == 1 ? doubles[0] : nil }

  /// The product of extents, or `nil` where it is no number of bytes that a machine could address.
  public static func elementCount(of shape: [Int]) -> Int? {
    if shape.contains(0) { return shape.allSatisfy { $0 >= 0 } ? 0 : nil }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= Int.max / 8 else { return nil }
      count = product
    }
    return count
  }

  /// The same numbers in another element type.
  ///
  /// - Throws: ``ConversionError`` as ``Column/converted(to:)`` does.
  public func converted(to element: ElementType) throws(ConversionError) -> Tensor {
    Tensor(try column.converted(to: element), shape: shape)
  }

  /// The same numbers in another shape.
  ///
  /// - Returns: `nil` where the shape has another number of elements.
  public func reshaped(to shape: [Int]) -> Tensor? {
    Tensor.elementCount(of: shape) == count ? Tensor(column, shape: shape) : nil
  }

  /// The position in every axis of an element of the row-major order.
  public func indices(of offset: Int) -> [Int] {
    var rest = offset
    var indices: [Int] = []
    for extent in shape.reversed() {
      indices.append(rest % max(extent, 1))
      rest /= max(extent, 1)
    }
    return indices.reversed()
  }
}

// Literals are for programs that know what they write: `[[1, 2], [3, 4]]`.

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// - Precondition: all rows have one shape and element type.
  public init(arrayLiteral rows: Tensor...) {
    let first = rows.first ?? Tensor(Column([] as [Double]), shape: [])
    precondition(rows.allSatisfy { $0.shape == first.shape && $0.element == first.element }, "rows of one shape")
    let column = Column(rows.count * first.count, of: first.element) { bytes in
      var offset = 0
      for row in rows {
        row.column.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + $0.count]).copyMemory(from: $0)
          offset += $0.count
        }
      }
    }
    self.init(column, shape: [rows.count] + (rows.isEmpty ? [] : first.shape))
  }
}
