import NablaGraph
import NablaRuntime

/// A table of numbers as text: fields between commas, a row a line.
///
/// Fields may stand in quotes, within which a doubled quote is one (RFC 4180). The first row is a header if a field of it
/// is no number. A field without text, `NA` or `nan` is a missing value: NaN. Semicolons or tabs separate the fields
/// where the first line has them and no comma. Lines without any text are left out.
public struct CSVTable: Hashable, Sendable {
  /// The names of the columns; empty where there is no header.
  public private(set) var header: [String] = []
  public private(set) var rowCount = 0
  public private(set) var columnCount = 0
  /// Row by row; what is no number is NaN here and listed in ``words``.
  private var values: [Double] = []
  /// Fields that are neither numbers nor missing, by their position in ``values``; with their lines.
  private var words: [Int: Word] = [:]

  private struct Word: Hashable {
    let line: Int
    let text: String
  }

  /// - Throws: ``DataError/ragged(path:expected:found:)`` with the number of the line.
  public init(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    var scanner = CSVScanner(bytes)
    var isFirst = true
    var row: [CSVScanner.Field] = []
    while let line = try scanner.nextRow(&row) {
      if isFirst {
        isFirst = false
        columnCount = row.count
        if row.contains(where: { $0.value == nil }) {
          header = row.map { scanner.text($0) }
          continue
        }
      }
      guard row.count == columnCount else {
        throw .ragged(path: "line \(line)", expected: columnCount, found: row.count)
      }
      for field in row {
        if field.value == nil { words[values.count] = Word(line: line, text: scanner.text(field)) }
        values.append(field.value ?? .nan)
      }
      rowCount += 1
    }
  }

  /// All columns, a row a line; a vector where there is one column.
  ///
  /// - Throws: ``DataError/notANumber(path:expected:found:)`` for the first field that is a word.
  public func tensor() throws(DataError) -> Tensor {
    if let first = words.keys.min() { throw notANumber(first) }
    return Tensor(values, shape: columnCount == 1 ? [rowCount] : [rowCount, columnCount])
  }

  /// The column of a name.
  public func tensor(named name: String) throws(DataError) -> Tensor {
    guard let column = header.firstIndex(of: name) else { throw .noMember(name, known: header) }
    let positions = stride(from: column, to: values.count, by: max(columnCount, 1))
    if let first = words.keys.filter({ $0 % columnCount == column }).min() { throw notANumber(first) }
    return Tensor(positions.map { values[$0] })
  }

  private func notANumber(_ position: Int) -> DataError {
    let word = words[position] ?? Word(line: 0, text: "")
    let number = position % columnCount
    let column = header.isEmpty ? "\(number + 1)" : "'\(header[number])'"
    let text = word.text.count > 40 ? "a text of \(word.text.count) characters" : "'\(word.text)'"
    return .notANumber(path: "line \(word.line), column \(column)", expected: "a number", found: text)
  }

  /// The text of a table: a scalar is one field, a vector one field a line, a matrix a row a line.
  ///
  /// - Throws: ``DataError/notHolding(_:_:)`` for more than two axes.
  public static func text(_ tensor: Tensor) throws(DataError) -> String {
    guard tensor.rank <= 2 else { throw .notHolding(.csv, "an array of \(tensor.rank) axes") }
    let width = tensor.rank == 2 ? tensor.shape[1] : 1
    let element = ElementText.exact(tensor.column)
    var text = ""
    for offset in 0..<tensor.count {
      text += element(offset)
      text += (offset + 1) % width == 0 ? "\n" : ","
    }
    return text
  }
}
