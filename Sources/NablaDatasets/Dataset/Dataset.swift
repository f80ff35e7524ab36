import NablaData
import NablaGraph

/// Examples in named columns: what networks are trained and measured on.
///
///     let digits = try DataRequest(parsing: "digits.csv.gz:scale=16").load()
///     digits.count                                  // 1797
///     digits["x"]?.shape                            // [64]
///
/// A data set is a view: columns know where their numbers lie, in memory or in a mapped file, and which of the examples
/// belong to the set. Splits, windows, scaling and one-hot vectors copy nothing; a number is converted when it is
/// gathered into a batch, and only then.
public struct Dataset: Sendable {
  public internal(set) var columns: [DatasetColumn]
  let rows: RowSelection

  /// The number of examples.
  public var count: Int { rows.count }

  /// - Throws: ``DatasetError/counts(column:count:other:otherCount:)`` unless all columns have as many examples.
  public init(_ columns: [DatasetColumn]) throws(DatasetError) {
    if let first = columns.first {
      for column in columns.dropFirst() where column.count != first.count {
        throw .counts(column: column.name, count: column.count, other: first.name, otherCount: first.count)
      }
    }
    self.columns = columns
    rows = .progression(start: 0, step: 1, count: columns.first?.count ?? 0)
  }

  init(columns: [DatasetColumn], rows: RowSelection) {
    self.columns = columns
    self.rows = rows
  }

  /// The first column of a name.
  public subscript(name: String) -> DatasetColumn? { columns.first { $0.name == name } }

  /// The position of a column.
  public func position(of name: String) throws(DatasetError) -> Int {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      throw .noColumn(name, known: columns.map(\.name))
    }
    return index
  }

  /// Which of the stored examples belong to the set, by their position in it.
  enum RowSelection: Sendable {
    case progression(start: Int, step: Int, count: Int)
    case list([Int])

    var count: Int {
      switch self {
      case .progression(_, _, let count): count
      case .list(let rows): rows.count
      }
    }

    subscript(index: Int) -> Int {
      switch self {
      case .progression(let start, let step, _): start + index * step
      case .list(let rows): rows[index]
      }
    }
  }
}
