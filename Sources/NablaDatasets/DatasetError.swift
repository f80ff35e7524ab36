import NablaData
import NablaDiagnostics
import NablaGraph

/// Why there is no data set, or not the one that is wanted. Carries values; ``diagnostic`` makes the text.
public enum DatasetError: Error, Hashable, Sendable {
  /// A file that cannot be read.
  case data(DataError)
  /// What is wrong with the examples of a file.
  indirect case source(String, DatasetError)
  /// No column of that name.
  case noColumn(String, known: [String])
  /// Columns of one set that have different numbers of examples.
  case counts(column: String, count: Int, other: String, otherCount: Int)
  /// A set without examples.
  case empty(String)
  /// An example whose number an element type, or a list of classes, does not hold.
  case value(column: String, example: Int, value: Double, expected: String)
  /// A column that cannot be used so: one-hot numbers with fractions, classes of an image.
  case unfit(column: String, String)
  /// A text that says no data set: what is wrong, and at which character.
  case request(String, String, offset: Int)
  /// An option that does nothing with such data.
  case idle(option: String, for: DataOptions.Sources)
  /// A split that leaves one part without examples.
  case split(String, count: Int)
  /// Sets that are in a package of the system, which is not installed.
  case notInstalled(name: String, path: String, advice: String)

  public var diagnostic: Diagnostic {
    switch self {
    case .data(let error): error.diagnostic
    case .source(let path, let error):
      Diagnostic(error.diagnostic.id, "'\(path)': \(error.diagnostic.message)")
    case .noColumn(let name, let known):
      Diagnostic("data.column", "the data have no column '\(name)'; there are \(DatasetError.list(known))")
    case .counts(let column, let count, let other, let otherCount):
      Diagnostic(
        "shape.conflict", "'\(column)' has \(count) examples, but '\(other)' has \(otherCount)")
    case .empty(let name): Diagnostic("data.empty", "'\(name)' has no examples")
    case .value(let column, let example, let value, let expected):
      Diagnostic(
        "data.value",
        "column '\(column)', example \(example): \(expected) is expected, not \(PlainNumber.text(value))")
    case .unfit(let column, let problem): Diagnostic("data.column", "column '\(column)': \(problem)")
    case .request(let text, let problem, let offset):
      Diagnostic("data.request", "--data: \(problem) at character \(offset + 1) of '\(text)'")
    case .idle(let option, let sources):
      Diagnostic("data.request", "'\(option)' is an option of \(sources.rawValue), which this is not")
    case .split(let rule, let count):
      Diagnostic("data.split", "\(count) examples cannot be split by '\(rule)': a part would be empty")
    case .notInstalled(let name, let path, let advice):
      Diagnostic("data.not-installed", "the data set '\(name)' is not at '\(path)': \(advice)")
    }
  }

  static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}

extension DatasetError: CustomStringConvertible {
  public var description: String { diagnostic.message }
}

/// Reads a file; what is wrong with it is an error of the set.
func reading<Value>(_ path: String, _ body: () throws(DataError) -> Value) throws(DatasetError) -> Value {
  do {
    return try body()
  } catch .file(let path, let reason) {
    throw .data(.file(path: path, reason: reason))
  } catch {
    throw .data(.inFile(path: path, error))
  }
}
