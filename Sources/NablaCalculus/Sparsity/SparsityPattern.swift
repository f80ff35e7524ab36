/// Where a matrix may be other than zero: compressed sparse rows without the values.
public struct SparsityPattern: Hashable, Sendable {
  public let columnCount: Int
  /// Where each row begins in ``columns``; one more than there are rows.
  public let rowStarts: [Int]
  /// The columns of each row's entries, in ascending order.
  public let columns: [Int]

  public var rowCount: Int { rowStarts.count - 1 }
  public var entryCount: Int { columns.count }

  /// - Parameter rows: the columns of each row, in ascending order.
  public init(rows: [[Int]], columnCount: Int) {
    self.columnCount = columnCount
    var starts = [0]
    starts.reserveCapacity(rows.count + 1)
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    rowStarts = starts
    columns = rows.flatMap { $0 }
  }

  /// The columns of a row's entries.
  public func columns(ofRow row: Int) -> ArraySlice<Int> { columns[rowStarts[row]..<rowStarts[row + 1]] }

  public var transposed: SparsityPattern {
    var rows = Array(repeating: [Int](), count: columnCount)
    for row in 0..<rowCount {
      for column in columns(ofRow: row) { rows[column].append(row) }
    }
    return SparsityPattern(rows: rows, columnCount: rowCount)
  }

  /// The pattern with every entry's mirror image and the whole diagonal.
  ///
  /// - Precondition: as many rows as columns.
  public var symmetrised: SparsityPattern {
    precondition(rowCount == columnCount, "a square matrix")
    var rows = (0..<rowCount).map { Set([$0]) }
    for row in 0..<rowCount {
      for column in columns(ofRow: row) {
        rows[row].insert(column)
        rows[column].insert(row)
      }
    }
    return SparsityPattern(rows: rows.map { $0.sorted() }, columnCount: columnCount)
  }
}
