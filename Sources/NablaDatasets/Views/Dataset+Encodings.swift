import NablaData

extension Dataset {
  /// The set with one column changed.
  func replacing(_ name: String, _ change: (inout DatasetColumn) throws(DatasetError) -> Void) throws(DatasetError)
    -> Dataset
  {
    var result = self
    try change(&result.columns[try position(of: name)])
    return result
  }

  /// The numbers of a column divided by one: 255 makes 0…1 of the bytes of pictures.
  public func scaled(_ name: String, by divisor: Double) throws(DatasetError) -> Dataset {
    guard divisor.isFinite, divisor != 0 else { throw .unfit(column: name, "nothing is divided by \(divisor)") }
    return try replacing(name) { column throws(DatasetError) in try column.encode(AffineEncoding(scale: divisor)) }
  }

  /// Every class as a vector that is 1 at its number: a new last axis.
  ///
  /// - Parameter classes: how many; without it, as many as the column knows.
  /// - Throws: ``DatasetError/value(column:example:value:expected:)`` for a number that is no class.
  public func oneHot(_ name: String, classes: Int? = nil) throws(DatasetError) -> Dataset {
    let column = columns[try position(of: name)]
    guard case .plain = column.encoding else { throw .unfit(column: name, "its numbers are encoded already") }
    guard let count = classes ?? column.classes?.count else {
      throw .unfit(column: name, "how many classes it has is not known")
    }
    guard count > 0, count <= 1 << 24 else { throw .unfit(column: name, "\(count) classes") }
    try require(column, expected: "a class from 0 to \(count - 1)") {
      $0 >= 0 && $0 < Double(count) && $0 == $0.rounded()
    }
    return try replacing(name) { column throws(DatasetError) in
      column.encoding = .oneHot(count)
      column.shape.append(count)
    }
  }

  /// The numbers of a column as classes.
  ///
  /// - Parameter count: how many classes; without it, one more than the largest number.
  /// - Throws: ``DatasetError/value(column:example:value:expected:)`` for a number that is no class.
  public func withClasses(_ name: String, count: Int? = nil) throws(DatasetError) -> Dataset {
    let column = columns[try position(of: name)]
    guard case .plain = column.encoding else { throw .unfit(column: name, "its numbers are encoded already") }
    let limit = count ?? 1 << 24
    try require(column, expected: count == nil ? "the number of a class" : "a class from 0 to \(limit - 1)") {
      $0 >= 0 && $0 < Double(limit) && $0 == $0.rounded()
    }
    var largest = 0.0
    scan(column) { _, _, value in
      largest = max(largest, value)
      return true
    }
    return try replacing(name) { column throws(DatasetError) in
      column.classes = DatasetColumn.Classes(count: count ?? Int(largest) + 1)
    }
  }

  /// The examples in another shape with as many numbers, such as `[28, 28, 1]`.
  public func reshaped(_ name: String, to shape: [Int]) throws(DatasetError) -> Dataset {
    try replacing(name) { column throws(DatasetError) in
      guard shape.allSatisfy({ $0 > 0 }),
        shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == column.elementCount
      else { throw .unfit(column: name, "examples of shape \(column.shape) cannot have shape \(shape)") }
      column.shape = shape
      column.featureCount = shape.count == 1 ? column.elementCount : 1
    }
  }

  /// A column under another name.
  public func renaming(_ name: String, to other: String) throws(DatasetError) -> Dataset {
    try replacing(name) { column throws(DatasetError) in column.name = other }
  }
}

extension DatasetColumn {
  /// Applies `(x - shift)/scale` after what is there.
  mutating func encode(_ affine: AffineEncoding) throws(DatasetError) {
    switch encoding {
    case .plain: encoding = .affine(affine)
    case .affine(let first): encoding = .affine(first.then(affine))
    case .oneHot: throw .unfit(column: name, "one-hot vectors are not scaled")
    }
    classes = nil
  }
}
