import NablaData
import NablaGraph
import NablaRuntime

extension Dataset {
  /// Visits stored numbers of a column, example by example, before any encoding, until `body` returns `false`.
  func scan(_ column: DatasetColumn, _ body: (_ example: Int, _ index: Int, _ value: Double) -> Bool) {
    withoutActuallyEscaping(body) { body in
      var visitor = ScanVisitor(column: column, rows: rows, body: body)
      column.stored.accept(&visitor)
    }
  }

  /// Checks that a column can be gathered in an element type.
  ///
  /// Every number becomes a float. For an integer type the numbers are looked at, once; a stored type that fits needs no
  /// look.
  ///
  /// - Throws: ``DatasetError/value(column:example:value:expected:)`` with the first example that does not fit,
  ///   ``DatasetError/unfit(column:_:)`` for scaled numbers as integers.
  public func requireNumbers(_ column: Int, as element: ElementType) throws(DatasetError) {
    let column = columns[column]
    if element.isFloat { return }
    if case .oneHot = column.encoding { return }
    guard case .plain = column.encoding else {
      throw .unfit(column: column.name, "scaled numbers are no integers; they are gathered as f32 or f64")
    }
    let range: ClosedRange<Double>
    switch (column.stored, element) {
    case (.boolean, _), (.unsigned8, .i32), (.signed8, .i32), (.unsigned16, .i32), (.signed16, .i32), (.signed32, .i32),
      (_, .i64) where !column.stored.isFloat && column.stored != .unsigned64:
      return
    case (_, .i64): range = -0x1p63...0x1p63.nextDown
    case (_, .i32): range = Double(Int32.min)...Double(Int32.max)
    default: range = 0...1
    }
    try require(column, expected: element == .bool ? "0 or 1" : "an integer of type \(element.rawValue)") {
      range.contains($0) && $0 == $0.rounded()
    }
  }

  /// The first number that is NaN or infinite, as an error with the file, the example's place in it, and which of its
  /// numbers it is; integers are not looked at, and neither are missing numbers that are filled in.
  ///
  /// - Parameter columns: by position.
  /// - Complexity: a look at every float of the columns.
  public func firstNotFinite(in columns: some Sequence<Int>) -> DatasetError? {
    for column in columns.lazy.map({ self.columns[$0] }) where column.stored.isFloat {
      let isFilled = column.affine?.fill != nil
      let fault = first(in: column) { !$0.isFinite && !($0.isNaN && isFilled) }
      if let fault { return error(fault, in: column, expected: "a finite number") }
    }
    return nil
  }

  /// Checks that a column of labels has the numbers of classes.
  ///
  /// - Throws: ``DatasetError/value(column:example:value:expected:)``, in its file, with the first that is none.
  public func requireClasses(_ column: Int, count: Int) throws(DatasetError) {
    let column = columns[column]
    if column.encoding != .plain || column.classes.map({ $0.count <= count }) ?? false { return }
    try require(column, expected: "a class from 0 to \(count - 1)") {
      $0 >= 0 && $0 < Double(count) && $0 == $0.rounded()
    }
  }

  /// How many bytes ``firstNotFinite(in:)`` looks at.
  public func floatByteCount(in columns: some Sequence<Int>) -> Int {
    columns.lazy.map { self.columns[$0] }.filter(\.stored.isFloat).reduce(0) { $0 + count * $1.width * $1.stored.size }
  }

  /// The error that an example's integer is, which a program has taken for a place that there is not.
  ///
  /// - Parameters:
  ///   - columns: by position.
  ///   - index: the integer, which is none of `0..<extent`.
  public func fault(index: Int, extent: Int, in columns: some Sequence<Int>) -> DatasetError? {
    for column in columns.lazy.map({ self.columns[$0] }) where column.encoding == .plain {
      if let fault = first(in: column, { $0 == Double(index) }) {
        return error(fault, in: column, expected: "a number from 0 to \(extent - 1)")
      }
    }
    return nil
  }

  /// A number of a column, and where it is: which example of the set, and which of the example's numbers.
  private typealias Fault = (example: Int, place: Int, value: Double)

  private func first(in column: DatasetColumn, _ isFault: (Double) -> Bool) -> Fault? {
    var fault: Fault?
    scan(column) { example, place, value in
      if isFault(value) { fault = (example, place, value) }
      return fault == nil
    }
    return fault
  }

  private func error(_ fault: Fault, in column: DatasetColumn, expected: String) -> DatasetError {
    let found = DatasetError.value(
      column: column.name(ofNumber: fault.place), example: rows[fault.example], value: fault.value,
      expected: expected)
    return column.origin.map { .source($0, found) } ?? found
  }

  /// Checks the stored numbers of a column.
  func require(
    _ column: DatasetColumn, expected: String, _ isFine: (Double) -> Bool
  ) throws(DatasetError) {
    if let fault = first(in: column, { !isFine($0) }) {
      throw error(fault, in: column, expected: expected)
    }
  }
}

extension DatasetColumn {
  fileprivate var affine: AffineEncoding? { if case .affine(let affine) = encoding { affine } else { nil } }

  /// What one of an example's numbers is called: the table's column, or the name with the place, as `x[3, 0]`.
  fileprivate func name(ofNumber place: Int) -> String {
    if width == 1 { return name }
    if featureNames.count == width { return featureNames[place] }
    // Axes that the encoding has put there have no stored numbers.
    guard Tensor.elementCount(of: shape) == width else { return "\(name)[\(place)]" }
    var rest = place
    var indices: [Int] = []
    for extent in shape.reversed() {
      indices.insert(rest % extent, at: 0)
      rest /= extent
    }
    return "\(name)\(indices)"
  }
}

private struct ScanVisitor: StoredNumberVisitor {
  let column: DatasetColumn
  let rows: Dataset.RowSelection
  let body: (Int, Int, Double) -> Bool

  mutating func visit<Number: StoredNumber>(_ type: Number.Type) {
    guard let base = column.storage.bytes.baseAddress else { return }
    let numbers = base.assumingMemoryBound(to: Number.self)
    for example in 0..<rows.count {
      let source = numbers + rows[example] * column.step
      for index in 0..<column.width where !body(example, index, source[index].double) { return }
    }
  }
}
