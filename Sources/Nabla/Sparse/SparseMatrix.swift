import NablaCalculus

/// A matrix by its structural non-zeros: compressed sparse rows.
public struct SparseMatrix: Hashable, Sendable {
  public let pattern: SparsityPattern
  /// One for each entry of the pattern, in its order.
  public let values: [Double]

  /// The value of an element; zero where the pattern has none.
  public subscript(row: Int, column: Int) -> Double {
    let entries = pattern.columns(ofRow: row)
    return entries.firstIndex(of: column).map { values[$0] } ?? 0
  }
}
