import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// Why numbers cannot be read or written. Carries values; ``diagnostic`` makes the text.
public enum DataError: Error, Hashable, Sendable {
  /// What is wrong inside a file.
  indirect case inFile(path: String, DataError)
  /// A file that cannot be opened, read or written, with the system's reason.
  case file(path: String, reason: String)
  /// A file whose name says no format that is known.
  case unknownFormat(path: String)
  /// Bytes that are no file of the format: what is wrong, and where.
  case malformed(FileKind, String, offset: Int)
  /// A file that ends too early.
  case truncated(FileKind, expected: Int, found: Int)
  /// An element type of NumPy's that has no counterpart, such as `<c16`.
  case unsupportedType(String)
  /// Extents whose product is no size.
  case tooLarge(shape: [Int])
  /// A number that the element type does not hold; `path` says which one, as `x[1][2]` or a line of a file.
  case notRepresentable(path: String, value: String, element: ElementType)
  /// Something else where a number, or a list of a shape, must be.
  case notANumber(path: String, expected: String, found: String)
  /// A list that is longer or shorter than is wanted.
  case entries(path: String, expected: Int, found: Int)
  /// A list of other length, or a number, where its neighbours have lists of one length.
  case ragged(path: String, expected: Int, found: Int)
  /// Lists and numbers side by side.
  case mixed(path: String, expected: String, found: String)
  /// Not the shape that is wanted.
  case shape(path: String, expected: String, found: [Int])
  /// A file of several arrays, or of named columns, has none of that name.
  case noMember(String, known: [String])
  /// One array is wanted of a file that has several.
  case severalMembers([String])
  /// A format cannot hold these numbers.
  case notHolding(FileKind, String)

  public var diagnostic: Diagnostic {
    switch self {
    case .inFile(let path, let error):
      Diagnostic(error.diagnostic.id, "'\(path)': \(error.diagnostic.message)")
    case .file(let path, let reason): Diagnostic("data.file", "'\(path)': \(reason)")
    case .unknownFormat(let path):
      Diagnostic(
        "data.format",
        "'\(path)': a file of numbers ends in \(DataFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", "))")
    case .malformed(let format, let problem, let offset):
      Diagnostic("data.format", "no \(format.rawValue) file: \(problem) at byte \(offset)")
    case .truncated(let format, let expected, let found):
      Diagnostic("data.truncated", "the \(format.rawValue) data has \(found) bytes instead of \(expected)")
    case .unsupportedType(let type):
      Diagnostic(
        "data.type", "elements of NumPy's type '\(type)' cannot be read; there are b1, i, u and f of all sizes")
    case .tooLarge(let shape):
      Diagnostic("data.too-large", "an array of shape \(shape) cannot be addressed")
    case .notRepresentable(let path, let value, let element):
      Diagnostic("data.type", "\(path): a number of type \(element.rawValue) is expected, not \(value)")
    case .notANumber(let path, let expected, let found):
      Diagnostic("data.type", "\(path): \(expected) is expected, not \(found)")
    case .entries(let path, let expected, let found):
      Diagnostic("shape.conflict", "\(path): \(expected) entries are expected, not \(found)")
    case .ragged(let path, let expected, let found):
      Diagnostic("data.ragged", "\(path): \(expected) entries are expected, as before, not \(found)")
    case .mixed(let path, let expected, let found):
      Diagnostic("data.ragged", "\(path): \(expected) is expected, as before, not \(found)")
    case .shape(let path, let expected, let found):
      Diagnostic("shape.conflict", "\(path): shape \(expected) is expected, not \(found)")
    case .noMember(let name, let known):
      Diagnostic("data.member", "the file has no '\(name)'; there are \(DataError.list(known))")
    case .severalMembers(let names):
      Diagnostic("data.member", "the file has several arrays: say which of \(DataError.list(names))")
    case .notHolding(let format, let what): Diagnostic("data.format", "a .\(format.rawValue) file cannot hold \(what)")
    }
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}

extension DataError: CustomStringConvertible {
  public var description: String { diagnostic.message }
}

/// The kinds of files that are read, as errors name them.
public enum FileKind: String, CaseIterable, Hashable, Sendable {
  case npy, npz, csv, json, safetensors, gzip
  case idx = "IDX"
  case png = "PNG"
  /// The grey and coloured pictures of Netpbm.
  case pnm = "PGM or PPM"
  case text
}

/// The files that numbers come from and go to, by what their names end in.
public enum DataFormat: String, CaseIterable, Hashable, Sendable {
  /// One array, as NumPy's `save` writes it.
  case npy
  /// Named arrays, as NumPy's `savez` and `savez_compressed` write them.
  case npz
  /// Rows of numbers, with or without a header.
  case csv
  /// Nested lists, or an object of them.
  case json
  /// Named arrays, as the Python package `safetensors` writes them.
  case safetensors

  /// The format of a file's name.
  public init(path: String) throws(DataError) {
    guard let dot = path.lastIndex(of: "."), let format = DataFormat(rawValue: path[dot...].dropFirst().lowercased())
    else { throw .unknownFormat(path: path) }
    self = format
  }

  /// How errors name it.
  public var kind: FileKind {
    switch self {
    case .npy: .npy
    case .npz: .npz
    case .safetensors: .safetensors
    case .csv: .csv
    case .json: .json
    }
  }
}
