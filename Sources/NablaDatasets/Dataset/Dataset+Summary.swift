/// What the numbers of a column are like, before they are scaled.
public struct ColumnSummary: Hashable, Sendable {
  /// NaN where there are no numbers.
  public let least: Double
  public let greatest: Double
  /// Numbers that are NaN.
  public let missing: Int
  /// Examples of each class, where the column has classes.
  public let classCounts: [Int]
}

extension Dataset {
  /// Looks at every number of a column once.
  public func summary(of column: DatasetColumn) -> ColumnSummary {
    var (least, greatest, missing) = (Double.infinity, -Double.infinity, 0)
    var counts = [Int](repeating: 0, count: column.classes?.count ?? 0)
    scan(column) { _, _, value in
      if value.isNaN {
        missing += 1
        return true
      }
      least = min(least, value)
      greatest = max(greatest, value)
      if let label = Int(exactly: value), counts.indices.contains(label) { counts[label] += 1 }
      return true
    }
    let isEmpty = least > greatest
    return ColumnSummary(
      least: isEmpty ? .nan : least, greatest: isEmpty ? .nan : greatest, missing: missing, classCounts: counts)
  }
}
