import NablaData
import NablaGraph

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

  /// The first number that is NaN or infinite, as an error with the file and the example's place in it; integers are not
  /// looked at.
  ///
  /// - Complexity: a look at every float of the set.
  public func firstNotFinite() -> DatasetError? {
    for column in columns where column.stored.isFloat {
      do throws(DatasetError) {
        try require(column, expected: "a finite number") { $0.isFinite }
      } catch {
        guard case .value(let name, let example, let value, let expected) = error else { return error }
        let found = DatasetError.value(column: name, example: rows[example], value: value, expected: expected)
        return column.origin.map { .source($0, found) } ?? found
      }
    }
    return nil
  }

  /// Checks the stored numbers of a column.
  func require(
    _ column: DatasetColumn, expected: String, _ isFine: (Double) -> Bool
  ) throws(DatasetError) {
    var fault: (Int, Double)?
    scan(column) { example, _, value in
      if isFine(value) { return true }
      fault = (example, value)
      return false
    }
    if let (example, value) = fault {
      throw .value(column: column.name, example: example, value: value, expected: expected)
    }
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
